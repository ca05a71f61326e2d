"""Hands the running engine's context to workflow functions, which the library calls by name."""

from bot.errors import Bug
from bot.services.context import Context, Starter

_held: list[tuple[Context, Starter]] = []


def hold(context: Context, starter: Starter) -> None:
    """Make `context` the one that workflows use from now on."""
    _held[:] = [(context, starter)]


def release() -> None:
    """Forget it."""
    _held.clear()


def context() -> Context:
    """Return the context; raises Bug when no engine runs."""
    return _get()[0]


def starter() -> Starter:
    """Return who starts further work; raises Bug when no engine runs."""
    return _get()[1]


def _get() -> tuple[Context, Starter]:
    if not _held:
        raise Bug("a workflow ran without an engine")
    return _held[0]
