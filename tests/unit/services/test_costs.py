"""What calls cost adds up whichever way it is split, and a budget warns once before it is spent."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.cost import CostAsked, forecast, read
from bot.domain.usage import MICROS
from bot.errors import BudgetSpent, UserFacingError
from bot.model.port import AnswerRequest
from bot.services import costs
from bot.services.context import Context
from bot.services.kpis import Seat
from bot.services.ledger import look, reserve
from bot.services.slack_news import SlackNews
from bot.settings import BudgetSettings
from bot.slack.cards.cost import CostCard, cost_card
from bot.slack.charts import SKETCH
from storage.models import OutboxRow, Task
from tests.storage.rows import NOW, add_call, add_plan, add_task
from tests.support.desk import Desk

HERE = Seat.of_channel("T1", "C1")
DAY = timedelta(days=1)


@pytest.fixture
async def spent(office: Desk) -> Desk:
    """A public task with a specialist's turns, one in a private channel, one elsewhere."""
    office.clock.advance(NOW - office.clock.now())
    async with office.ctx.database.begin() as uow:
        for place, private, workspace in (
            ("C1", False, "T1"),
            ("G1", True, "T1"),
            ("C1", False, "T2"),
        ):
            task = await add_task(uow, workspace=workspace, channel=place, private=private)
            await add_plan(uow, task, "database-architect", "api-architect")
            for number, (step, micros) in enumerate(
                (("r1:plan", 100_000), ("r1:work:a1", 200_000), ("r1:work:a1:t2", 50_000),
                 ("r1:work:a2", 400_000), ("r2:work:a1", 1_000))
            ):  # fmt: skip
                await add_call(
                    uow, task, step, "done", cost_micros=micros, started_at=NOW - number * DAY,
                    tokens_in=10, tokens_out=1,
                )  # fmt: skip
            await add_call(
                uow, task, "r1:lost", "lost", reserved_micros=9_000, started_at=NOW - DAY
            )
    office.clock.advance(timedelta(hours=1))
    return office


async def card(at: Desk, words: str = "", seat: Seat = HERE) -> CostCard:
    async with at.ctx.database.read() as uow:
        return await costs.card_of(at.ctx, uow, seat, read(words))


async def test_every_split_adds_up(spent: Desk) -> None:
    found = await card(spent)
    assert (found.total.micros, found.total.calls) == (1_520_000, 12)
    assert (found.hidden.micros, found.hidden.calls) == (760_000, 6)
    for by in ("channels", "tasks", "specialists", "days", "models"):
        lines = (await card(spent, by)).parts[by]
        assert sum(line.micros for line in lines) == 760_000, by
    by_name = {line.name: line.micros for line in found.parts["specialists"]}
    titles = {name: one.title for name, one in spent.ctx.team.specialists.items()}
    assert by_name == {
        titles["api-architect"]: 400_000, titles["database-architect"]: 250_000, "Lead": 110_000,
    }, "a lost call counts as reserved; round 2 has no plan, so it is the lead's"  # fmt: skip
    text = str(cost_card(found).blocks)
    assert "$1.52 for 12 calls." in text
    assert "Private channels elsewhere: $0.76, 6 calls." in text
    assert "• <#C1>: $0.76, 6 calls" in text
    assert "T-1: $0.76" in text
    assert "T-2" not in text
    # Until yesterday: all but today's 200,000, in three days and what was left of the first one.
    seen = 4 - (NOW - NOW.replace(hour=0, minute=0, second=0, microsecond=0)) / DAY
    assert found.forecast is not None
    assert found.forecast.n == 3
    assert found.forecast.average_micros == round((1_520_000 - 200_000) / seen)
    since = f"{NOW - 4 * DAY:%d %b %Y}"
    assert f"the average of {seen:.3g} days since {since}, for the 30 days left" in text
    elsewhere = (await card(spent, "days", Seat.of_channel("T3", "C1"))).forecast
    assert elsewhere is None or elsewhere.micros is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_costs_nothing_is_said_once(office: Desk) -> None:
    async with office.ctx.database.begin() as uow:
        task = await add_task(uow, workspace="T1", channel="C1")
        for step in ("r1:plan", "r1:synthesis"):
            await add_call(uow, task, step, "done", cost_micros=0, model="offline",
                           started_at=office.clock.now() - DAY)  # fmt: skip
    free = str(cost_card(await card(office)).blocks)
    assert free.count("$") == 0
    assert "2 calls. The offline model costs nothing." in free
    assert "• <#C1>: 2 calls" in free
    assert "T-1" not in free
    assert "Private channels elsewhere" not in free
    async with office.ctx.database.begin() as uow:
        hidden = await add_task(uow, workspace="T1", channel="G1", private=True)
        await add_call(uow, hidden, "r1:plan", "done", cost_micros=0, model="offline",
                       started_at=office.clock.now() - DAY)  # fmt: skip
    free = str(cost_card(await card(office)).blocks)
    assert "3 calls. The offline model costs nothing." in free
    assert "• <#C1>: 2 calls" in free
    assert "Private channels elsewhere: 1 call." in free, "or the lists do not add up to the total"
    with pytest.raises(UserFacingError, match="cost nothing"):
        await costs.post_days(office.ctx, HERE, CostAsked(), receipt="d", is_private=False)
    async with office.ctx.database.begin() as uow:
        await add_call(uow, task, "r2:plan", "done", cost_micros=120_000, model="m",
                       started_at=office.clock.now() - DAY)  # fmt: skip
    both = str(cost_card(await card(office, "models")).blocks)
    assert "$0.12 for 4 calls. What cost nothing is left out of the lists." in both
    assert "• m: $0.12, 1 call" in both
    assert "offline:" not in both


async def test_a_specialist_s_scores_and_estimates_are_no_cost_of_the_lead_s(office: Desk) -> None:
    async with office.ctx.database.begin() as uow:
        task = await add_task(uow, workspace="T1", channel="C1")
        for step in ("score:api-architect", "sprint:estimates:api-architect", "sprint:staffing"):
            at = office.clock.now() - DAY
            await add_call(uow, task, f"r1:{step}", "done", cost_micros=100_000, started_at=at)
    lines = (await card(office, "specialists")).parts["specialists"]
    title = office.ctx.team.specialists["api-architect"].title
    assert {line.name: line.micros for line in lines} == {title: 200_000, "Lead": 100_000}


def test_a_forecast_weighs_the_first_day_by_its_hours_and_ends_at_the_window() -> None:
    today = NOW.replace(hour=12, minute=0, second=0, microsecond=0)
    daily = [((today - back * DAY).date(), 100_000) for back in range(5)]
    late = today - 4 * DAY + timedelta(hours=11)  # 23:00: an hour of its day was seen
    found = forecast(daily, now=today, first=late, most=14)
    assert (found.n, found.average_micros) == (3, round(400_000 / (3 + 1 / 24)))
    assert found.since == late.date()
    cut = forecast(daily, now=today, first=late, most=3)
    assert (cut.n, cut.average_micros) == (3, 100_000)
    assert cut.since == (today - 3 * DAY).date()
    assert forecast([], now=today, first=None, most=14).since is None
    soon = forecast(daily[:1], now=today, first=today, most=14)
    assert (soon.n, soon.micros, soon.since) == (0, None, today.date())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_file_and_a_chart_are_queued_once(spent: Desk) -> None:
    for _ in range(2):
        await costs.post_file(spent.ctx, HERE, CostAsked(), receipt="f", is_private=False)
        await costs.post_days(spent.ctx, HERE, CostAsked(days=5), receipt="d", is_private=False)
    async with spent.ctx.database.read() as uow:
        rows = {row.key: row for row in (await uow.session.scalars(select(OutboxRow))).all()}
    lines = rows["cost:f"].payload["content"].splitlines()
    assert len(lines) == 7
    assert "2026-03-01,C1,T-1,database-architect,m,1,10,1,0.200000" in lines
    assert rows["cost:d"].payload[SKETCH]["series"] == [
        ["Model calls", [0.001, 0.4, 0.05, 0.209, 0.1]]
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_file_that_is_not_whole_says_so(
    spent: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for most, receipt in ((3, "cut"), (6, "whole")):
        monkeypatch.setattr(costs, "MOST_ROWS", most)
        await costs.post_file(spent.ctx, HERE, CostAsked(), receipt=receipt, is_private=False)
    async with spent.ctx.database.read() as uow:
        rows = {row.key: row for row in (await uow.session.scalars(select(OutboxRow))).all()}
    assert len(rows["cost:cut"].payload["content"].splitlines()) == 4
    assert "the first 3 lines; name fewer days" in rows["cost:cut"].payload["initial_comment"]
    assert "first" not in rows["cost:whole"].payload["initial_comment"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_budget_warns_once_in_its_thread(office: Desk) -> None:
    news = SlackNews()
    ctx = Context(**{**vars(office.ctx), "announcer": news})
    news.attach(ctx)
    async with ctx.database.begin() as uow:
        task = await add_task(uow)
        await add_call(uow, task, "r1:plan", "done", cost_micros=1_590_000,
                       started_at=office.clock.now())  # fmt: skip
    await _reserve(ctx, office, task.id, "a")
    assert await _warnings(ctx) == [], "79 % is not yet"
    async with ctx.database.begin() as uow:
        await add_call(uow, task, "r1:more", "done", cost_micros=20_000,
                       started_at=office.clock.now())  # fmt: skip
    for step in ("b", "c"):
        await _reserve(ctx, office, task.id, step)
    (said,) = await _warnings(ctx)
    assert said.task_id == task.id
    assert "% of the money for this task is gone" in str(said.payload)
    assert "of $2.00, spent or reserved" in str(said.payload)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("shared", [False, True])
async def test_what_all_channels_spend_is_not_told_where_others_read(
    office: Desk, shared: bool
) -> None:
    """Neither when most of the day's money is gone nor when it is spent."""
    news = SlackNews()
    budget = BudgetSettings(per_task=90, per_channel_day=90, per_day=3.00)
    settings = office.ctx.settings.model_copy(update={"budget": budget})
    ctx = Context(**{**vars(office.ctx), "announcer": news, "settings": settings})
    news.attach(ctx)
    async with ctx.database.begin() as uow:
        here = await add_task(uow)
        there = await add_task(uow, channel="C7")
        await uow.channels.share(here.workspace_id, here.channel_id, shared, now=office.clock.now())
        await add_call(uow, there, "r1:plan", "done", cost_micros=2_500_000,
                       started_at=office.clock.now())  # fmt: skip
    await _reserve(ctx, office, here.id, "a")
    (said,) = await _warnings(ctx)
    assert ("of $3.00" in str(said.payload)) is not shared
    async with ctx.database.begin() as uow:
        await add_call(uow, there, "r1:more", "done", cost_micros=500_000,
                       started_at=office.clock.now())  # fmt: skip
    with pytest.raises(BudgetSpent) as spent:
        await _reserve(ctx, office, here.id, "b")
    assert spent.value.scope == "day"
    assert ("of $3.00" in spent.value.sentence()) is not shared


async def _reserve(ctx: Context, office: Desk, task_id: str, step: str) -> None:
    now = office.clock.now()
    async with ctx.database.begin() as uow:
        task = await uow.session.get_one(Task, task_id)
        request = AnswerRequest(text="x")
        seen = await look(ctx, uow, task, step, model=office.model, request=request, now=now)
        await reserve(ctx, uow, task, step, seen=seen, label="m", now=now)


async def _warnings(ctx: Context) -> list[OutboxRow]:
    async with ctx.database.read() as uow:
        rows = (await uow.session.scalars(select(OutboxRow))).all()
    return [row for row in rows if row.key.startswith("budget:")]


def test_what_people_type() -> None:
    assert read("task 7d") == CostAsked(by="tasks", days=7)
    assert read("csv") == CostAsked(csv=True)
    for words in ("0d", "people", "999d"):
        with pytest.raises(UserFacingError):
            read(words)
    assert MICROS == 1_000_000
