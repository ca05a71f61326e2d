"""`teamlead doctor`: looks at everything that a start depends on and says what to fix."""

import os

from rich.console import Console

from bot import settings as settings_module
from bot.cli.doctor_check import Check, exit_code, show
from bot.cli.doctor_local import (
    check_database,
    check_embedding,
    check_home,
    check_model,
    check_records,
    check_team,
)
from bot.cli.doctor_measures import check_measures
from bot.cli.doctor_names import check_names
from bot.cli.doctor_sandbox import check_sandbox
from bot.cli.doctor_slack import check_slack
from bot.clock import Clock, SystemClock
from bot.settings import Settings


async def run() -> int:
    """Print all checks on stdout; returns 0, 1 with something to fix, 2 for wrong settings."""
    console = Console(highlight=False)
    if wrong := settings_module.wrong():
        # With a wrong value nothing else can be looked at: the rest would be guesses.
        checks = [Check("Settings", "fix", error.text, error.hint) for error in wrong]
        show([*checks, *check_names(os.environ)], console)
        return 2
    checks = await examine(settings_module.load(), clock=SystemClock())
    show(checks, console)
    return exit_code(checks)


async def examine(settings: Settings, *, clock: Clock) -> list[Check]:
    """Return every check, in the order in which a start would trip over them."""
    home = check_home(settings)
    checks = [Check("Settings", "ok", "All values can be used."), *check_names(os.environ), home]
    checks.append(await check_database(settings))
    checks += [check_team(settings), check_model(settings), *check_records(settings)]
    checks.append(check_embedding(settings))
    checks += check_measures(settings)
    checks.append(await check_sandbox(settings))
    return [*checks, *await check_slack(settings, clock)]
