"""The check of `teamlead doctor` whether specialists' commands could be held in."""

import shutil

from bot.cli.doctor_check import Check
from bot.settings import Settings
from bot.tools.sandbox import Sandbox
from bot.tools.sandbox.machine import PROGRAMS


async def check_sandbox(settings: Settings) -> Check:
    """Whether a sandbox works, tried where it is switched on for all workspaces."""
    name = "Sandbox"
    if settings.sandbox.enabled:
        if problem := await Sandbox(settings.sandbox, settings.app.home).problem():
            advice = "Or set TEAMLEAD_SANDBOX_ENABLED=false (docs/sandbox.md)."
            return Check(name, "fix", problem, advice)
        return Check(name, "ok", "Specialists' commands are held in by bubblewrap.")
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        found = f"Specialists can run no code: there is no {', no '.join(missing)}."
        return Check(name, "ok", found, "Install bubblewrap to let them (docs/sandbox.md).")
    return Check(name, "ok", "Specialists run no code unless a workspace switches it on.")
