"""Two companies and a private channel in one database: no row shows up where it may not."""

import ast
from pathlib import Path

import pytest

from bot.services import records
from handlers.commands.decision import list_decisions
from handlers.commands.table import Call
from handlers.commands.task import list_tasks
from handlers.desk import Desk as Hands
from storage.models import Decision, Task
from storage.uow import Database
from tests.support.desk import Desk, desk
from tests.support.stage import words

ROOT = Path(__file__).parents[2]
WHOLE_DATABASE = {
    "audit.removal", "base.insert_unless_there", "ledger._total", "outbox._post_or_renew",
    "outbox.depth", "outbox.oldest_waiting", "outbox_queue.heads", "outbox_queue.moments",
    "outbox_queue.overdue", "outbox_queue.shorten_leases", "outbox_queue.under_way",
    "outbox_repair.dead", "rates.ensure", "rates.lock", "retention.count", "retention.keys",
    "retention.remove",
    "stories.tasks_of_decision", "stories.tasks_numbered",
    "tasks.add", "tasks.count_by_state", "tasks.due_to_resume",
    "matrices.add", "services.add", "services.add_architecture", "services.connect",
    "turns.any_waiting", "turns.begun", "turns.lock", "workers.all", "decisions.add",
    "ledger.add", "plans.add", "attachments.add",
    "installations.all", "installations.count_working", "installations.due_for_purge",
    "installations.add_state", "installations.take_state",
}  # fmt: skip
"""Work of the process itself: it delivers, counts, cleans up for all, and shows no row in Slack;
`stories` is `teamlead replay`, for who runs the bot and has the database anyway;
`add` stores an object that has its workspace."""
NO_TENANT = {"schedules", "workers"}
"""Tables without a workspace."""


def unscoped() -> set[str]:
    """Return queries that name neither a workspace nor the id of one row's owner."""
    found = set()
    for file in sorted((ROOT / "storage/repositories").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.AsyncFunctionDef) and file.stem not in NO_TENANT:
                names = [a.arg for a in (*node.args.args, *node.args.kwonlyargs)]
                by_id = any(n.endswith(("_id", "_ids", "ids")) for n in names)
                if "workspace_id" not in ast.unparse(node) and not by_id:
                    found.add(f"{file.stem}.{node.name}")
    return found


def test_every_query_names_a_workspace_or_one_row() -> None:
    """A new query over the whole database must be put on the list above, with open eyes."""
    assert unscoped() - WHOLE_DATABASE == set()


def test_the_list_names_no_query_that_is_gone() -> None:
    stems = {file.stem for file in (ROOT / "storage/repositories").glob("*.py")}
    for name in WHOLE_DATABASE:
        stem, _, method = name.partition(".")
        assert stem in stems
        assert f"def {method}(" in (ROOT / f"storage/repositories/{stem}.py").read_text("utf-8")


BUILDERS = {"select", "insert", "update", "delete", "text", "union", "union_all"}
NO_ROWS = {"bot/workflows/executors.py"}
"""Asks the database for locks, not for rows."""


def builds_statements(file: Path) -> bool:
    """Return whether a file takes from SQLAlchemy what statements are made with."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        names = {alias.name for alias in getattr(node, "names", ()) if isinstance(alias, ast.alias)}
        if isinstance(node, ast.Import) and "sqlalchemy" in names:
            return True
        source = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        if source.startswith("sqlalchemy") and names & BUILDERS:
            return True
    return False


def test_queries_are_written_in_one_place() -> None:
    """Outside `storage/` nobody builds a statement, so the list above sees them all."""
    files = [f for name in ("bot", "handlers", "scheduler") for f in (ROOT / name).rglob("*.py")]
    assert {str(f.relative_to(ROOT)) for f in files if builds_statements(f)} == NO_ROWS


PLACES = {
    ("T1", "C1"): False,
    ("T1", "C2"): False,
    ("T1", "CP"): True,
    ("T2", "C1"): False,
    ("T2", "CX"): False,
}


def mark(workspace: str, channel: str) -> str:
    """Return a word that stands only in one channel's rows."""
    return f"canary{workspace}{channel}".lower()


@pytest.fixture
async def seeded(database: Database, tmp_path: Path) -> Desk:
    """A task and a decision in every place, each with its place's word."""
    at = desk(database, tmp_path)
    for number, ((workspace, channel), private) in enumerate(PLACES.items()):
        word = mark(workspace, channel)
        task = await at.take_in(
            f"invoices {word}",
            workspace_id=workspace,
            channel_id=channel,
            is_private=private,
            ts=f"170000000{number}.000100",
        )
        now = at.clock.now()
        async with database.begin() as uow:
            await uow.decisions.add(
                Decision(
                    workspace_id=workspace,
                    channel_id=channel,
                    thread_id=task.thread_id,
                    task_id=task.id,
                    number=await uow.channels.next_decision_number(workspace),
                    title=f"invoices {word}",
                    body={"title": word, "context": word, "outcome": word},
                    created_at=now,
                    updated_at=now,
                )
            )
    return at


async def shown(at: Desk, workspace: str, channel: str) -> str:
    """Return everything that somebody may be told in a channel."""
    call = Call(
        desk=Hands(at.ctx, None, None),  # type: ignore[arg-type]  # lists start nothing
        workspace_id=workspace,
        channel_id=channel,
        user_id="U1",
        words="",
        client=None,  # type: ignore[arg-type]
    )
    posts = [await list_tasks(call), await list_decisions(call)]
    async with at.ctx.database.read() as uow:
        found = await uow.tasks.newest(workspace, limit=9, channel_id=channel)
    asked = Task(
        id="other", workspace_id=workspace, channel_id=channel, requester_id="U1", thread_id="x"
    )
    names = " ".join(f"T-{n} D-{n}" for n in range(1, 9))
    told = [await records.about(at.ctx, asked, text) for text in (names, "which invoices?")]
    return "\n".join([*(words(p.blocks) + p.text for p in posts), *told, *(t.text for t in found)])


@pytest.mark.parametrize("place", PLACES, ids="-".join)
async def test_no_row_crosses(seeded: Desk, place: tuple[str, str]) -> None:
    text = (await shown(seeded, *place)).lower()
    assert mark(*place) in text
    for other, private in PLACES.items():
        if other != place and (other[0] != place[0] or private):
            assert mark(*other) not in text, other
