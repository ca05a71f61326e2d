"""Tests log as the program does."""

from structlog import dev


def test_stack_traces_are_plain() -> None:
    """Whoever imports structlog before `bot.cli.logs` gets rich's, a third of a second each."""
    assert dev.default_exception_formatter is dev.plain_traceback
