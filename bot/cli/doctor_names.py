"""`teamlead doctor` looks for misspelled settings: a start ignores names that it does not know."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from pydantic_settings import DotEnvSettingsSource

from bot.cli.doctor_check import Check
from bot.settings import AppSettings, groups, variable

_OURS = "TEAMLEAD_"
_OF_OTHERS = frozenset({"TEAMLEAD_MCP_TOKEN", "TEAMLEAD_SCREENSHOTS"})
"""Read by an MCP client's configuration (docs/mcp.md) and by the browser tests."""


def check_names(environment: Mapping[str, str]) -> list[Check]:
    """Return a line for each TEAMLEAD_ name, set here or in `.env`, that is no setting."""
    known = {variable(group, field) for group in groups().values() for field in group.model_fields}
    of_file = DotEnvSettingsSource(AppSettings).env_vars
    given = {name.upper() for name in (*environment, *of_file)}
    unknown = {name for name in given if name.startswith(_OURS)} - known - _OF_OTHERS
    return [
        Check("Setting", "note", f"{name} is no setting and does nothing.", _advice(name, known))
        for name in sorted(unknown)
    ]


def _advice(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.75)
    if near:
        return f"Did you mean {near[0]}?"
    return "docs/settings.md lists all of them."
