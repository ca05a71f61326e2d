"""A hard decision is thought through step by step, once, and only where a server is there."""

import pytest
from sqlalchemy import select

from bot.domain.task import TaskState
from bot.domain.thinking import MOST, Thinking, is_hard, numbered, sound
from bot.domain.tool_call import CallState
from bot.errors import ModelAnswerInvalid, NotFound
from bot.model.offline.thinking import think as think_offline
from bot.model.port import SynthesisRequest, ThinkRequest
from bot.services import planning, task_views, working
from bot.services.synthesis import synthesise
from bot.services.task_report import task_report
from bot.services.thinking import weighed
from bot.slack.cards import synthesis_post
from bot.slack.cards.thinking import thinking_modal
from bot.tools.port import ToolFailed
from storage.models import ToolCall
from tests.support.desk import Desk, plan
from tests.support.tool_servers import KeptTools, a_server, with_tools

HARD = "Should we split the monolith into services or keep it?"
THOUGHTS = Thinking(thoughts=("Split or keep.", "Splitting costs a year.", "Keep it, for now."))


async def worked(office: Desk, text: str = HARD, *, tools: KeptTools | None = None) -> str:
    """Plan a task and have every piece of it worked; returns its id."""
    office.model.always(ThinkRequest, THOUGHTS)
    task = await office.take_in(text)
    await planning.plan_task(office.ctx, task.id)
    for one in plan().assignments:
        await working.work_assignment(office.ctx, task.id, one.id)
    return task.id


async def with_thinking(office: Desk) -> tuple[Desk, KeptTools]:
    tools = KeptTools("sequentialthinking")
    at = with_tools(office, tools, "nothing")
    await a_server(at, "thinker")
    return at, tools


async def calls(office: Desk) -> list[ToolCall]:
    async with office.ctx.database.read() as uow:
        return list(await uow.session.scalars(select(ToolCall).order_by(ToolCall.step)))


async def test_thoughts_are_handed_over_in_order_and_shown_behind_a_button(office: Desk) -> None:
    at, tools = await with_thinking(office)
    task_id = await worked(at)
    assert await synthesise(at.ctx, task_id) is False
    assert [(given["thoughtNumber"], given["thought"]) for _, _, given in tools.calls] == [
        (1, "Split or keep."), (2, "Splitting costs a year."), (3, "Keep it, for now."),
    ]  # fmt: skip
    assert [given["nextThoughtNeeded"] for _, _, given in tools.calls] == [True, True, False]
    (request,) = at.model.asked(SynthesisRequest)
    assert isinstance(request, SynthesisRequest)
    assert request.thoughts == THOUGHTS.thoughts
    async with at.ctx.database.read() as uow:
        view = task_views.synthesis_post_view(at.ctx, await task_report(uow, task_id))
        found = await weighed(uow, "T1", task_id, round_number=1)
        with pytest.raises(NotFound):
            await weighed(uow, "T2", task_id, round_number=1)
        with pytest.raises(NotFound):
            await weighed(uow, "T1", task_id, round_number=2)
    assert view is not None
    assert "thinking.show" in str(synthesis_post(view).payload())
    assert (found.thoughts, found.server, found.taken) == (THOUGHTS.thoughts, "thinker", 3)
    shown = str(thinking_modal(found.thoughts, server=found.server, taken=found.taken))
    assert "2. Splitting costs a year." in shown
    assert "3 steps, kept by thinker." in shown


async def test_a_task_that_runs_again_thinks_and_pays_once(office: Desk) -> None:
    at, tools = await with_thinking(office)
    task_id = await worked(at)
    at.model.enqueue(SynthesisRequest, ModelAnswerInvalid("output", ("bad",)))
    with pytest.raises(ModelAnswerInvalid):
        await synthesise(at.ctx, task_id)
    await synthesise(at.ctx, task_id)
    assert len(at.model.asked(ThinkRequest)) == 1
    assert len(tools.calls) == 3
    assert (await at.task(task_id)).state is TaskState.DONE


async def test_a_server_that_does_not_answer_changes_nothing_but_the_count(office: Desk) -> None:
    at, tools = await with_thinking(office)
    tools.answers["sequentialthinking"] = ToolFailed("away")
    task_id = await worked(at)
    assert await synthesise(at.ctx, task_id) is False
    assert [row.state for row in await calls(at)] == [CallState.FAILED], "asked once, not thrice"
    async with at.ctx.database.read() as uow:
        found = await weighed(uow, "T1", task_id, round_number=1)
    shown = str(thinking_modal(found.thoughts, server=found.server, taken=found.taken))
    assert "thinker took 0 of 3 steps." in shown


async def test_thoughts_that_cannot_be_used_do_not_hold_the_task_up(office: Desk) -> None:
    at, tools = await with_thinking(office)
    task_id = await worked(at)
    at.model.enqueue(ThinkRequest, ModelAnswerInvalid("output", ("bad",)))
    assert await synthesise(at.ctx, task_id) is False
    assert tools.calls == []
    assert (await at.task(task_id)).state is TaskState.DONE


async def test_without_a_server_or_a_hard_decision_nobody_thinks(office: Desk) -> None:
    task_id = await worked(office)
    await synthesise(office.ctx, task_id)
    at, _ = await with_thinking(office)
    easy = await at.take_in("an API for invoices", ts="1700000009.000100")
    await planning.plan_task(at.ctx, easy.id)
    for one in plan().assignments:
        await working.work_assignment(at.ctx, easy.id, one.id)
    await synthesise(at.ctx, easy.id)
    assert office.model.asked(ThinkRequest) == []
    async with at.ctx.database.read() as uow:
        view = task_views.synthesis_post_view(at.ctx, await task_report(uow, easy.id))
    assert view is not None
    assert not view.weighed


async def test_a_private_channel_hands_no_thought_to_a_server_that_is_not_for_it(
    office: Desk,
) -> None:
    at, tools = await with_thinking(office)
    async with at.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=at.clock.now(), is_private=True)
    task_id = await worked(at)
    await synthesise(at.ctx, task_id)
    assert tools.calls == []
    assert at.model.asked(ThinkRequest) == []


async def test_offline_orders_the_specialists_words(office: Desk) -> None:
    at, _ = await with_thinking(office)
    task_id = await worked(at)
    await synthesise(at.ctx, task_id)
    (request,) = at.model.asked(ThinkRequest)
    assert isinstance(request, ThinkRequest)
    made = think_offline(request)
    assert made.thoughts[0] == "To decide: Invoices."
    assert 3 <= len(made.thoughts) <= MOST
    assert made.thoughts[-1].startswith("Carries the most: database-architect's piece, as 2 other")


@pytest.mark.parametrize(
    ("text", "hard"),
    [
        (HARD, True),
        ("Choose: rewrite the billing service in Go, or leave it", True),
        ("migrate the invoices table", False),
        ("Kafka or NATS?", False),
        ("an API for invoices", False),
    ],
)
def test_hard_is_a_choice_that_is_costly_to_take_back(text: str, hard: bool) -> None:
    assert is_hard(text) is hard


def test_thoughts_are_few_and_short() -> None:
    made = sound(Thinking(thoughts=(" ", *(f"{n} {'x' * 900}" for n in range(9)))))
    assert len(made.thoughts) == MOST
    assert max(map(len, made.thoughts)) == 600
    assert numbered(made, MOST - 1)["nextThoughtNeeded"] is False
