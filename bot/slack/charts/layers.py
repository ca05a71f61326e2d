"""Puts the nodes of a graph into rows so that lines mostly run downwards and few of them cross."""

from collections.abc import Iterable, Mapping, Sequence

WIDEST_ROW = 4
"""Ours: as many names as can be read side by side."""
_SWEEPS = 4

Lines = Iterable[tuple[str, str]]


def rows(nodes: Sequence[str], lines: Lines) -> list[list[str]]:
    """Return the nodes in rows: each below those that use it, wide rows broken, circles cut."""
    known = set(nodes)
    down = _without_circles(nodes, [(a, b) for a, b in lines if {a, b} <= known and a != b])
    above: dict[str, list[str]] = {node: [] for node in nodes}
    below: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in down:
        above[target].append(source)
        below[source].append(target)
    layers: dict[int, list[str]] = {}
    depth: dict[str, int] = {}
    for node in nodes:
        layers.setdefault(_depth(node, above, depth), []).append(node)
    ordered = [layers[level] for level in sorted(layers)]
    for _ in range(_SWEEPS):
        _sort(ordered, above)
        _sort(ordered[::-1], below)
    return [row[at : at + WIDEST_ROW] for row in ordered for at in range(0, len(row), WIDEST_ROW)]


def _without_circles(
    nodes: Sequence[str], lines: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Leave out each line that would close a circle, in the order given."""
    kept: list[tuple[str, str]] = []
    reach: dict[str, set[str]] = {node: {node} for node in nodes}
    for source, target in lines:
        if source in reach[target]:
            continue
        kept.append((source, target))
        for node in nodes:
            if source in reach[node]:
                reach[node] |= reach[target]
    return kept


def _depth(node: str, above: Mapping[str, Sequence[str]], depth: dict[str, int]) -> int:
    if node not in depth:
        depth[node] = 1 + max((_depth(up, above, depth) for up in above[node]), default=-1)
    return depth[node]


def _sort(layers: Sequence[list[str]], beside: Mapping[str, Sequence[str]]) -> None:
    """Order each layer by where its neighbours stand."""
    place = {node: (at + 0.5) / len(layer) for layer in layers for at, node in enumerate(layer)}

    def middle(node: str) -> float:
        near = [place[other] for other in beside[node]]
        return sum(near) / len(near) if near else place[node]

    for layer in layers:
        layer.sort(key=middle)
        for at, node in enumerate(layer):
            place[node] = (at + 0.5) / len(layer)
