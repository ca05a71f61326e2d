"""Every view, asked in every place: nothing of another company or a private channel is in one."""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from bot import metrics
from bot.adr.target import FolderTarget
from bot.errors import UserFacingError
from bot.services import audit, records
from bot.services.adr_export import export_folder
from bot.services.stored_metrics import stored
from bot.services.story import moments
from handlers.commands.lead import SUBCOMMANDS
from handlers.commands.table import Call
from handlers.home import Home
from storage.models import Task
from storage.repositories.stories import StoryRepository
from storage.uow import Database
from tests.security.places import PLACES, SHARED, Where, hidden_from, mark, seed
from tests.support.desk import Desk, desk
from tests.support.hands import hands
from tests.support.slack_client import client, refusal
from tests.support.stage import words

NUMBERS = range(1, 8)
ASKED: dict[str, list[str]] = {
    "tasks": [""],
    "task": [f"T-{n}" for n in NUMBERS],
    "decisions": ["", "invoices", "open", "due"],
    "decision": [f"D-{n}" for n in NUMBERS],
    "why": [*(f"T-{n}" for n in NUMBERS), *(f"D-{n}" for n in NUMBERS), "invoices"],
    "matrices": [""],
    "services": [""],
    "metrics": ["", "here", "success 30d"],
    "cost": ["", *(f"{way} 90d" for way in ("channels", "tasks", "specialists", "days"))],
    "survey": ["", *(f"SV-{n}" for n in NUMBERS)],
    "memory": ["", "invoices", *(f"open T-{n}" for n in NUMBERS)],
    "escalations": ["mine", "open", "all"],
    "escalation": [f"X-{n}" for n in NUMBERS],
    "conflicts": [""],
    "conflict": [f"C-{n}" for n in NUMBERS],
    "handoffs": ["", "report"],
    "schedule": ["", *(f"S-{n}" for n in NUMBERS)],
    "standup": ["", "report", "report today", "since Monday"],
    "retro": ["", "actions", "lessons", "history", *(f"RT-{n}" for n in NUMBERS)],
    "assessment": ["", *(f"AS-{n}" for n in NUMBERS)],
    "learning": ["", *(f"L-{n}" for n in NUMBERS)],
    "sprint": ["", "list", *(f"SP-{n}" for n in NUMBERS)],
    "review": ["", "history", *(f"AR-{n}" for n in NUMBERS)],
    "debt": ["", *(f"TD-{n}" for n in NUMBERS)],
    "radar": [""],
    "measures": [""],
    "gates": ["", "repo:shop"],
    "targets": ["", *(f"P-{n}" for n in NUMBERS)],
    "away": [""],
    "team": [""],
    "tools": ["", *(f"T-{n}" for n in NUMBERS)],
    "status": [""],
    "settings": ["", "approve"],
    "audit": [""],
    "forget": ["me", "channel"],
    "help": [""],
}
"""What only shows something."""
SHOWN = {
    "tasks", "task", "decisions", "decision", "why", "matrices", "services", "escalations",
    "memory",
    "escalation", "conflicts", "conflict", "schedule", "standup", "retro", "learning", "assessment",
    "sprint", "review", "debt", "radar", "targets",
    "gates",
}  # fmt: skip
"""What shows something that `seed` made in the place."""
ACTS = {
    "remember", "ask", "stop", "retry", "quiet", "listen", "decide", "matrix", "service",
    "architecture", "escalate", "handoff",
}  # fmt: skip
"""What does something; those that name a thing by its number look it up as `task` does."""


class Slack:
    """Answers what views ask of Slack, and keeps the Home that is published."""

    def __init__(self) -> None:
        self.home = ""

    async def users_info(self, **_: Any) -> dict[str, Any]:
        return {"user": {"id": "U9", "is_admin": True}}

    async def conversations_info(self, *, channel: str) -> dict[str, Any]:
        about = {"is_private": channel in ("CP", "D1"), "is_ext_shared": channel == SHARED[1]}
        return {"channel": {"id": channel, **about}}

    async def conversations_members(self, **_: Any) -> dict[str, Any]:
        return {"members": ["U1"]}

    async def chat_getPermalink(self, **_: Any) -> dict[str, Any]:
        raise refusal("message_not_found")

    async def views_publish(self, *, view: dict[str, Any], **_: Any) -> None:
        self.home = json.dumps(view, ensure_ascii=False)


@pytest.fixture
async def seeded(database: Database, tmp_path: Any) -> Desk:
    at = desk(database, tmp_path)
    await seed(at)
    return at


async def told(at: Desk, place: Where) -> dict[str, str]:
    """Return what each view says in a place, in small letters."""
    found: dict[str, str] = {}
    for name, asked in ASKED.items():
        for typed in asked:
            call = Call(
                desk=hands(at.ctx),
                workspace_id=place[0],
                channel_id=place[1],
                user_id="U9",
                words=typed,
                client=client(Slack()),
            )
            try:
                post = await SUBCOMMANDS[name].run(call)
                said = f"{words(post.blocks)} {post.text} {post.blocks}"
            except UserFacingError as refused:
                said = refused.sentence()
            found[f"{name} {typed}"] = said.lower()
    return found


async def test_no_view_shows_what_is_hidden(seeded: Desk) -> None:
    for place in PLACES:
        check(place, await told(seeded, place))


def check(place: Where, views: dict[str, str]) -> None:
    """Each list and page shows the place's own rows, and none that are hidden from it."""
    own = mark(*place)
    shown = {name.split()[0] for name, said in views.items() if own in said}
    alone = {"escalations", "escalation"} if place[1].startswith("D") else set()
    assert shown >= SHOWN - alone
    for other in hidden_from(place):
        leaks = [name for name, said in views.items() if mark(*other) in said]
        if place == SHARED:
            # The workspace's log, shown to one person who may configure: never an outsider.
            leaks = [name for name in leaks if name.split() != ["audit"]]
        assert leaks == [], other


def test_each_subcommand_is_looked_at() -> None:
    """A new one is named above: it is a view that hides, or it shows nothing by itself."""
    assert ASKED.keys() | ACTS == SUBCOMMANDS.keys()
    assert not ASKED.keys() & ACTS


async def test_the_home_shows_a_stranger_public_channels_only(seeded: Desk) -> None:
    slack = Slack()

    class Who:
        team_id = "T1"

    event = {"tab": "home", "user": "U9"}
    await Home(hands(seeded.ctx)).opened(event, cast(Any, Who()), client(slack))
    assert mark("T1", "C1") in slack.home
    hidden = [place for place, private in PLACES.items() if private or place[0] != "T1"]
    assert [place for place in hidden if mark(*place) in slack.home] == []


async def test_metrics_hold_numbers_only(seeded: Desk) -> None:
    text = metrics.exposition(await stored(seeded.ctx.database, clock=seeded.clock)).decode()
    assert "teamlead" in text
    assert "canary" not in text.lower()


async def test_a_story_is_of_one_task_without_texts(seeded: Desk) -> None:
    async with seeded.ctx.database.read() as uow:
        (task,) = await uow.tasks.newest("T1", limit=1, channel_id="CP")
        rows = await StoryRepository(uow.session).rows_of(task)
    story = moments(rows)
    facts = " ".join(str(moment.facts) for moment in story).lower()
    assert "canary" not in facts
    texts = " ".join(moment.text for moment in story).lower()
    assert mark("T1", "CP") in texts
    assert [place for place in PLACES if place != ("T1", "CP") and mark(*place) in texts] == []


async def test_the_audit_log_is_one_workspaces_and_says_nothing_private(seeded: Desk) -> None:
    lines = [line async for line in audit.lines(seeded.ctx.database, workspace_id="T2")]
    assert {json.loads(line)["workspace_id"] for line in lines} == {"T2"}
    newest = " ".join(map(str, await audit.newest(seeded.ctx, "T1"))).lower()
    assert newest
    assert [each for each in hidden_from(("T1", "C1")) if mark(*each) in newest] == []


async def test_an_export_of_decisions_is_one_workspaces_public_ones(
    seeded: Desk, tmp_path: Path
) -> None:
    folders: dict[str, tuple[dict[str, Any], list[Where]]] = {
        "all": ({"workspace": "T1"}, [("T1", "C1"), ("T1", "C2"), SHARED]),
        "private": ({"workspace": "T1", "channel": "CP"}, [("T1", "CP")]),
    }
    for name, (scope, expected) in folders.items():
        target = FolderTarget(tmp_path / name)
        await export_folder(seeded.ctx.database, seeded.clock, target, **scope)
        files = [file for file in (tmp_path / name).rglob("*") if file.is_file()]
        written = " ".join(file.name + file.read_text("utf-8") for file in files).lower()
        assert [place for place in PLACES if mark(*place) in written] == expected, name


async def test_what_a_model_is_told_of_the_records(seeded: Desk) -> None:
    names = " ".join(f"T-{n} D-{n}" for n in NUMBERS)
    for workspace, channel in PLACES:
        asked = Task(
            id="other",
            workspace_id=workspace,
            channel_id=channel,
            requester_id="U1",
            thread_id="x",
        )
        said = " ".join(
            [await records.about(seeded.ctx, asked, text) for text in (names, "which invoices?")]
        ).lower()
        assert mark(workspace, channel) in said
        hidden = hidden_from((workspace, channel))
        assert [other for other in hidden if mark(*other) in said] == []
