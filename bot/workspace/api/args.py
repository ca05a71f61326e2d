"""The arguments of one API call, merged and read with Slack's tolerance."""

from typing import Any

from bot.workspace.content import decoded
from bot.workspace.shapes import Json, SlackError, bad_arguments

_TRUE = frozenset({"1", "true"})


class Args:
    """Values that may have come as JSON, form or query, so that numbers may be strings."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def text(self, name: str, default: str = "") -> str:
        """Return a string, or the default."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def need(self, name: str) -> str:
        """Return a string that must be there; raises `invalid_arguments`."""
        value = self.text(name)
        if not value:
            raise bad_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a boolean; "1" and "true" are true."""
        value = self.values.get(name)
        return default if value is None else str(value).lower() in _TRUE

    def number(self, name: str, default: int, *, most: int) -> int:
        """Return a whole number between 1 and `most`; raises `invalid_arguments`."""
        value = self.values.get(name)
        if value in (None, ""):
            return default
        try:
            return max(1, min(most, int(str(value))))
        except ValueError:
            raise bad_arguments(f"{name} must be a number") from None

    def moment(self, name: str) -> float | None:
        """Return a message timestamp as a number, or None; raises `invalid_ts_…`."""
        value = self.text(name)
        try:
            return float(value) if value else None
        except ValueError:
            raise SlackError(f"invalid_ts_{name}") from None

    def structure(self, name: str) -> Any:
        """Return a list or object that may have come as JSON text, or None."""
        return decoded(self.values.get(name), "invalid_arguments")
