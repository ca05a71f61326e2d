"""Gives one object another method for the rest of a test, as a subclass would, but later."""

from collections.abc import Callable
from typing import Any


def replace_method(thing: object, name: str, method: Callable[..., Any]) -> None:
    """Let `thing` alone answer by `method`; raises AttributeError for what it has no method of."""
    getattr(thing, name)
    vars(thing)[name] = method
