"""A record's lists as people type them: one item a line; an option's points below it."""

from collections.abc import Iterable, Sequence

from bot.domain.decision.record import RecordOption

_MARKS = {"+": "good", "~": "neutral", "-": "bad"}
"""How a point under an option begins."""


def read_items(text: str) -> tuple[str, ...]:
    """Return the items of a text, one a line; a bullet in front is taken off."""
    lines = (line.strip().removeprefix("- ").removeprefix("* ").strip() for line in _lines(text))
    return tuple(line for line in lines if line)


def write_items(items: Iterable[str]) -> str:
    """Return items as they are typed."""
    return "\n".join(" ".join(item.split()) for item in items)


def read_options(text: str) -> tuple[RecordOption, ...]:
    """Return options: a line for each, then lines that begin with `+`, `~` or `-` for its points.

    A point before any option has none to belong to, so it is an option itself.
    """
    found: list[tuple[str, dict[str, list[str]]]] = []
    for line in _lines(text):
        kind, point = _MARKS.get(line[:1]), line[1:].strip()
        if kind and point and found:
            found[-1][1].setdefault(kind, []).append(point)
        elif line.lstrip("+~- "):
            found.append((line.lstrip("+~- "), {}))
    return tuple(
        RecordOption(title=title, **{kind: tuple(texts) for kind, texts in points.items()})
        for title, points in found
    )


def write_options(options: Sequence[RecordOption]) -> str:
    """Return options as they are typed."""
    lines: list[str] = []
    for option in options:
        lines.append(" ".join(option.title.split()))
        for mark, kind in _MARKS.items():
            lines += [f"{mark} {' '.join(point.split())}" for point in getattr(option, kind)]
    return "\n".join(lines)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
