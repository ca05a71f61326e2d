"""Workflow steps over real HTTP and sockets: what goes in, what comes out, who may."""

from pathlib import Path
from typing import Any

import pytest

from bot.errors import DatabaseAway
from bot.services import steps
from bot.workspace.seed import BACKEND, MAYA, TOM
from bot.workspace.shapes import Json
from bot.workspace.steps import Execution
from tests.support.held import HeldModel
from tests.support.stage import PATIENCE, Stage, on_stage, words


def is_over(execution: Execution) -> bool:
    return execution.state != "running"


async def ended(stage: Stage, execution: Execution) -> Execution:
    def found() -> Execution | None:
        return execution if is_over(execution) else None

    return await stage.workspace.wait_for(found, PATIENCE)


def wish(**more: object) -> dict[str, object]:
    return {"text": "an API for invoices", "channel": BACKEND, "user": MAYA, **more}


async def test_a_task_is_created_and_the_step_waits_for_its_end(tmp_path: Path) -> None:
    """Its outputs are the task's number and the link to its first message."""
    model = HeldModel()
    async with on_stage(tmp_path / "home", offline=model) as stage:
        step = stage.workspace.steps.run("create_task", wish())
        await stage.workspace.wait_for(model.reached.is_set, PATIENCE)
        await stage.delivered()
        assert not is_over(step)

        model.go.set()
        await ended(stage, step)
        assert step.state == "completed", step.error
        (root,) = [m for m in stage.workspace.history(BACKEND) if "an API for" in words(m)]
        assert f"<@{MAYA}>" in words(root)
        assert step.outputs["task_id"] == "T-1"
        assert step.outputs["link"].endswith("p" + str(root["ts"]).replace(".", ""))


async def test_a_step_may_go_on_at_once(tmp_path: Path) -> None:
    """It has the task's number and link while the team is at work; the end adds nothing."""
    model = HeldModel()
    async with on_stage(tmp_path / "home", offline=model) as stage:
        step = stage.workspace.steps.run("create_task", wish(at_once=True))
        await ended(stage, step)
        assert step.outputs.keys() == {"task_id", "link"}
        model.go.set()
        await stage.wait_text(root_of(stage), "Decision proposed")
        await stage.delivered()
        assert len(stage.workspace.calls_of("functions.completeSuccess")) == 1


async def test_a_stopped_task_ends_the_step_with_its_reason(tmp_path: Path) -> None:
    model = HeldModel()
    async with on_stage(tmp_path / "home", offline=model) as stage:
        step = stage.workspace.steps.run("create_task", wish())
        await stage.workspace.wait_for(model.reached.is_set, PATIENCE)
        await stage.lead("stop T-1")
        await ended(stage, step)
        assert (step.state, step.error) == ("failed", f"T-1 stopped: Stopped by <@{MAYA}>.")


async def test_what_cannot_be_done_ends_the_step_with_a_sentence(stage: Stage) -> None:
    """No rights, no words, no way in: nothing is posted, and the workflow hears why."""
    await stage.lead(f"settings ask <@{MAYA}> workspace")
    names = await ended(stage, stage.workspace.steps.run("create_task", wish()))
    assert "a workflow cannot prove who runs it" in names.error, "anybody could have put MAYA there"
    await stage.lead("settings workflows on workspace")
    for inputs, said in (
        (wish(user=TOM), "Only"),
        (wish(text=":tada:"), "I see no words in that."),
        (wish(channel=stage.workspace.state.channel("#general").id), "I am not in this channel."),
    ):
        step = await ended(stage, stage.workspace.steps.run("create_task", inputs))
        assert step.state == "failed"
        assert said in step.error
    assert stage.workspace.history(BACKEND) == []


async def test_a_refusal_that_was_not_stored_is_told_with_the_next_delivery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes away between the receipt and the step's end."""
    refuse, fails = steps.refuse, iter([True])

    async def away_once(*given: Any, **values: Any) -> None:
        if next(fails, False):
            raise DatabaseAway("OperationalError")
        await refuse(*given, **values)

    monkeypatch.setattr(steps, "refuse", away_once)
    async with on_stage(tmp_path / "home", ack_seconds=3) as stage:
        await stage.lead(f"settings ask <@{MAYA}> workspace")
        await stage.lead("settings workflows on workspace")
        step = await ended(stage, stage.workspace.steps.run("create_task", wish(user=TOM)))
    assert step.state == "failed"
    assert step.error == "That was refused. Run the workflow again to see why."


async def test_a_run_that_is_told_twice_makes_one_task(stage: Stage) -> None:
    """Slack delivers again what was answered too late."""
    stage.workspace.faults.next_calls("function_executed", "duplicate")
    step = stage.workspace.steps.run("create_task", wish(at_once=True))
    await ended(stage, step)
    await stage.workspace.settled()
    await stage.delivered()
    assert root_of(stage)
    assert "T-2" not in words(await stage.lead("tasks"))
    assert len(stage.workspace.calls_of("functions.completeSuccess")) == 1


async def test_a_decision_is_requested_and_the_step_waits_for_it(stage: Stage) -> None:
    """The card starts a thread in the approvers' channel; a click there ends the step."""
    inputs = {
        "title": "Queue for webhooks",
        "context": "Storms after an outage.",
        "options": "- SQS\n- Kafka\n\n",
        "channel": BACKEND,
        "user": MAYA,
    }
    step = stage.workspace.steps.run("request_decision", inputs)

    def asked() -> Json | None:
        return next((m for m in stage.workspace.history(BACKEND) if "Queue for" in words(m)), None)

    card = await stage.workspace.wait_for(asked, PATIENCE)
    for said in ("SQS", "Kafka", "Storms after an outage."):
        assert said in words(card)
    await stage.delivered()
    assert not is_over(step)

    await stage.workspace.click(TOM, BACKEND, card["ts"], "decision.accept")
    await ended(stage, step)
    assert step.state == "completed", step.error
    expected = {"decision_id": "D-1", "outcome": "accepted", "decided_by": TOM, "reason": ""}
    assert {name: step.outputs[name] for name in expected} == expected
    assert step.outputs["link"].endswith("p" + str(card["ts"]).replace(".", ""))

    again = await ended(
        stage, stage.workspace.steps.run("request_decision", {**inputs, "options": " - "})
    )
    assert "needs a title and an outcome" in again.error


def root_of(stage: Stage) -> str:
    (root,) = [m for m in stage.workspace.history(BACKEND) if "an API for" in words(m)]
    return str(root["ts"])
