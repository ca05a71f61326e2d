"""Hand-offs over time: asked once, answered once, reminded of once, reported once a day."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.hand_off import HandOffState
from bot.domain.hand_off_words import read_asked
from bot.domain.setting import Scope, Value
from bot.domain.task import TaskState
from bot.errors import NotAllowed, TransitionRefused, UserFacingError
from bot.services import audit, hand_off_news, hand_offs, team_report
from bot.services.hand_offs import NewHandOff
from bot.services.slack_news import SlackNews
from bot.services.workspace_settings import choose
from bot.settings import SlackSettings, TeamsSettings
from bot.slack.cards.hand_off import hand_off_list
from storage.models import HandOff, OutboxRow
from storage.uow import Database
from tests.storage.rows import add_decision, add_task
from tests.support.desk import Desk, desk
from tests.support.stage import words

URL = "https://hooks.example/secret"


@pytest.fixture
async def at(database: Database, tmp_path: Path) -> Desk:
    """A desk whose news become outbox rows; mobile is reached by a webhook."""
    made = desk(database, tmp_path, teams=TeamsSettings(mobile=URL))
    news = SlackNews()
    object.__setattr__(made.ctx, "announcer", news)
    news.attach(made.ctx)
    return made


async def asked(at: Desk, text: str = "a staging database by Friday", **more: Any) -> HandOff:
    values: dict[str, Any] = {
        "workspace_id": "T1",
        "channel_id": "C1",
        "team_channel_id": "C2",
        "direction": "out",
        "team": "devops",
        "asked": read_asked(text, now=at.clock.now()),
        "user_id": "U1",
        "key": "command:1",
    }
    made = await hand_offs.request(at.ctx, NewHandOff(**values | more))
    assert made is not None
    return made


async def rows(database: Database, prefix: str) -> list[OutboxRow]:
    async with database.read() as uow:
        query = select(OutboxRow).where(OutboxRow.key.startswith(prefix)).order_by(OutboxRow.id)
        return list((await uow.session.scalars(query)).all())


async def test_both_sides_see_it_and_only_one_has_buttons(at: Desk, database: Database) -> None:
    row = await asked(at)
    there, here = await rows(database, "hand-off:")
    assert (there.channel_id, here.channel_id) == ("C2", "C1")
    assert "handoff.accept" in str(there.payload)
    assert "handoff.accept" not in str(here.payload)
    assert "handoff.withdraw" in str(here.payload)
    assert "handoff.withdraw" not in str(there.payload)
    again = NewHandOff(
        workspace_id="T1",
        channel_id="C1",
        team_channel_id="C2",
        direction="out",
        team="devops",
        asked=read_asked("x", now=at.clock.now()),
        user_id="U1",
        key="command:1",
    )
    assert await hand_offs.request(at.ctx, again) is None
    assert row.public_id == "H-1"


async def test_an_answer_counts_once_and_an_end_is_an_end(at: Desk) -> None:
    row = await asked(at)
    for _ in range(2):
        row = await hand_offs.answer(at.ctx, row, HandOffState.ACCEPTED, by="U2", receipt="click:1")
    assert (row.state, row.answered_by) == (HandOffState.ACCEPTED, "U2")
    with pytest.raises(UserFacingError, match="Say why not"):
        await hand_offs.answer(at.ctx, row, HandOffState.DECLINED, by="U2", receipt="view:1")
    row = await hand_offs.answer(at.ctx, row, HandOffState.DONE, by="U3", receipt="click:2")
    assert row.remind_at is None
    with pytest.raises(TransitionRefused):
        await hand_offs.answer(
            at.ctx, row, HandOffState.DECLINED, by="U2", receipt="view:2", reason="no"
        )


async def test_who_asked_takes_it_back_once_and_the_other_team_is_told(
    at: Desk, database: Database
) -> None:
    row = await asked(at)
    await hand_offs.answer(at.ctx, row, HandOffState.ACCEPTED, by="U2", receipt="click:1")
    with pytest.raises(NotAllowed, match="Only <@U1> can withdraw H-1"):
        await hand_offs.withdraw(at.ctx, row, by="U2", receipt="view:1")
    for _ in range(2):
        row = await hand_offs.withdraw(at.ctx, row, by="U1", receipt="view:2", reason="found one")
    assert (row.state, row.remind_at) == (HandOffState.WITHDRAWN, None)
    (told,) = await rows(database, f"hand-off:{row.id}:asked:withdrawn")
    assert told.channel_id == "C2"
    assert told.target_key == f"hand-off:{row.id}:asked", "under the card, which may be on its way"
    assert "H-1 is withdrawn by <@U1>: found one." in words(told.payload["blocks"])
    with pytest.raises(UserFacingError, match="is withdrawn already"):
        await hand_offs.withdraw(at.ctx, row, by="U1", receipt="view:3")
    with pytest.raises(TransitionRefused):
        await hand_offs.answer(at.ctx, row, HandOffState.DONE, by="U2", receipt="click:2")
    cards = str([post.payload for post in await rows(database, f"hand-off:{row.id}:")])
    assert "handoff.withdraw" not in cards
    async with database.read() as uow:
        assert await uow.hand_offs.open_ones("T1", seen_from="C1", limit=9) == []


async def test_a_webhook_is_told_of_a_withdrawal(at: Desk, database: Database) -> None:
    row = await asked(at, team="mobile", team_channel_id="")
    await hand_offs.withdraw(at.ctx, row, by="U1", receipt="view:1")
    hooks = await rows(database, f"hand-off:{row.id}:hook:")
    assert [hook.key.rpartition(":")[2] for hook in hooks] == ["requested", "withdrawn"]


async def test_each_reminder_is_posted_once_whoever_looks(at: Desk, database: Database) -> None:
    """Unanswered: daily. Accepted: a day before, at the time, then daily and to both sides."""
    row = await asked(at)  # MORNING is Monday 09:00; due Friday 17:00
    assert await hand_off_news.remind_due(at.ctx) == 0
    at.clock.advance(timedelta(hours=24))
    counts = [await hand_off_news.remind_due(at.ctx) for _ in range(3)]
    assert counts == [1, 0, 0]
    await hand_offs.answer(at.ctx, row, HandOffState.ACCEPTED, by="U2", receipt="click:1")
    for _ in range(12):
        at.clock.advance(timedelta(hours=12))
        await hand_off_news.remind_due(at.ctx)
    posts = await rows(database, f"hand-off:{row.id}:asked:remind:")
    said = [words(post.payload["blocks"]) for post in posts]
    assert "waits for an answer since 24 h" in said[0]
    assert "is due" in said[1]
    assert all("was due" in text for text in said[2:])
    assert len(said) == 5
    assert len(await rows(database, f"hand-off:{row.id}:asking:remind:")) == 3
    await hand_offs.answer(at.ctx, row, HandOffState.DONE, by="U2", receipt="click:2")
    at.clock.advance(timedelta(days=9))
    assert await hand_off_news.remind_due(at.ctx) == 0


async def test_a_reminder_waits_for_the_end_of_quiet_hours(at: Desk, database: Database) -> None:
    row = await asked(at)
    at.clock.advance(timedelta(hours=24))
    hours: dict[str, Value | None] = {"quiet_hours": "08:00-10:00 UTC"}
    await choose(at.ctx, hours, workspace_id="T1", scope=Scope.CHANNEL, scope_id="C2", by="U1")
    assert await hand_off_news.remind_due(at.ctx) == 0
    at.clock.advance(timedelta(minutes=59))
    assert await hand_off_news.remind_due(at.ctx) == 0
    at.clock.advance(timedelta(minutes=1))
    assert await hand_off_news.remind_due(at.ctx) == 1
    assert len(await rows(database, f"hand-off:{row.id}:asked:remind:")) == 1


async def test_who_asks_has_quiet_hours_too(at: Desk, database: Database) -> None:
    row = await asked(at, "a staging database by today")  # due at 17:00
    await hand_offs.answer(at.ctx, row, HandOffState.ACCEPTED, by="U2", receipt="click:1")
    hours: dict[str, Value | None] = {"quiet_hours": "16:00-20:00 UTC"}
    await choose(at.ctx, hours, workspace_id="T1", scope=Scope.CHANNEL, scope_id="C1", by="U1")
    at.clock.advance(timedelta(hours=8))
    assert await hand_off_news.remind_due(at.ctx) == 1
    (there,) = await rows(database, f"hand-off:{row.id}:asked:remind:")
    (here,) = await rows(database, f"hand-off:{row.id}:asking:remind:")
    assert there.not_before <= at.clock.now()
    assert here.not_before == at.clock.now() + timedelta(hours=3)


async def test_a_webhook_is_told_and_its_address_is_in_no_row(at: Desk, database: Database) -> None:
    row = await asked(at, team="mobile", team_channel_id="")
    at.clock.advance(timedelta(hours=24))
    await hand_off_news.remind_due(at.ctx)
    hooks = await rows(database, f"hand-off:{row.id}:hook:")
    assert [hook.key.rpartition(":")[2] for hook in hooks] == ["requested", "reminder-1"]
    assert all(URL not in str(hook.payload) for hook in hooks)
    async with database.read() as uow:
        drawn = await hand_off_news.draw_hook(at.ctx, uow, hooks[0])
    assert drawn is not None
    assert drawn["url"] == URL
    assert drawn["body"]["hand_off"] == {
        "id": "H-1",
        "asking": "backend",
        "asked": "mobile",
        "text": "a staging database",
        "state": "requested",
        "reason": "",
        "due": "2026-03-06",
        "event": "requested",
    }


async def test_of_many_workspaces_one_has_the_operators_webhooks(
    database: Database, tmp_path: Path
) -> None:
    teams = TeamsSettings(mobile=URL, main_orchestrator=URL, webhook_workspace="T1")
    at = desk(database, tmp_path, teams=teams, slack=SlackSettings(client_id="1.2"))
    async with database.begin() as uow:
        for workspace in ("T1", "T2"):
            await add_task(uow, workspace=workspace, title=f"of {workspace}")
    assert await hand_offs.place_of(at.ctx, "T1", "mobile") == ("", True)
    with pytest.raises(UserFacingError, match="Nobody said where the mobile team is"):
        await hand_offs.place_of(at.ctx, "T2", "mobile")
    assert await team_report.send_all(at.ctx, at.clock.now()) == 1
    assert [row.workspace_id for row in await rows(database, "team-report:")] == ["T1"]


async def test_a_long_list_says_how_many_there_are(at: Desk) -> None:
    card = hand_off_news.card_of(await asked(at))
    post = hand_off_list([card] * 27, now=at.clock.now())
    assert post.text == "27 open hand-offs"
    assert words(post.blocks).count("backend → devops") == 25
    assert "and 2 more" in words(post.blocks)


async def test_the_place_of_a_team_is_named_first(at: Desk) -> None:
    assert await hand_offs.place_of(at.ctx, "T1", "mobile") == ("", True)
    with pytest.raises(UserFacingError, match="Nobody said where the testing team is"):
        await hand_offs.place_of(at.ctx, "T1", "testing")


async def test_the_report_says_what_the_rows_say_once_a_day(at: Desk, database: Database) -> None:
    now = at.clock.now()
    async with database.begin() as uow:
        recent: dict[str, Any] = {"state": TaskState.DONE, "ended_at": now - timedelta(hours=2)}
        await add_task(uow, title="Invoice API", **recent)
        await add_task(uow, title="old", state=TaskState.DONE, ended_at=now - timedelta(days=3))
        await add_task(uow, title="secret", channel="G1", private=True, **recent)
        blocked = await add_task(
            uow, title="Ledger", state=TaskState.PAUSED, state_reason="Claude does not answer."
        )
        await add_decision(uow, blocked, title="PostgreSQL")
        await uow.channels.ensure("T1", "C9REPORT", now=now)
    await asked(at)
    await choose(
        at.ctx,
        {"team_main_orchestrator": "C9REPORT"},
        workspace_id="T1",
        scope=Scope.WORKSPACE,
        scope_id="",
        by="U1",
    )
    slot = now.replace(hour=16)
    assert [await team_report.send_all(at.ctx, slot) for _ in range(3)] == [1, 0, 0]
    assert await team_report.send_all(at.ctx, slot + timedelta(days=1)) == 1
    first = (await rows(database, "team-report:"))[0]
    said = words(first.payload["blocks"])
    assert first.channel_id == "C9REPORT"
    for text in (
        "*Done* (1)\n• T-1 Invoice API",
        "*Blocked* (1)\n• T-4 Ledger: Claude does not answer.",
        "*Waiting for a decision* (1)\n• D-1 PostgreSQL",
        "*Open hand-offs* (1)\n• *H-1* backend → devops · a staging database",
        "None: failed, running, blockers of the standups, decided, open escalations.",
    ):
        assert text in said
    assert "secret" not in said
    acts = [(line.action, line.what) for line in await audit.newest(at.ctx, "T1")]
    assert ("handoff.request", "H-1") in acts
    assert "old" not in said.replace("h old", "")


async def test_reports_leave_no_gap_and_tell_nothing_twice(at: Desk, database: Database) -> None:
    """Friday's evening is told on Monday; what a late report comes after waits for the next."""
    monday = at.clock.now().replace(hour=16)
    ends = {
        "friday noon": monday - timedelta(days=3, hours=4),
        "saturday": monday - timedelta(days=2),
        "monday night": monday + timedelta(hours=6),
        "tuesday night": monday + timedelta(days=1, hours=6),
    }
    async with database.begin() as uow:
        for title, ended_at in ends.items():
            await add_task(uow, title=title, state=TaskState.DONE, ended_at=ended_at)
        await uow.channels.ensure("T1", "C9REPORT", now=at.clock.now())
    place: dict[str, Value | None] = {"team_main_orchestrator": "C9REPORT"}
    await choose(at.ctx, place, workspace_id="T1", scope=Scope.WORKSPACE, scope_id="", by="U1")

    async def told(slot: timedelta, *, late: timedelta = timedelta()) -> list[str]:
        at.clock.advance(monday + slot + late - at.clock.now())
        async with database.begin() as uow:
            await uow.schedule_runs.claim(
                team_report.SCHEDULE, monday + slot, worker="w", now=at.clock.now()
            )
        await team_report.send_all(at.ctx, monday + slot)
        last = (await rows(database, "team-report:"))[-1]
        said = words(last.payload["blocks"])
        return [title for title in ends if title in said]

    assert await told(timedelta(), late=timedelta(hours=12)) == ["saturday"]
    # Nobody was up on Tuesday afternoon.
    assert await told(timedelta(days=2)) == ["monday night", "tuesday night"]


async def test_without_a_place_nothing_is_reported(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        await add_task(uow)
    assert await team_report.send_all(at.ctx, at.clock.now()) == 0
