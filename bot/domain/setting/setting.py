"""What a setting is that people may change in Slack."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.setting.kinds import Kind, Value
from bot.domain.setting.resolve import CHANNEL, USER, WORKSPACE, Scope

SHARED = frozenset({CHANNEL, WORKSPACE})
OWN = SHARED | {USER}


@dataclass(frozen=True)
class Setting:
    """One setting. `group` and `field` name its default among the environment's settings."""

    name: str
    about: str
    kind: Kind
    group: str
    field: str
    scopes: frozenset[Scope] = SHARED
    narrows: Callable[[Value, Value], bool] | None = None
    """Whether a person's own value may stand in for the others': it only ever makes narrower."""
    personal: Kind | None = None
    """What a person may set for themselves, when that is less."""
