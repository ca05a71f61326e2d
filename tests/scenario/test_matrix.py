"""A technology matrix from the form to the decision: scores hidden, one reveal, nothing twice."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.settings import LimitSettings
from bot.workspace.seed import BACKEND, LI, MAYA, PRIYA, TOM
from bot.workspace.shapes import Json
from tests.support.later import LaterClock
from tests.support.stage import PATIENCE, Stage, action_ids, on_stage, words

FORM = {
    "question": "Which message broker for order events?",
    "options": "Kafka\nRabbitMQ",
    "criteria": "team expertise 60\nmaintenance cost 40",
    "invited": [MAYA, TOM],
    "specialists": [],
}


class Room:
    """#backend with what a matrix needs."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def form(self, user: str) -> Json:
        """Wait for the modal that somebody has open."""
        workspace = self.stage.workspace
        found: Json = await workspace.wait_for(lambda: workspace.open_view(user), PATIENCE)
        return found

    async def open(self, **values: Any) -> Json:
        """Open a matrix and return its card."""
        await self.stage.lead(f"matrix {FORM['question']}")
        view = await self.form(MAYA)
        answer = await self.stage.workspace.submit_view(MAYA, str(view["id"]), FORM | values)
        assert not answer.get("errors"), answer
        return await self.card("Matrix M-1")

    async def card(self, text: str) -> Json:
        """Wait for a card in the channel that says this."""
        workspace = self.stage.workspace

        def found() -> Json | None:
            posts = [m for m in workspace.history(BACKEND) if m.get("bot_id")]
            return next((m for m in posts if text in words(m)), None)

        shown: Json = await workspace.wait_for(found, PATIENCE)
        return shown

    async def score(self, card: Json, user: str, *scores: str) -> Json:
        """Fill the form of two options by two criteria in, cell by cell."""
        await self.click(card, user, "matrix.score")
        view = await self.form(user)
        blocks = ("s0.0", "s0.1", "s1.0", "s1.1")
        given = {block: value for block, value in zip(blocks, scores, strict=True) if value}
        answer: Json = await self.stage.workspace.submit_view(
            user, str(view["id"]), {**given, "r0": f"said by {user}"}
        )
        return answer

    async def click(self, card: Json, user: str, action: str) -> None:
        await self.stage.workspace.click(user, BACKEND, str(card["ts"]), action)


@pytest.fixture
def room(stage: Stage) -> Room:
    return Room(stage)


async def test_from_the_form_to_a_decision(room: Room) -> None:
    card = await room.open()
    assert "Nobody has scored yet" in words(card)

    assert not (await room.score(card, TOM, "5", "2", "3", "4")).get("errors")
    card = await room.card(f"Scored by <@{TOM}>")
    hidden = words(card) + words(await room.stage.lead("matrix M-1", user=LI))
    assert "wins" not in hidden
    assert f"said by {TOM}" not in hidden

    await room.click(card, LI, "matrix.score")
    await room.stage.wait_whisper(LI, "not among those who score")
    await room.click(card, TOM, "matrix.reveal")
    await room.stage.wait_whisper(TOM, f"Only <@{MAYA}> can reveal")

    await room.score(card, MAYA, "4", "2", "3", "5")  # the last one reveals
    card = await room.card("wins")
    assert "Kafka wins with 3.5 of 5, 0.1 ahead of RabbitMQ" not in words(card)
    assert "RabbitMQ wins with 3.6 of 5, 0.1 ahead of Kafka." in words(card)
    assert "Kafka wins instead if team expertise rises over 62.5 % (now 60 %)." in words(card)
    assert "all have scored" in words(card)

    await room.stage.wait_text(str(card["ts"]), "RabbitMQ wins")
    (file,) = [f for m in room.stage.thread(str(card["ts"])) for f in m.get("files", [])]
    assert file["mimetype"] == "image/png"
    assert "RabbitMQ" in file["alt_txt"]

    await room.click(card, TOM, "matrix.propose")
    decision = await room.stage.wait_text(str(card["ts"]), "Decision proposed")
    assert "RabbitMQ" in words(decision)
    card = await room.card("proposed as D-1")
    assert "matrix.propose" not in action_ids(card)


async def test_late_and_doubled_clicks_change_nothing(room: Room) -> None:
    card = await room.open(invited=[])
    await room.click(card, MAYA, "matrix.reveal")
    await room.stage.wait_whisper(MAYA, "Nobody has scored yet")

    await room.click(card, TOM, "matrix.score")
    view = await room.form(TOM)
    await room.score(card, PRIYA, "5", "2", "3", "")
    card = await room.card("Scored by")
    await room.click(card, MAYA, "matrix.reveal")
    revealed = await room.card("wins")
    assert "Not counted, for want of scores: maintenance cost (nothing for RabbitMQ)" in words(
        revealed
    )
    late = await room.stage.workspace.submit_view(TOM, str(view["id"]), {"s0.0": "1"})
    assert "revealed" in words(late)

    await room.stage.workspace.settled()
    for _ in range(2):
        await room.click(revealed, MAYA, "matrix.propose")
    await room.stage.wait_whisper(MAYA, "It is proposed already: D-1")
    assert "D-2" not in words(await room.stage.lead("decisions"))


async def test_specialists_score_by_rule_and_say_so(room: Room) -> None:
    card = await room.open(invited=[TOM], specialists=["backend-architect", "microservices-expert"])
    await room.card("Scored by backend-architect, microservices-expert")
    await room.score(card, TOM, "4", "4", "4", "4")
    revealed = words(await room.card("all have scored"))
    assert "offline playbook, by rule" in revealed
    assert "1 person and 2 specialists" in revealed
    await room.click(card, TOM, "matrix.details")
    shown = words(await room.form(TOM))
    assert "Choice of message broker: against it: cluster to run" in shown
    assert "T-1" in words(await room.stage.lead("tasks"))


async def test_specialists_can_be_asked_again_after_a_refusal(tmp_path: Path) -> None:
    clock, limit = LaterClock(), LimitSettings(tasks_per_user_hour=1)
    async with on_stage(tmp_path / "home", clock=clock, limit=limit) as stage:
        room = Room(stage)
        await stage.lead("ask What is a queue?")
        asked = await room.card("What is a queue?")
        await stage.wait_text(str(asked["ts"]), "")  # its answer
        card = await room.open(specialists=["backend-architect"])
        await stage.wait_whisper(MAYA, "You have started 1 task within an hour")
        await stage.delivered()
        clock.pass_by(timedelta(hours=2))
        await room.click(card, MAYA, "matrix.ask")
        await room.card("Scored by backend-architect")


async def test_a_form_that_does_not_work_says_so_at_its_field(room: Room) -> None:
    await room.stage.lead("matrix which one?")
    view = await room.form(MAYA)
    bad = FORM | {"options": "Kafka", "criteria": "cost 90"}
    answer = await room.stage.workspace.submit_view(MAYA, str(view["id"]), bad)
    assert set(answer["errors"]) == {"options", "criteria"}
    assert "No matrix yet" in words(await room.stage.lead("matrices"))


async def test_a_form_s_labels_name_people(stage: Stage) -> None:
    """Slack shows no person in a plain text."""
    room = Room(stage)
    card = await room.open(options=f"Kafka of <@{TOM}>\nRabbitMQ")
    await room.click(card, TOM, "matrix.score")
    shown = words(await room.form(TOM))
    assert "Why, for Kafka of @tom?" in shown
    assert f"Kafka of <@{TOM}>" in shown, "above it"
