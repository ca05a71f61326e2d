"""`teamlead replay`: the whole story of one task, from our tables and the engine's."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import typer
from dbos import WorkflowStatus
from sqlalchemy.exc import DBAPIError

from bot import settings as settings_module
from bot.bootstrap import unreachable
from bot.cli import terminal
from bot.clock import SystemClock
from bot.errors import NotFound, UserFacingError
from bot.services.story import Moment, moments
from bot.workflows.records import open_records
from storage.engine import database_url, open_engine
from storage.files import database_file, is_there
from storage.migrate import schema_state
from storage.models import Task
from storage.repositories.stories import StoryRepository, StoryRows
from storage.uow import Database

_NAME = re.compile(r"([TD])-?(\d+)", re.IGNORECASE)
_SPAN = re.compile(r"(\d+)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


async def run(
    name: str, *, workspace: str | None, since: str | None, text: bool, as_json: bool
) -> None:
    """Print the story of a task. Raises UserFacingError; writes nothing anywhere.

    `name` is T-12, a task's id, or D-3 for the task of a decision.
    """
    begin = since_moment(since, now=SystemClock().now()) if since else None
    database = await _open()
    try:
        async with database.read() as uow:
            stories = StoryRepository(uow.session)
            rows = await stories.rows_of(await _task(stories, name, workspace))
        # Stable: what was received stays before the run that it began.
        story = sorted([*moments(rows), *await _runs(database, rows)], key=lambda m: m.place)
    finally:
        await database.close()
    shown = [moment for moment in story if begin is None or moment.at >= begin]
    if as_json:
        typer.echo(json.dumps([_shape(m, text=text) for m in shown], indent=2, default=_written))
        return
    for moment in shown:
        typer.echo(terminal.shown(_line(moment)))
        if text and moment.text:
            typer.echo(
                "\n".join(f"    | {line}" for line in terminal.shown(moment.text).splitlines())
            )


def since_moment(text: str, *, now: datetime) -> datetime:
    """Return the moment of `90s`, `30m`, `2h`, `1d` ago, or of an ISO date or time (UTC).

    Raises UserFacingError for anything else.
    """
    if span := _SPAN.fullmatch(text.strip()):
        return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UserFacingError(
            f"{text!r} is no moment.", hint="Use 30m, 2h, 1d, or 2026-05-31T12:00."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def _open() -> Database:
    """Open the database as it is: looking must not migrate, let alone create it."""
    url = database_url(settings_module.load().database_url)
    if url.get_backend_name() == "sqlite" and not is_there(database_file(url)):
        raise UserFacingError(f"There is no database at {database_file(url)}.")
    engine = open_engine(url)
    try:
        state = await schema_state(engine)
    except (DBAPIError, OSError) as error:
        await engine.dispose()
        raise unreachable(error) from None
    if not state.current:
        await engine.dispose()
        raise UserFacingError(
            f"The database has schema {state.found}, this program wants {state.wanted}.",
            hint="Install the newer Teamlead that it belongs to."
            if state.newer
            else "`teamlead migrate` brings it up to date.",
        )
    return Database(engine)


async def _task(stories: StoryRepository, name: str, workspace: str | None) -> Task:
    found: Sequence[Task]
    if named := _NAME.fullmatch(name.strip()):
        by = stories.tasks_numbered if named[1] in "Tt" else stories.tasks_of_decision
        found = await by(int(named[2]), workspace=workspace)
    else:
        found = await stories.tasks(name.strip(), workspace=workspace)
    if not found:
        raise NotFound("task", name, hint="Use T-12, a task's id, or D-3.")
    if len(found) > 1:
        places = ", ".join(task.workspace_id for task in found)
        raise UserFacingError(f"{name} is in several workspaces: {places}.", hint="--workspace ID")
    return found[0]


async def _runs(database: Database, rows: StoryRows) -> list[Moment]:
    prefixes = [f"task:{rows.task.id}:", *(f"decision:{row.id}:" for row in rows.decisions)]
    async with open_records(database) as records:
        runs = [] if records is None else await records.of_prefix(*prefixes)
    return [moment for item in runs for moment in _run(item, rows.task.created_at)]


def _run(run: WorkflowStatus, earliest: datetime) -> list[Moment]:
    """Return a run's begin and end. Before SQLite 3.42 the engine's file has whole seconds only,
    cut off: such a begin is no earlier than the task, such an end no later than its second.
    """
    facts = {"run": run.workflow_id, "executor": run.executor_id, "version": run.app_version}
    begun, ended = _moment(run.created_at), _moment(run.completed_at or run.updated_at)
    late = timedelta(0) if ended.microsecond else timedelta(milliseconds=999)
    return [
        Moment(begun, "run.begun", facts, order=max(begun, earliest)),
        Moment(ended, f"run.{run.status.lower()}", facts, order=ended + late),
    ]


def _moment(milliseconds: int | None) -> datetime:
    return datetime.fromtimestamp((milliseconds or 0) / 1000, UTC)


def _shape(moment: Moment, *, text: bool) -> dict[str, Any]:
    shape: dict[str, Any] = {"at": moment.at, "event": moment.event, **moment.facts}
    return shape | {"text": moment.text} if text and moment.text else shape


def _line(moment: Moment) -> str:
    facts = "  ".join(
        f"{name}={_written(value)}"
        for name, value in moment.facts.items()
        if value is not None and value != ""
    )
    at = moment.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    return f"{at}  {moment.event:<22}  {facts}"


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
