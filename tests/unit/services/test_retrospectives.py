"""A retrospective from opening to report: by time and by hand, once, whoever dies or clicks."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.domain.retrospective import ActionState, LessonKind, Phase
from bot.errors import UserFacingError
from bot.services import (
    retro_actions,
    retrospective_cards,
    retrospective_lessons,
    retrospective_marks,
    retrospective_news,
    retrospective_sweep,
    retrospective_views,
    retrospectives,
)
from bot.services.context import Context
from bot.services.retro_actions import NewAction
from bot.services.retrospectives import Opening
from bot.services.schedules import Home
from bot.slack.cards.retrospective import RetrospectiveCard, headline
from storage.models import OutboxRow, RetroCard, Retrospective, RetroVote
from tests.support.desk import Desk
from tests.support.every_table import dump
from tests.support.forgetting import forget_person
from tests.support.schedules import firing, scheduled

HOUR = timedelta(hours=1)
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For rules, whose questions to both are in tests/storage/test_retrospectives.py."""
OPENING = Opening("T1", "C1", key="start:1", minutes=600, by="U1")


async def begun(ctx: Context, opening: Opening = OPENING) -> Retrospective:
    row = await retrospectives.start(ctx, opening, receipt=opening.key, is_private=False)
    assert row is not None
    return row


async def write(ctx: Context, row: Retrospective, user: str, *texts: str, receipt: str) -> None:
    said = dict(enumerate(texts))
    await retrospective_cards.write(ctx, "T1", row.id, said, user_id=user, receipt=receipt)


async def card(ctx: Context, row: Retrospective) -> RetrospectiveCard:
    async with ctx.database.read() as uow:
        found = await uow.retrospectives.get("T1", row.id)
        return await retrospective_views.card_of(ctx, uow, found)


async def keys(ctx: Context) -> list[str]:
    """Return what was queued, without the retrospective's id."""
    async with ctx.database.read() as uow:
        rows = (await uow.session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
    return [row.key[len("retrospective:") + 32 :] for row in rows if row.key[:5] == "retro"]


async def go_on(ctx: Context, row: Retrospective, seen: Phase, receipt: str) -> None:
    await retrospectives.go_on(ctx, "T1", row.id, seen=seen, by="U1", receipt=receipt)


async def test_from_opening_to_report_by_time(office: Desk) -> None:
    ctx = office.ctx
    await scheduled(ctx, "weekdays 09:30", kind="retrospective", zones=("UTC",), window_minutes=600)
    office.clock.advance(HOUR / 2)
    await asyncio.gather(*(firing(ctx, f"bot-{n}").fire_due() for n in range(3)))
    async with ctx.database.read() as uow:
        row = await uow.retrospectives.open_in("T1", "C1")
    assert row is not None
    await write(ctx, row, "U1", "Pairing helped", "Deploys are slow\nNo staging", receipt="a")
    await write(ctx, row, "U2", "", "Our deploys are too slow", receipt="b")
    hidden = await card(ctx, row)
    assert [column.cards for column in hidden.columns] == [1, 3, 0]
    assert (hidden.writers, hidden.topics) == (2, ())

    office.clock.advance(4 * HOUR)
    assert await retrospective_sweep.sweep(ctx) == 1, "a reminder"
    office.clock.advance(HOUR)
    moved = await asyncio.gather(*(retrospective_sweep.sweep(ctx) for _ in range(3)))
    assert sum(moved) == 1
    topics = (await card(ctx, row)).topics
    assert [len(topic.cards) for topic in topics] == [2, 1, 1]
    assert {topic.votes for topic in topics} == {None}

    office.clock.advance(HOUR)
    await retrospective_sweep.sweep(ctx)
    wanted = [topics[0].group_id, topics[1].group_id]
    for user in ("U1", "U2"):
        await retrospective_cards.vote(
            ctx, "T1", row.id, wanted[: 1 + (user == "U1")], user_id=user, receipt=user
        )
    voting = await card(ctx, row)
    assert (voting.votes, voting.voters) == (3, 2)
    assert {topic.votes for topic in voting.topics} == {None}
    office.clock.advance(2 * HOUR)
    await retrospective_sweep.sweep(ctx)
    shown = await card(ctx, row)
    assert [topic.votes for topic in shown.topics] == [2, 1, 0]
    assert shown.phase is Phase.DISCUSS
    office.clock.advance(2 * HOUR)
    await retrospective_sweep.sweep(ctx)
    assert (await card(ctx, row)).phase is Phase.CLOSED
    assert await retrospective_sweep.sweep(ctx) == 0
    said = ["", ":edit", ":phase:collect", ":phase:group", ":phase:vote", ":phase:discuss"]
    assert sorted(await keys(ctx)) == sorted([*said, ":report", ":report:edit"])


@one_database
async def test_one_is_open_in_a_channel_at_a_time(office: Desk) -> None:
    ctx = office.ctx
    row = await begun(ctx)
    await scheduled(ctx, "weekdays 09:30", kind="retrospective", zones=("UTC",), window_minutes=600)
    office.clock.advance(HOUR / 2)
    await firing(ctx).fire_due()
    assert [key.partition(":due:")[1] for key in await keys(ctx)] == ["", ":due:"]
    async with ctx.database.begin() as uow:
        assert len(await uow.retrospectives.newest("T1", "C1", limit=9)) == 1
        again = replace(OPENING, key="sprint:1")
        said = await retrospectives.follow(ctx, uow, again)
        assert row.public_id in said
        other = await retrospectives.follow(ctx, uow, replace(again, channel_id="C2"))
        assert "RT-2 begins" in other
        assert len(await uow.retrospectives.newest("T1", "C1", limit=9)) == 1


@one_database
async def test_without_a_card_it_ends(office: Desk) -> None:
    row = await begun(office.ctx)
    with pytest.raises(UserFacingError, match="Nobody has written"):
        await go_on(office.ctx, row, Phase.COLLECT, "x")
    office.clock.advance(5 * HOUR)
    await retrospective_sweep.sweep(office.ctx)
    assert (await card(office.ctx, row)).phase is Phase.CLOSED


async def test_what_dies_in_the_middle_is_done_by_the_next(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await begun(office.ctx)
    await write(office.ctx, row, "U1", "a", receipt="a")
    office.clock.advance(5 * HOUR)
    with monkeypatch.context() as dying:

        async def die(*_: object, **__: object) -> None:
            raise asyncio.CancelledError

        dying.setattr(retrospectives, "arrange", die)
        with pytest.raises(asyncio.CancelledError):
            await retrospective_sweep.sweep(office.ctx)
    assert (await card(office.ctx, row)).writers == 1, "nothing is half done"
    office.clock.advance(20 * HOUR)  # nobody was up; a phase still has its whole time
    assert await retrospective_sweep.sweep(office.ctx) == 1
    found = await card(office.ctx, row)
    assert (found.phase, found.ends_at) == (Phase.GROUP, office.clock.now() + HOUR)
    assert await retrospective_sweep.sweep(office.ctx) == 0


@one_database
async def test_clicks_that_come_twice_late_or_from_an_old_card(office: Desk) -> None:
    ctx = office.ctx
    row = await begun(ctx)
    assert await retrospectives.start(ctx, OPENING, receipt="start:1", is_private=False) is None
    with pytest.raises(UserFacingError, match="still open"):
        await begun(ctx, replace(OPENING, key="start:2"))
    for receipt in ("a", "a"):
        await write(ctx, row, "U1", "one\ntwo", receipt=receipt)
    await write(ctx, row, "U1", "two\nthree", receipt="b")
    async with ctx.database.read() as uow:
        assert [*(await retrospective_cards.mine(uow, row, "U2"))] == []
        mine = (await retrospective_cards.mine(uow, row, "U1"))[0]
    assert sorted(mine) == ["three", "two"]
    for receipt in ("n", "n"):
        await go_on(ctx, row, Phase.COLLECT, receipt)
    with pytest.raises(UserFacingError, match="went on already"):
        await go_on(ctx, row, Phase.COLLECT, "m")
    with pytest.raises(UserFacingError, match="no cards any more"):
        await write(ctx, row, "U2", "late", receipt="c")
    with pytest.raises(UserFacingError, match="takes no votes"):
        await retrospective_cards.vote(ctx, "T1", row.id, [], user_id="U1", receipt="v")
    with pytest.raises(UserFacingError):
        await retrospective_cards.write(ctx, "T2", row.id, {}, user_id="U1", receipt="d")


@one_database
async def test_people_sort_cards(office: Desk) -> None:
    ctx = office.ctx
    row = await begun(ctx)
    await write(ctx, row, "U1", "Pairing helped\nGood plan", "Deploys are slow", receipt="a")
    await go_on(ctx, row, Phase.COLLECT, "n")
    async with ctx.database.read() as uow:
        cards = await uow.retrospective_rows.cards(row.id)
    by_text = {item.text: item.id for item in cards}
    both = [by_text["Pairing helped"], by_text["Deploys are slow"]]
    for receipt, chosen, title in (("1", both, "How we work"), ("1", both, "Twice")):
        await retrospective_cards.sort(ctx, "T1", row.id, chosen, title=title, receipt=receipt)
    topics = {topic.title: topic for topic in (await card(ctx, row)).topics}
    assert set(topics) == {"How we work", "Good plan"}
    assert topics["How we work"].column == "What worked, What failed"
    await retrospective_cards.sort(ctx, "T1", row.id, both[:1], title="", receipt="2")
    titles = sorted(topic.title for topic in (await card(ctx, row)).topics)
    assert titles == ["Good plan", "How we work", "Pairing helped"]
    with pytest.raises(UserFacingError, match="at least one"):
        await retrospective_cards.sort(ctx, "T1", row.id, ["?"], title="", receipt="3")


async def test_no_row_says_whose_a_card_or_vote_is(office: Desk) -> None:
    """While it is collected there are marks, afterwards not even those, and no key."""
    ctx, person = office.ctx, "U0SECRET01"
    row = await begun(ctx)
    await write(ctx, row, person, "I am afraid of deploys", receipt="a")
    async with ctx.database.read() as uow:
        assert person not in json.dumps(await dump(uow), default=str)
        (made,) = (await uow.session.scalars(select(RetroCard))).all()
    assert made.author == retrospective_marks.mark(row, person)
    assert not {"created_at", "updated_at"} & set(RetroCard.__table__.columns.keys())
    await go_on(ctx, row, Phase.COLLECT, "1")
    async with ctx.database.read() as uow:
        (made,) = (await uow.session.scalars(select(RetroCard))).all()
    assert made.author == ""
    await go_on(ctx, row, Phase.GROUP, "2")
    topic = (await card(ctx, row)).topics[0].group_id
    await retrospective_cards.vote(ctx, "T1", row.id, [topic], user_id=person, receipt="v")
    await go_on(ctx, row, Phase.VOTE, "3")
    async with ctx.database.read() as uow:
        assert (await uow.session.scalars(select(RetroVote))).all() == []
        assert (await uow.retrospectives.get("T1", row.id)).secret is None
        assert person not in json.dumps(await dump(uow), default=str)


@one_database
async def test_who_is_forgotten_takes_their_cards_along_while_it_can_be_told(office: Desk) -> None:
    ctx = office.ctx
    row = await begun(ctx)
    await write(ctx, row, "U0FORGETME", "the canary sings", receipt="a")
    await write(ctx, row, "U2", "it stays", receipt="b")
    await forget_person(ctx, "T1", "U0FORGETME")
    async with ctx.database.read() as uow:
        assert [item.text for item in await uow.retrospective_rows.cards(row.id)] == ["it stays"]


@one_database
async def test_votes_are_limited_and_can_be_changed(office: Desk) -> None:
    ctx = office.ctx
    row = await begun(ctx)
    await write(ctx, row, "U1", "alpha\nbeta one\ngamma two\ndelta three", receipt="a")
    await go_on(ctx, row, Phase.COLLECT, "1")
    await go_on(ctx, row, Phase.GROUP, "2")
    topics = [topic.group_id for topic in (await card(ctx, row)).topics]
    assert len(topics) == 4
    with pytest.raises(UserFacingError, match="3 votes"):
        await retrospective_cards.vote(ctx, "T1", row.id, topics, user_id="U1", receipt="v1")
    for receipt, wanted in (("v2", topics[:3]), ("v3", topics[3:]), ("v2", topics[:3])):
        await retrospective_cards.vote(ctx, "T1", row.id, wanted, user_id="U1", receipt=receipt)
    await go_on(ctx, row, Phase.VOTE, "3")
    assert next((t.group_id, t.votes) for t in (await card(ctx, row)).topics) == (topics[3], 1)


@one_database
async def test_the_next_one_opens_with_what_became_of_the_actions(office: Desk) -> None:
    ctx, clock = office.ctx, office.clock
    row = await begun(ctx)
    await write(ctx, row, "U1", "Deploys are slow", receipt="a")
    for number, phase in enumerate((Phase.COLLECT, Phase.GROUP, Phase.VOTE)):
        await go_on(ctx, row, phase, f"{number}")
    made = []
    for text, due in (("runbook", date(2026, 3, 6)), ("alerts", None), ("tests", None)):
        wanted = NewAction("T1", "C1", text, "U1", "U2", due, row.id)
        made.append(await retro_actions.add(ctx, wanted, receipt=text))
        assert await retro_actions.add(ctx, wanted, receipt=text) is None
    await retrospective_lessons.keep(
        ctx, "T1", row.id, LessonKind.FAILED, "Deploys need a runbook", by="U1", receipt="l"
    )
    await go_on(ctx, row, Phase.DISCUSS, "9")
    closed = await card(ctx, row)
    assert [item.text for item in closed.agreed] == ["runbook", "alerts", "tests"]
    assert [item.kind for item in closed.lessons] == ["what failed"]

    clock.advance(timedelta(days=7))
    ids = [item.id for item in made if item is not None]
    for receipt in ("d", "d"):
        await retro_actions.end(ctx, "T1", ids[1], ActionState.DONE, by="U2", receipt=receipt)
    with pytest.raises(UserFacingError, match="done already"):
        await retro_actions.end(ctx, "T1", ids[1], ActionState.DROPPED, by="U2", receipt="e")
    await retro_actions.change(
        ctx, "T1", ids[2], text="more tests", owner_id="U3", due_on=None, by="U1", receipt="c"
    )
    again = await begun(ctx, replace(OPENING, key="start:2"))
    before = [(item.text, item.standing.value) for item in (await card(ctx, again)).before]
    assert before == [("runbook", "overdue"), ("alerts", "done"), ("more tests", "changed")]


@one_database
async def test_two_days_from_friday_on_stand_still_at_the_weekend(office: Desk) -> None:
    """The example of the docs, Friday at 14:00 for two days: nothing happens on Saturday."""
    ctx = office.ctx
    office.clock.advance(datetime(2026, 3, 6, 14, tzinfo=UTC) - ctx.clock.now())
    row = await begun(ctx, replace(OPENING, minutes=2 * 24 * 60))
    assert row.ends_at == datetime(2026, 3, 9, 14, tzinfo=UTC)
    assert row.due_at == datetime(2026, 3, 9, 9, 12, tzinfo=UTC), "reminded when they work again"
    await write(ctx, row, "U1", "Pairing helped", receipt="a")
    office.clock.advance(timedelta(days=2))
    assert await retrospective_sweep.sweep(ctx) == 0
    ends = []
    for _ in Phase:
        async with ctx.database.read() as uow:
            row = await uow.retrospectives.get("T1", row.id)
        if row.closed_at is not None:
            break
        ends.append(row.ends_at)
        office.clock.advance(row.ends_at - ctx.clock.now())
        await retrospective_sweep.sweep(ctx)
    assert ends[-1] == datetime(2026, 3, 10, 14, tzinfo=UTC), "Tuesday"
    meeting = await begun(ctx, replace(OPENING, key="start:2", minutes=60))
    assert meeting.ends_at == ctx.clock.now() + timedelta(minutes=30)


@one_database
async def test_its_weekend_is_the_channel_s(office: Desk) -> None:
    """Friday 20:00 in New York is Saturday in UTC; in Dubai this team works from Sunday on."""
    office.clock.advance(datetime(2026, 3, 7, 1, tzinfo=UTC) - office.clock.now())
    zone = ("America/New_York",)
    await scheduled(office.ctx, "every Friday 18:00", kind="retrospective", zones=zone)
    row = await begun(office.ctx, replace(OPENING, minutes=2 * 24 * 60))
    assert row.ends_at == datetime(2026, 3, 10, 0, tzinfo=UTC), "four hours, then Monday's 20"
    assert "· Fri 6 Mar ·" in headline(await card(office.ctx, row))

    week = {"zones": ("Asia/Dubai",), "work_days": (6, 0, 1, 2, 3)}
    other = Home("T1", "C2")
    await scheduled(office.ctx, "every Thursday 18:00", kind="retrospective", home=other, **week)
    row = await begun(
        office.ctx, replace(OPENING, channel_id="C2", key="start:3", minutes=2 * 24 * 60)
    )
    assert row.ends_at == datetime(2026, 3, 8, 20, tzinfo=UTC), "Sunday, whole"


@one_database
async def test_one_that_was_never_seen_says_nothing_when_its_channel_is_opened_again(
    office: Desk,
) -> None:
    row = await begun(office.ctx)
    office.clock.advance(timedelta(days=2))
    await retrospective_sweep.sweep(office.ctx)
    async with office.ctx.database.read() as uow:
        root = await uow.outbox.by_key("T1", f"retrospective:{row.id}")
        assert root is not None
        assert await retrospective_news.draw_card(office.ctx, uow, root) is None
