"""Feedback: two buttons under an answer, stored once a person, changeable, counted."""

from typing import Any

from bot.services.stored_metrics import stored
from bot.slack.payloads import FeedbackAction
from bot.workspace.seed import MAYA, TOM
from tests.support.stage import Stage, action_ids, words

QUESTION = "what does HTTP 409 mean?"


async def press(stage: Stage, post: dict[str, Any], user: str, verdict: str) -> None:
    (element,) = (
        element
        for block in post["blocks"]
        for element in block.get("elements", [])
        if element.get("type") == "feedback_buttons"
    )
    side = "positive_button" if verdict == "good" else "negative_button"
    value = element[side]["value"]
    await stage.workspace.click(user, "#backend", str(post["ts"]), "feedback.give", value=value)


async def counted(stage: Stage) -> dict[str, int]:
    ctx = stage.bot.runtime.context
    return (await stored(ctx.database, clock=ctx.clock)).feedback


async def test_the_last_word_of_each_person_counts(stage: Stage) -> None:
    """In `/lead status` and in the metrics; a made-up round is refused at the click."""
    answer = await stage.wait_text(await stage.mention(QUESTION), "409 Conflict")
    assert "feedback.give" in action_ids(answer)
    async with stage.bot.runtime.context.database.read() as uow:
        (task,) = await uow.tasks.newest("T0ACME0001", limit=1)
    value = FeedbackAction(task_id=task.id, round=7, verdict="good").value()
    await stage.workspace.click(MAYA, "#backend", str(answer["ts"]), "feedback.give", value=value)
    await stage.wait_whisper(MAYA, "no such answer")
    assert await counted(stage) == {}

    await press(stage, answer, MAYA, "bad")
    await stage.wait_whisper(MAYA, "not helpful")
    await press(stage, answer, MAYA, "good")
    await stage.wait_whisper(MAYA, "noted: helpful")
    await press(stage, answer, TOM, "bad")
    await stage.wait_whisper(TOM, "not helpful")

    assert await counted(stage) == {"good": 1, "bad": 1}
    assert "1 👍 · 1 👎" in words(await stage.lead("status"))
