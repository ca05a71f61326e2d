"""A survey from opening to result: counted once each, by nobody's name, or not shown at all."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from bot.domain.access import Person
from bot.domain.setting import Scope
from bot.domain.survey import SurveyKind, reminds_from
from bot.errors import NotFound, UserFacingError
from bot.services import survey_news, surveys
from bot.services.context import Context
from bot.services.survey_news import card_of
from bot.services.survey_people import people_of
from bot.services.surveys import Opening
from bot.services.workspace_settings import choose
from bot.slack.cards.survey import as_csv, result_post, survey_list
from storage.models import OutboxRow, Survey, SurveyMember
from storage.repositories.surveys import root_key
from tests.support.agents import KnownPeople
from tests.support.desk import Desk
from tests.support.every_table import dump
from tests.support.forgetting import forget_person
from tests.support.schedules import firing, scheduled

DAY = timedelta(days=1)
TEAM = Opening("T1", "C1", SurveyKind.TEAM, key="k", minutes=7 * 24 * 60, by="U1", is_private=False)
PEOPLE = frozenset(f"U{n}" for n in range(1, 7))


def stakeholders(people: frozenset[str] = PEOPLE) -> Opening:
    return Opening(
        "T1", "C1", SurveyKind.STAKEHOLDERS, key="s", minutes=7 * 24 * 60, people=people,
        is_private=False,
    )  # fmt: skip


async def answer(ctx: Context, row: Survey, user: str, score: int, receipt: str = "") -> None:
    await surveys.answer(
        ctx, "T1", row.id, score, user_id=user, receipt=receipt or f"view:{user}:{score}"
    )


async def fresh(ctx: Context, row: Survey) -> Survey:
    async with ctx.database.read() as uow:
        return await uow.surveys.get("T1", row.id)


async def posts(ctx: Context, *, view: str = "") -> list[OutboxRow]:
    async with ctx.database.read() as uow:
        rows = (await uow.session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
    return [row for row in rows if not view or row.view == view]


async def members(ctx: Context) -> list[SurveyMember]:
    async with ctx.database.read() as uow:
        return list((await uow.session.scalars(select(SurveyMember))).all())


async def test_answers_are_counted_once_each_and_nobodys(office: Desk) -> None:
    ctx = office.ctx
    opened = await asyncio.gather(*(surveys.start(ctx, TEAM) for _ in range(3)))
    row = opened[0]
    assert {other.id for other in opened} == {row.id}
    with pytest.raises(UserFacingError, match="still open"):
        await surveys.start(ctx, Opening("T1", "C1", SurveyKind.TEAM, key="z", minutes=60))
    await asyncio.gather(*(answer(ctx, row, "U1", 5, receipt="same") for _ in range(3)))
    with pytest.raises(UserFacingError, match="You have answered SV-1"):
        await answer(ctx, row, "U1", 1)
    with pytest.raises(UserFacingError, match="five answers"):
        await answer(ctx, row, "U2", 6)
    with pytest.raises(NotFound):
        await surveys.answer(ctx, "T2", row.id, 5, user_id="U2", receipt="x")
    assert card_of(await fresh(ctx, row)).scores is None, "nothing is shown while it is open"
    async with ctx.database.read() as uow:
        rows = await dump(uow)
    where = [table for table, found in rows.items() if "U1" in str(found)]
    assert sorted(where) == ["survey", "survey_member"], "who opened it, and that they answered"
    assert "5" not in {str(value) for value in vars((await members(ctx))[0]).values()}
    for user, score in (("U2", 5), ("U3", 5), ("U4", 4), ("U5", 2)):
        await answer(ctx, row, user, score)
    office.clock.advance(8 * DAY)
    with pytest.raises(UserFacingError, match="closed"):
        await answer(ctx, row, "U6", 5)
    await asyncio.gather(*(surveys.sweep(ctx) for _ in range(2)))
    done = await fresh(ctx, row)
    assert (done.answers, done.scores) == (5, (0, 1, 0, 1, 3))
    assert await members(ctx) == [], "who has answered is gone"
    said = result_post(card_of(done)).text
    assert "4.20 of 5, 80 % chose 4 or 5, n=5. 1: 0 · 2: 1 · 3: 0 · 4: 1 · 5: 3" in said
    assert as_csv([card_of(done)]).splitlines()[1].endswith(",5,4.20,80.0,0,1,0,1,3")
    assert len(await posts(ctx, view=survey_news.RESULT)) == 1
    with pytest.raises(UserFacingError, match="closed already"):
        await surveys.close(ctx, "T1", row.id, by="U1", receipt="c")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_two_results_are_days_apart(office: Desk) -> None:
    """One more answer a day later, and the difference of the counts is that person's."""
    ctx = office.ctx

    async def held(opening: Opening, answers: int, *, closed_after: timedelta = DAY) -> None:
        row = await surveys.start(ctx, opening)
        for number in range(answers):
            await answer(ctx, row, f"U{number + 1}", 4, receipt=f"{row.id}:{number}")
        office.clock.advance(closed_after)
        await surveys.close(ctx, "T1", row.id, by="U1", receipt=f"{row.id}:close")

    for kind, elsewhere in ((TEAM, True), (stakeholders(), False)):
        await held(replace(kind, key=f"{kind.kind}-few"), 3)
        await held(replace(kind, key=f"{kind.kind}-first"), 5)
        with pytest.raises(UserFacingError, match="two results so close could tell") as refused:
            await surveys.start(ctx, replace(kind, key=f"{kind.kind}-second"))
        assert refused.value.hint.startswith("The next can open on ")
        other = replace(kind, channel_id="C2", key=f"{kind.kind}-other")
        if elsewhere:
            await held(other, 0)
        else:
            with pytest.raises(UserFacingError, match="Stakeholders in this workspace") as said:
                await surveys.start(ctx, other)
            assert said.value.hint.endswith(", in any channel.")
        await surveys.start(ctx, replace(kind, workspace_id="T2", key=f"{kind.kind}-foreign"))
        office.clock.advance(6 * DAY - timedelta(minutes=1))
        await held(replace(kind, key=f"{kind.kind}-week"), 5)


async def test_of_too_few_nothing_is_shown_and_nothing_kept(office: Desk) -> None:
    ctx = office.ctx
    row = await surveys.start(ctx, TEAM)
    for user in ("U1", "U2", "U3", "U4"):
        await answer(ctx, row, user, 1)
    for _ in range(2):
        await surveys.close(ctx, "T1", row.id, by="U1", receipt="once")
    done = await fresh(ctx, row)
    assert (done.answers, done.scores) == (None, (0, 0, 0, 0, 0))
    said = result_post(card_of(done)).text + survey_list([card_of(done)]).text
    assert "too few answers to show any (it takes 5)" in said
    assert "4" not in said, "not even how many"
    assert as_csv([card_of(done)]).splitlines()[1].endswith(",,,,,,,,")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_team_that_is_too_small_is_not_asked_for_nothing(office: Desk) -> None:
    """Four people can never give the five answers of which something is shown."""
    with pytest.raises(UserFacingError, match="4 people are here"):
        await surveys.start(office.ctx, replace(TEAM, members=4))
    await surveys.start(office.ctx, replace(TEAM, members=5))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_stakeholders_are_asked_by_name_and_reminded_once(office: Desk) -> None:
    ctx = office.ctx
    with pytest.raises(UserFacingError, match="I would ask 4 people"):
        await surveys.start(ctx, stakeholders(frozenset(sorted(PEOPLE)[:4])))
    row = await surveys.start(ctx, stakeholders())
    asked = await posts(ctx, view=survey_news.ASK)
    assert {post.channel_id for post in asked} == PEOPLE
    with pytest.raises(UserFacingError, match="asks other people"):
        await answer(ctx, row, "U9", 5)
    for user in ("U1", "U2", "U3", "U4"):
        await answer(ctx, row, user, 4, receipt=f"view:V{user[1:]}:hash")
    with pytest.raises(UserFacingError, match="asks some of these people already"):
        await surveys.start(
            ctx,
            Opening(
                "T1", "C2", SurveyKind.STAKEHOLDERS, key="t", minutes=60, people=PEOPLE | {"U7"},
                is_private=False,
            ),
        )  # fmt: skip
    for _ in range(13):
        office.clock.advance(DAY / 2)
        await surveys.sweep(ctx)
    reminders = await posts(ctx, view=survey_news.REMINDER)
    assert sorted(post.channel_id for post in reminders) == ["U5", "U6"], "once, who is missing"
    office.clock.advance(DAY / 2)
    await surveys.sweep(ctx)
    assert (await fresh(ctx, row)).state == "closed"
    async with ctx.database.read() as uow:
        rows = await dump(uow)
    named = [table for table, found in rows.items() if any(who in str(found) for who in PEOPLE)]
    assert named == [], "neither who was asked nor who was reminded"
    async with ctx.database.read() as uow:
        assert await survey_news.draw_reminder(ctx, uow, reminders[0]) is None, "too late"
        assert await survey_news.draw_ask(ctx, uow, asked[0]) is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_person_is_forgotten_and_their_count_stays(office: Desk) -> None:
    ctx = office.ctx
    row = await surveys.start(ctx, stakeholders())
    await answer(ctx, row, "U2", 3)
    await forget_person(ctx, "T1", "U2")
    assert "U2" not in {member.user_id for member in await members(ctx)}
    assert (await fresh(ctx, row)).threes == 1
    with pytest.raises(UserFacingError, match="asks other people"):
        await answer(ctx, row, "U2", 1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_schedule_opens_one_and_says_why_it_did_not(office: Desk) -> None:
    ctx = office.ctx
    for kind in ("survey", "stakeholder-survey"):
        await scheduled(ctx, "daily 09:30", kind=kind, zones=("UTC",), window_minutes=60)
    office.clock.advance(DAY / 24)
    await asyncio.gather(*(firing(ctx, f"bot-{n}").fire_due() for n in range(2)))
    async with ctx.database.read() as uow:
        found = await uow.surveys.newest("T1", "C1", limit=9)
    assert [(row.kind, row.closes_at - row.opens_at) for row in found] == [
        ("team", timedelta(hours=1))
    ]
    refused = [row for row in await posts(ctx) if row.key.startswith("survey-refused:")]
    assert len(refused) == 1
    assert "I would ask 0 people" in str(refused[0].payload)


async def archive(ctx: Context, row: Survey) -> OutboxRow:
    """Let the first message of a survey find its channel archived."""
    async with ctx.database.begin() as uow:
        root = await uow.outbox.by_key("T1", root_key(row.id))
        assert root is not None
        root.state, root.problem_code = "dead", "channel_gone"
        root.problem = "The channel is gone, archived or closed to me"
    return root


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_in_an_archived_channel_it_ends_with_a_reason(office: Desk) -> None:
    ctx = office.ctx
    row = await surveys.start(ctx, replace(stakeholders(), by="U9"))
    root = await archive(ctx, row)
    await surveys.sweep(ctx)
    assert (await fresh(ctx, row)).state == "open", "it may still be let in"
    office.clock.advance(DAY / 24)
    await surveys.sweep(ctx)
    assert (await fresh(ctx, row)).state == "closed"
    (told,) = [post for post in await posts(ctx) if post.key.endswith(":ended")]
    assert told.channel_id == "U9"
    assert told.payload["text"] == (
        "SV-1 in <#C1> is ended: its message could not be posted."
        " The channel is gone, archived or closed to me."
    )
    for view in (survey_news.ASK, survey_news.RESULT):
        assert await posts(ctx, view=view) == [], "nobody else is asked"
    async with ctx.database.read() as uow:
        assert await survey_news.draw_card(ctx, uow, root) is None, "nor told when it is opened"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whose_schedule_opened_it_is_told_that_it_ended(office: Desk) -> None:
    ctx = office.ctx
    await scheduled(ctx, "daily 09:30", kind="survey", zones=("UTC",), window_minutes=90)
    office.clock.advance(DAY / 48)
    await firing(ctx).fire_due()
    async with ctx.database.read() as uow:
        (row,) = await uow.surveys.newest("T1", "C1", limit=9)
    await archive(ctx, row)
    office.clock.advance(DAY / 24)
    await surveys.sweep(ctx)
    told = [post.channel_id for post in await posts(ctx) if post.key.endswith(":ended")]
    assert told == ["U1"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_first_look_reminds_nobody(office: Desk) -> None:
    row = await surveys.start(office.ctx, TEAM)
    office.clock.advance(DAY / 24)
    assert await surveys.sweep(office.ctx) == 1
    assert await posts(office.ctx, view=survey_news.REMINDER) == []
    found = await fresh(office.ctx, row)
    assert found.due_at == reminds_from(found.opens_at, found.closes_at)
    short = await surveys.start(office.ctx, replace(TEAM, channel_id="C2", key="h", minutes=60))
    office.clock.advance(timedelta(minutes=42))
    await surveys.sweep(office.ctx)
    (told,) = await posts(office.ctx, view=survey_news.REMINDER)
    assert told.key.startswith(root_key(short.id)), "an hour's is reminded of in time"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_stakeholders_are_named_people_groups_or_the_channel(office: Desk) -> None:
    known = KnownPeople(
        {"U8": Person("U8", is_bot=True), "U3": Person("U3", is_guest=True)},
        {"C1": frozenset({"U1", "U2", "U3", "U8"}), "S1": frozenset({"U5", "U8"})},
    )
    ask = partial(people_of, office.ctx, known, "T1", "C1", by="U1")
    assert await ask() == {"U1", "U2"}, "the setting's default: members, no bots, no guests"
    assert await ask(named=("U3", "S1")) == {"U3", "U5"}
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=office.clock.now(), is_private=False)
    await choose(
        office.ctx, {"survey_stakeholders": ("S1",)}, workspace_id="T1", scope=Scope.CHANNEL,
        scope_id="C1", by="U1",
    )  # fmt: skip
    assert await ask() == {"U5"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_private_channel_s_members_are_asked_only_for_a_member(office: Desk) -> None:
    """Else "I would ask 3 people" says how many are in there, to whoever may configure."""
    known = KnownPeople({}, {"G1": frozenset({"U5", "U6", "U7"}), "C2": frozenset({"U6"})})
    async with office.ctx.database.begin() as uow:
        for channel, private in (("C2", False), ("G1", True), ("G2", True)):
            await uow.channels.ensure("T1", channel, now=office.clock.now(), is_private=private)
    ask = partial(people_of, office.ctx, known, "T1", "C1")
    said = set()
    for channel in ("G1", "G2", "C9"):  # full, empty and unknown look alike
        with pytest.raises(UserFacingError) as refused:
            await ask(by="U1", named=(channel,))
        said.add(refused.value.sentence())
    assert len(said) == 1
    assert "only for a member" in said.pop()
    assert await ask(by="U5", named=("G1", "C2")) == {"U5", "U6", "U7"}
    assert await ask(by="U1", named=("C2",)) == {"U6"}
