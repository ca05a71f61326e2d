"""Bends a payload out of shape: parts left out, doubled or replaced by something else."""

import copy
from typing import Any

from hypothesis import strategies as st

from bot.workspace.shapes import Json

Path = tuple[str | int, ...]

_NASTY = st.sampled_from(
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "a" * 13_000,
        "🎉" * 400,
        "\u202e<!channel>\u200b",
        "{}",
        "[]",
        '{"task_id": null}',
        '{"task_id": 7, "decision_id": []}',
        "T-99999999999999999999",
        "U0NOBODY",
        "C0NOWHERE",
        "1e999",
        "-1",
        "'; DROP TABLE task; --",
        "<@",
        "%s%n{0}",
        "2026-02-30",
    ]
)
_JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    _NASTY,
    st.just([]),
    st.just({}),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3)), max_size=3),
    st.dictionaries(st.text(max_size=5), st.one_of(st.none(), st.text(max_size=5)), max_size=3),
)


@st.composite
def bent(draw: st.DrawFn, payload: Json) -> Json:
    """Return a copy of `payload` with one to four parts changed."""
    bent_one = copy.deepcopy(payload)
    for _ in range(draw(st.integers(1, 4))):
        paths = _paths(bent_one)
        if not paths:
            break
        path = draw(st.sampled_from(paths))
        _change(bent_one, path, draw(st.sampled_from(("drop", "replace", "wrap"))), draw(_JUNK))
    return bent_one


def _paths(value: Any, at: Path = ()) -> list[Path]:
    """Return where there is something to change, outermost first."""
    children: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    found = [(*at, key) for key, _ in children]
    for key, child in children:
        found.extend(_paths(child, (*at, key)))
    return found


def _change(value: Any, path: Path, how: str, junk: Any) -> None:
    *way, last = path
    for key in way:
        value = value[key]
    if how == "drop":
        del value[last]
    elif how == "wrap":
        value[last] = [value[last], value[last]]
    else:
        value[last] = junk
