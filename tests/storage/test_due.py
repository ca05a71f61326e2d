"""One look finds everything that is due, and nothing else, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.decision import DecisionState
from bot.domain.task import TaskState
from bot.domain.worktree import WorktreeState
from storage.models import (
    ArchitectureReview,
    Base,
    CodeRepository,
    Decision,
    DecisionDue,
    Escalation,
    Forgetting,
    HandOff,
    Installation,
    LearningItem,
    RetroAction,
    Retrospective,
    Schedule,
    Sprint,
    Standup,
    Survey,
    Task,
    ToolServer,
    Worktree,
)
from storage.repositories.due import LOOKED_FOR, DueRepository
from storage.uow import Database
from tests.support.every_table import NOW, fill

AGO, AHEAD = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
REST: dict[type[Base], dict[str, Any]] = {
    Task: {"state": TaskState.AWAITING_APPROVAL, "resume_at": None, "run": 1, "started_run": 1},
    Decision: {"state": DecisionState.PROPOSED},
    DecisionDue: {"due_at": AHEAD, "told_at": None},
    Schedule: {"next_slot_at": AHEAD},
    RetroAction: {"remind_at": AHEAD},
    LearningItem: {"remind_at": AHEAD},
    HandOff: {"remind_at": AHEAD},
    ToolServer: {"check_at": AHEAD},
    Worktree: {"state": WorktreeState.CLOSED, "branch_at": AHEAD, "round": 1},
    ArchitectureReview: {"due_at": AHEAD},
    Escalation: {"due_at": AHEAD},
    CodeRepository: {"writable": False},
    Forgetting: {"due_at": AHEAD},
    Retrospective: {"due_at": AHEAD},
    Sprint: {"due_at": AHEAD},
    Standup: {"due_at": AHEAD},
    Survey: {"due_at": AHEAD},
}
"""Nothing is due yet."""
COMES: list[tuple[str, type[Base], dict[str, Any]]] = [
    ("schedules", Schedule, {"next_slot_at": AGO}),
    ("resume-due", Task, {"state": TaskState.PAUSED, "resume_at": AGO}),
    ("sweep", Task, {"state": TaskState.WORKING}),
    ("sweep", Decision, {"state": DecisionState.CHANGES_REQUESTED}),
    ("escalations", Escalation, {"due_at": AGO}),
    ("standups", Standup, {"due_at": AGO}),
    ("architecture-reviews", ArchitectureReview, {"due_at": AGO}),
    ("retrospectives", Retrospective, {"due_at": AGO}),
    ("retrospectives", RetroAction, {"remind_at": AGO}),
    ("retrospectives", LearningItem, {"remind_at": AGO}),
    ("surveys", Survey, {"due_at": AGO}),
    ("sprints", Sprint, {"due_at": AGO}),
    ("decisions-due", DecisionDue, {"due_at": AGO}),
    ("hand-offs", HandOff, {"remind_at": AGO}),
    ("tool-servers", ToolServer, {"check_at": AGO}),
    ("worktrees", Worktree, {"branch_at": AGO}),
    ("worktrees", Worktree, {"state": WorktreeState.OPEN, "round": 2}),
    ("worktrees", CodeRepository, {"writable": True}),
    ("forgetting", Forgetting, {"due_at": AGO}),
]
EVEN_WITHOUT_THE_APP = {"resume-due", "sweep", "forgetting"}
"""As the sweeps themselves: what runs goes on, and a wish to be forgotten waits for nobody."""


async def _set(database: Database, table: type[Base], values: dict[str, Any]) -> None:
    async with database.begin() as uow:
        await uow.session.execute(update(table).values(**values))


async def _look(database: Database) -> frozenset[str]:
    async with database.read() as uow:
        return await DueRepository(uow.session).names(NOW)


@pytest.fixture
async def resting(database: Database) -> Database:
    """A workspace with a row in every table, of which nothing is due."""
    async with database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=NOW, is_private=False)
        await fill(uow, workspace_id="T1", channel_id="C1", person="U1", words="words")
        await uow.session.execute(update(Installation).values(removed_at=None))
    for table, values in REST.items():
        await _set(database, table, values)
    return database


async def test_each_thing_that_comes_is_seen_and_nothing_else(resting: Database) -> None:
    assert {name for name, _, _ in COMES} == LOOKED_FOR
    assert await _look(resting) == frozenset()
    for name, table, values in COMES:
        await _set(resting, table, values)
        assert await _look(resting) == {name}, (name, table)
        await _set(resting, table, REST[table])


async def test_where_the_app_was_removed_it_waits(resting: Database) -> None:
    await _set(resting, Installation, {"removed_at": NOW})
    for name, table, values in COMES:
        await _set(resting, table, values)
        seen = {name} if name in EVEN_WITHOUT_THE_APP else set()
        assert await _look(resting) == seen, (name, table)
        await _set(resting, table, REST[table])
