"""A paid model's topics take the rules' place, once, while nobody has sorted by hand."""

import pytest

from bot.domain.retrospective import Phase, TopicProposal, Topics
from bot.domain.task import TaskState
from bot.errors import ModelUnavailable
from bot.model.assessment_port import RetroGroupRequest
from bot.services import retrospective_cards
from bot.services.context import Context
from bot.services.retrospective_grouping import group_cards
from storage.models import OutboxRow, Retrospective, Task
from storage.repositories.retrospectives import root_key
from tests.support.desk import Desk
from tests.unit.services.test_retrospectives import begun, card, go_on, write

SAID = Topics(topics=(TopicProposal(title="Releases", cards=(1, 2, 3)),))

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Rules, whose questions to both databases are in tests/storage/test_retrospectives.py."""


@pytest.fixture
def ctx(office: Desk, monkeypatch: pytest.MonkeyPatch) -> Context:
    """Claude works here; it is played by the scripted model."""
    monkeypatch.setattr(office.ctx.models, "label_of", lambda _: "Claude")
    office.model.always(RetroGroupRequest, SAID)
    return office.ctx


async def sorted_(ctx: Context, *, posted: bool = True) -> tuple[Retrospective, Task | None]:
    """Begin the sorting of three cards; returns the task that asks for topics."""
    row = await begun(ctx)
    await write(ctx, row, "U1", "Deploys hurt", "Friday releases\nNo rollback", receipt="a")
    async with ctx.database.begin() as uow:
        post = await uow.outbox.by_key("T1", root_key(row.id))
        assert isinstance(post, OutboxRow)
        if posted:
            post.state, post.sent_ts = "sent", "1700000000.000100"
    await go_on(ctx, row, Phase.COLLECT, "1")
    async with ctx.database.read() as uow:
        found = await uow.tasks.newest("T1", limit=2, channel_id="C1")
    return row, found[0] if found else None


async def test_its_topics_take_the_rules_place(ctx: Context, office: Desk) -> None:
    row, task = await sorted_(ctx)
    assert task is not None
    assert task.mode == "retrospective"
    assert len((await card(ctx, row)).topics) == 3
    for _ in range(2):
        await group_cards(ctx, task.id)
    (asked,) = office.model.asked(RetroGroupRequest)
    assert isinstance(asked, RetroGroupRequest)
    assert "U1" not in str(asked.cards)
    (topic,) = (await card(ctx, row)).topics
    assert (topic.title, len(topic.cards)) == ("Releases", 3)
    assert (await office.task(task.id)).state is TaskState.DONE


@pytest.mark.parametrize("meanwhile", ["sorted", "voting"])
async def test_people_come_first(ctx: Context, office: Desk, meanwhile: str) -> None:
    row, task = await sorted_(ctx)
    assert task is not None
    if meanwhile == "voting":
        await go_on(ctx, row, Phase.GROUP, "2")
    else:
        async with ctx.database.read() as uow:
            cards = await uow.retrospective_rows.cards(row.id)
        ids = [item.id for item in cards[:2]]
        await retrospective_cards.sort(ctx, "T1", row.id, ids, title="Ours", receipt="s")
    before = (await card(ctx, row)).topics
    await group_cards(ctx, task.id)
    assert (await card(ctx, row)).topics == before
    assert office.model.asked(RetroGroupRequest) == []
    assert (await office.task(task.id)).state is TaskState.DONE


async def test_one_that_fails_changes_nothing(ctx: Context, office: Desk) -> None:
    row, task = await sorted_(ctx)
    assert task is not None
    office.model.enqueue(RetroGroupRequest, ModelUnavailable("away"))
    await group_cards(ctx, task.id)
    assert len((await card(ctx, row)).topics) == 3
    assert (await office.task(task.id)).state is TaskState.DONE


async def test_nobody_is_asked_before_the_thread_is_there(ctx: Context) -> None:
    _, task = await sorted_(ctx, posted=False)
    assert task is None


async def test_the_rules_need_no_task(office: Desk) -> None:
    _, task = await sorted_(office.ctx)
    assert task is None
