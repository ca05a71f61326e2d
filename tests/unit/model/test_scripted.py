"""The scripted model keeps order, history and time, and complains about a missing script."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import ManualClock
from bot.domain.output import Answer
from bot.domain.plan import Plan
from bot.domain.usage import Usage
from bot.errors import Bug, ModelUnavailable
from bot.model.port import AnswerRequest, PlanRequest
from tests.support.scripted import ScriptedModel


async def test_results_come_in_order_and_requests_are_remembered() -> None:
    model = ScriptedModel(usage=Usage(tokens_in=3))
    model.enqueue(AnswerRequest, Answer(text="one"), ModelUnavailable("down"))
    model.always(AnswerRequest, lambda request: Answer(text=request.text.upper()))
    first = await model.call(AnswerRequest("a"))
    assert (first.value.text, first.model, first.usage.tokens_in) == ("one", "scripted", 3)
    with pytest.raises(ModelUnavailable):
        await model.call(AnswerRequest("b"))
    assert (await model.call(AnswerRequest("c"))).value.text == "C"
    assert [request.text for request in model.asked(AnswerRequest)] == ["a", "b", "c"]
    assert model.estimate(AnswerRequest("d")).tokens_in == 3


async def test_a_missing_or_wrong_script_is_a_bug() -> None:
    model = ScriptedModel()
    with pytest.raises(Bug, match="nothing is scripted for PlanRequest"):
        await model.call(PlanRequest("x"))
    model.enqueue(AnswerRequest, Plan(kind="answer", title="t", answer="a"))
    with pytest.raises(Bug, match="does not answer"):
        await model.call(AnswerRequest("x"))


async def test_a_delay_is_the_clocks() -> None:
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    model = ScriptedModel(clock=clock, delay=5)
    model.always(AnswerRequest, Answer(text="late"))
    call = asyncio.create_task(model.call(AnswerRequest("x")))
    await asyncio.sleep(0)
    clock.advance(timedelta(seconds=4))
    await asyncio.sleep(0)
    assert not call.done()
    clock.advance(timedelta(seconds=1))
    assert (await call).value.text == "late"
    await model.close()
    assert model.closed
