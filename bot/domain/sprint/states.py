"""How far a sprint and its items are, and which step may follow which."""

from collections.abc import Mapping
from enum import StrEnum

from bot.errors import TransitionRefused


class SprintState(StrEnum):
    """From the first wish to the end."""

    DRAFT = "draft"
    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"


class ItemState(StrEnum):
    """How far one item is."""

    OPEN = "open"
    STARTED = "started"
    DONE = "done"
    DROPPED = "dropped"


ALIVE = frozenset({SprintState.DRAFT, SprintState.PLANNED, SprintState.RUNNING})
BEFORE_START = frozenset({SprintState.DRAFT, SprintState.PLANNED})
CLOSED = frozenset({ItemState.DONE, ItemState.DROPPED})
_SPRINT: Mapping[SprintState, frozenset[SprintState]] = {
    SprintState.DRAFT: frozenset({SprintState.PLANNED, SprintState.ENDED}),
    SprintState.PLANNED: frozenset({SprintState.RUNNING, SprintState.ENDED}),
    SprintState.RUNNING: frozenset({SprintState.ENDED}),
    SprintState.ENDED: frozenset(),
}
_ITEM: Mapping[ItemState, frozenset[ItemState]] = {
    ItemState.OPEN: frozenset({ItemState.STARTED, ItemState.DONE, ItemState.DROPPED}),
    ItemState.STARTED: frozenset({ItemState.OPEN, ItemState.DONE, ItemState.DROPPED}),
    ItemState.DONE: frozenset({ItemState.OPEN}),
    ItemState.DROPPED: frozenset({ItemState.OPEN}),
}


def move(public_id: str, source: SprintState, target: SprintState) -> SprintState:
    """Return `target`; raises TransitionRefused where a sprint cannot go there."""
    if target not in _SPRINT[source]:
        raise TransitionRefused("sprint", public_id, source.value, target.value)
    return target


def move_item(name: str, source: ItemState, target: ItemState) -> ItemState:
    """Return `target`; raises TransitionRefused where an item cannot go there."""
    if target not in _ITEM[source]:
        raise TransitionRefused("item", name, source.value, target.value)
    return target
