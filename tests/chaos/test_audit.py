"""The audit notices each thing that can go wrong; without it the chaos suite would always pass."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.domain.task import AssignmentState, TaskState
from bot.workspace import Workspace
from bot.workspace.seed import BACKEND
from storage.models import Task
from storage.uow import Database
from tests.chaos.books import Books
from tests.chaos.claude import Made
from tests.chaos.ledger import Audit, audit
from tests.chaos.report import Row, as_table, write
from tests.storage.rows import add_call, add_decision, add_plan, add_task

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WISH = "wish-0001"
Change = Callable[["Story"], None]


class Story:
    """One task that went well, told three times: in rows, in Slack, at Claude."""

    def __init__(self, task: Task, decision_id: str) -> None:
        self.workspace = Workspace()
        self.wishes = [WISH]
        self.made = [Made(WISH, step, "answer", True) for step in ("Plan", "work:a1", "Synthesis")]
        self.keys = [
            f"task:{task.id}:r1:card",
            f"task:{task.id}:r1:work:a1",
            f"task:{task.id}:r1:synthesis",
            f"decision:{decision_id}:1",
        ]

    def audit(self, database_url: str) -> Audit:
        """Post what is to be seen, then audit."""
        for number, key in enumerate(self.keys):
            metadata = {"event_type": "teamlead_post", "event_payload": {"key": key}}
            message = {"ts": f"17.{number}", "text": "x", "metadata": metadata}
            self.workspace.state.put_message(BACKEND, message)
        return audit(Books(database_url), self.workspace, self.made, wishes=self.wishes)


async def story(
    database: Database, *, state: str = "done", lost: int = 0, rounds: int = 1
) -> Story:
    """Store the rows of a task with one assignment and one decision."""
    async with database.begin() as uow:
        task = await add_task(
            uow, text=f"an API ({WISH})", state=TaskState(state), synthesis={}, round=rounds
        )
        plan = await add_plan(uow, task, "api-architect")
        for item in await uow.plans.assignments(plan.id):
            item.state = AssignmentState.DONE
        decision = await add_decision(uow, task)
        for _ in range(lost):
            await add_call(uow, task, "r1:work:a1", "lost")
    return Story(task, decision.id)


def numbers(found: Audit) -> dict[str, int]:
    """Return what is not 0."""
    return {
        name: value
        for name, value in vars(found).items()
        if isinstance(value, int) and value and name != "tasks"
    }


async def test_a_good_story_is_clean(database: Database, database_url: str) -> None:
    found = (await story(database)).audit(database_url)
    assert (numbers(found), found.notes, found.tasks) == ({}, [], 1)
    assert found.row("none", "sqlite", 0).clean


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        (lambda told: told.keys.pop(), {"posts_lost": 1}),
        (lambda told: told.keys.append(told.keys[1]), {"posts_doubled": 1}),
        (lambda told: told.keys.append(f"{told.keys[0]}#anew"), {"posts_doubled": 1}),
        (lambda told: told.wishes.append("wish-0002"), {"tasks_lost": 1}),
        (
            lambda told: told.made.append(Made(WISH, "work:a1", "answer", False)),
            {"calls_paid_twice": 1, "calls_repeated": 1},
        ),
        (lambda told: told.made.append(Made(WISH, "work:a1", "cut", True)), {}),
    ],
    ids=["post lost", "post doubled", "posted anew", "wish lost", "paid twice", "a fault is free"],
)
async def test_what_went_wrong_is_noticed(
    database: Database, database_url: str, change: Change, noticed: dict[str, int]
) -> None:
    told = await story(database)
    change(told)
    found = told.audit(database_url)
    assert numbers(found) == noticed
    assert found.row("none", "sqlite", 1).clean == (not noticed)


async def test_a_death_explains_as_many_repeated_calls_as_it_hit(
    database: Database, database_url: str
) -> None:
    told = await story(database, lost=1)
    again = Made(WISH, "work:a1", "answer", True)
    told.made.append(again)
    found = told.audit(database_url)
    assert numbers(found) == {"calls_repeated": 1, "in_flight": 1}
    assert found.row("killed", "sqlite", 1).clean
    told.made.append(again)
    assert numbers(told.audit(database_url))["calls_paid_twice"] == 1


@pytest.mark.parametrize(
    ("told", "noticed"),
    [({"state": "failed"}, "tasks_lost"), ({"rounds": 2}, "tasks_doubled")],
)
async def test_a_task_that_failed_or_was_worked_again_is_noticed(
    database: Database, database_url: str, told: dict[str, Any], noticed: str
) -> None:
    found = (await story(database, **told)).audit(database_url)
    assert numbers(found)[noticed] == 1


@pytest.mark.usefixtures("database_url")
def test_the_table_sums_up_each_database(tmp_path: Path) -> None:
    rows = [Row("killed", "sqlite", 3, 2), Row("slack", "sqlite", 4, 5, posts_lost=1)]
    table = as_table(rows)
    last = [cell.strip() for cell in table.splitlines()[-1].strip("|").split("|")]
    assert last[:7] == ["all", "sqlite", "7", "7", "0", "0", "1"]
    write(tmp_path / "made" / "chaos", rows, seed=5)
    assert table in (tmp_path / "made" / "chaos.md").read_text()
    assert '"seed": 5' in (tmp_path / "made" / "chaos.json").read_text()
