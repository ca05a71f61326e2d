"""Checks of `teamlead doctor` that need no Slack: home, database, team, model, records."""

import asyncio
import os
import sqlite3
import tempfile
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from bot.adr.git import GitTarget
from bot.cli.doctor_check import Check
from bot.errors import UserFacingError
from bot.model import prices
from bot.model.embedding import is_installed
from bot.settings import Settings
from bot.team import load_team
from storage.engine import database_url, open_engine
from storage.files import make_private
from storage.migrate import SchemaState, schema_state
from storage.swap import is_cut_off

_OTHER_FILE = "Put a backup in place (docs/backup.md), or correct DATABASE_URL."
_DATABASE_SECONDS = 10
"""Longer than a healthy database ever takes to answer one query."""


def check_home(settings: Settings) -> Check:
    """Whether files can be written under TEAMLEAD_HOME; makes the folder."""
    home = settings.app.home
    try:
        make_private(home)
        tempfile.TemporaryFile(dir=home).close()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        advice = "Set TEAMLEAD_HOME to a folder that this user may write to."
        return Check("Home", "fix", f"{home} cannot be written ({reason}).", advice)
    if home.stat().st_mode & 0o007:
        found = f"{home} can be written, but others on this machine can look into it."
        return Check("Home", "note", found, f"`chmod 700 {home}`: it holds what people wrote.")
    return Check("Home", "ok", f"{home} can be written.")


async def check_database(settings: Settings) -> Check:
    """Whether the database answers and has the revision that this program wants."""
    name = "Database"
    try:
        url = database_url(settings.database_url)
    except UserFacingError as error:
        return Check(name, "fix", error.text, error.hint)
    shown = url.render_as_string(hide_password=True)
    if _is_missing_file(url):
        return _missing(name, shown, Path(url.database or "").parent, settings.app.home)
    try:
        async with asyncio.timeout(_DATABASE_SECONDS):
            state = await _state(url)
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        cause = getattr(error, "orig", None) or error
        if isinstance(cause, sqlite3.Error):
            return Check(name, "fix", f"{shown} cannot be read ({cause}).", _OTHER_FILE)
        found = f"{shown} does not answer ({type(cause).__name__})."
        return Check(name, "fix", found, "Start the database server or correct DATABASE_URL.")
    if state.current:
        return Check(name, "ok", f"{shown} is at revision {state.found}.")
    if state.foreign:
        found = f"{shown} holds another program's tables."
        return Check(name, "fix", found, "Name a file of its own for Teamlead in DATABASE_URL.")
    if state.found is None:
        return Check(name, "ok", f"{shown} is empty; the first start fills it.")
    found = f"{shown} is at revision {state.found}, the program wants {state.wanted}."
    if state.newer:
        return Check(
            name, "fix", found, "Install the newer Teamlead that this database belongs to."
        )
    return Check(name, "fix", found, "Run `teamlead migrate`.")


def _missing(name: str, shown: str, folder: Path, home: Path) -> Check:
    """Whether the first start can make the file; it makes no folder but the home."""
    if is_cut_off(folder / Path(shown).name):
        found = f"{shown} is not there: a restore was cut off."
        advice = "Restore again; what was there is beside it, named `.before-…` (docs/backup.md)."
        return Check(name, "fix", found, advice)
    if folder != home and not folder.is_dir():
        advice = f"Make the folder {folder}, or correct DATABASE_URL."
        return Check(name, "fix", f"{shown} cannot be made: its folder is not there.", advice)
    if not os.access(folder, os.W_OK | os.X_OK):
        advice = "Let this user write to that folder, or correct DATABASE_URL."
        found = f"{shown} cannot be reached or made: this user may not write to its folder."
        return Check(name, "fix", found, advice)
    return Check(name, "ok", f"{shown} does not exist yet; the first start makes it.")


def _is_missing_file(url: URL) -> bool:
    """Whether connecting would make a SQLite file that is not there: looking must not."""
    # Not `Path.exists`, which raises where this user may not look.
    return url.get_backend_name() == "sqlite" and not os.path.exists(url.database or "")


async def _state(url: URL) -> SchemaState:
    engine = open_engine(url)
    try:
        return await schema_state(engine)
    finally:
        await engine.dispose()


def check_records(settings: Settings) -> list[Check]:
    """Whether decisions could be committed to their repository; nothing where there is none."""
    adr, name = settings.adr, "Decision records"
    if not adr.repository:
        return []
    try:
        GitTarget(Path(adr.repository).expanduser(), adr.branch, adr.folder)
    except UserFacingError as error:
        return [Check(name, "fix", error.text, error.hint)]
    if settings.many_workspaces and not adr.workspace:
        found = "Nobody said whose decisions the bot commits."
        return [Check(name, "note", found, "Name the workspace in TEAMLEAD_ADR_WORKSPACE.")]
    return [Check(name, "ok", f"They are committed on {adr.branch} of {adr.repository}.")]


def check_team(settings: Settings) -> Check:
    """Whether every charter, pattern and card can be used."""
    try:
        team = load_team(settings.app.team_dir)
    except UserFacingError as error:
        advice = error.hint or "Correct that file (docs/team.md), or unset TEAMLEAD_TEAM_DIR."
        return Check("Team", "fix", error.text, advice)
    own = f", own files from {settings.app.team_dir}" if settings.app.team_dir else ""
    return Check(
        "Team",
        "ok",
        f"{len(team.specialists)} specialists, {len(team.patterns)} patterns,"
        f" {len(team.cards)} cards{own}.",
    )


def check_model(settings: Settings) -> Check:
    """Who would work, and whether the models named are priced and here to stay; calls nobody."""
    if not settings.uses_claude:
        found = "The offline playbook works; no model is asked."
        return Check("Model", "ok", found, "Set ANTHROPIC_API_KEY to have Claude work.")
    # Imported here: the SDK takes a second, and only Claude needs it.
    from bot.model.claude.transport import deprecated

    named = {settings.model.lead, settings.model.specialist, settings.model.triage}
    shown = f"Claude ({', '.join(sorted(named))})"
    if settings.claude.base_url:
        shown += f" at {settings.claude.base_url}"
    try:
        known = prices.load(settings.model.prices_file)
    except UserFacingError as error:
        return Check("Model", "fix", error.text, error.hint)
    ending = [f"{model} ends {day}" for model, day in sorted(deprecated(named).items())]
    if ending:
        advice = "Name newer models in TEAMLEAD_MODEL_LEAD, _SPECIALIST and _TRIAGE."
        return Check("Model", "note", f"{shown}: {', '.join(ending)}.", advice)
    unknown = sorted(model for model in named if known.of(model) is None)
    if unknown:
        advice = "Give their prices in TEAMLEAD_MODEL_PRICES_FILE (docs/models.md)."
        return Check("Model", "note", f"{shown}: no price for {', '.join(unknown)}.", advice)
    return Check("Model", "ok", f"{shown}; the key was not tried.")


def check_embedding(settings: Settings) -> Check:
    """Whether notes are found by their meaning, too; loads no model."""
    name = "Search"
    if settings.embedding.enabled and not is_installed():
        found = "Notes are to be found by meaning, and the extra `embeddings` is not installed."
        advice = "pip install 'teamlead[embeddings]', or unset TEAMLEAD_EMBEDDING_ENABLED."
        return Check(name, "fix", found, advice)
    if settings.embedding.enabled:
        return Check(name, "ok", "Notes are found by their words and by their meaning.")
    how = "Set TEAMLEAD_EMBEDDING_ENABLED=true to find them by meaning, too."
    if not is_installed():
        how = f"pip install 'teamlead[embeddings]', then: {how[0].lower()}{how[1:]}"
    return Check(name, "ok", "Notes are found by their words.", how)
