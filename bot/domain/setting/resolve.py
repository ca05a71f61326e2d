"""Which of several values counts: the person's, the channel's, the workspace's, the default."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from bot.domain.setting.kinds import Kind, Value
from bot.errors import UserFacingError

if TYPE_CHECKING:
    from bot.domain.setting.table import Setting


class Scope(StrEnum):
    """For whom a value was chosen."""

    WORKSPACE = "workspace"
    CHANNEL = "channel"
    USER = "user"


WORKSPACE, CHANNEL, USER = Scope.WORKSPACE, Scope.CHANNEL, Scope.USER

Source = Literal["user", "channel", "workspace", "environment", "default"]
Chosen = Mapping[Scope, Any]
"""What is stored for one setting, by scope, as JSON gives it back."""


@dataclass(frozen=True)
class Resolved:
    """The value that counts, and where it comes from."""

    value: Value
    source: Source


def resolve(setting: "Setting", base: Resolved, chosen: Chosen) -> Resolved:
    """Return the channel's value before the workspace's before `base`, the operator's.

    A person's own value stands before them only where it narrows theirs. A value that does not fit
    any more, after an upgrade changed the limits, counts as not chosen.
    """
    found = base
    for scope in (WORKSPACE, CHANNEL):
        value = _fitting(setting, setting.kind, scope, chosen)
        if value is not None:
            found = Resolved(value, scope.value)
    own = _fitting(setting, setting.personal or setting.kind, USER, chosen)
    if own is not None and (setting.narrows is None or setting.narrows(own, found.value)):
        return Resolved(own, USER.value)
    return found


def _fitting(setting: "Setting", kind: Kind, scope: Scope, chosen: Chosen) -> Value | None:
    if scope not in setting.scopes or scope not in chosen:
        return None
    try:
        return kind.check(chosen[scope])
    except UserFacingError:
        return None
