"""Reads a form's choice that must be there: an older or bent form may lack it."""

from typing import Any

from bot.errors import UserFacingError


def chosen_of(values: Any, block: str) -> str:
    """Return the value chosen in a form's `choice`; raises UserFacingError when there is none."""
    option = values[block]["choice"].get("selected_option") or {}
    value = option.get("value")
    if not isinstance(value, str):
        raise UserFacingError("A choice is missing.", hint="Open the form again and choose one.")
    return value


def number_of(values: Any, block: str) -> int:
    """Return the same as a whole number; raises UserFacingError for anything else."""
    value = chosen_of(values, block)
    if not (value.isascii() and value.isdigit() and len(value) < 6):
        raise UserFacingError("A choice is not one of the form's.", hint="Open the form again.")
    return int(value)
