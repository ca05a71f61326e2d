"""Retrospectives through Slack: cards, topics, votes, actions, lessons; assessments; learning."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.workspace.seed import BACKEND, LI, MAYA, PRIYA, TOM
from bot.workspace.shapes import Json
from tests.support.stage import PATIENCE, Stage, on_stage, words


@dataclass
class Room:
    """The stage, with what people do in a retrospective."""

    stage: Stage

    async def post(self, text: str) -> Json:
        """Wait for a first message of the channel that says this."""

        def found() -> Json | None:
            posts = [m for m in self.stage.workspace.history(BACKEND) if m.get("bot_id")]
            return next((m for m in posts if text in words(m)), None)

        made: Json = await self.stage.workspace.wait_for(found, PATIENCE)
        return made

    async def form(self, user: str, post: Json, action: str) -> Json:
        """Press a button of a post and return the form that opens."""
        await self.stage.workspace.click(user, BACKEND, str(post["ts"]), action)
        view: Json = await self.stage.workspace.wait_for(
            lambda: self.stage.workspace.open_view(user), PATIENCE
        )
        return view

    async def send(self, user: str, view: Json, **values: object) -> Json:
        """Send a form and return Slack's answer to it."""
        answer: Json = await self.stage.workspace.submit_view(user, str(view["id"]), values)
        return answer

    async def next(self, text: str, shows: str) -> Json:
        """Begin the next phase by the first message, and wait for what it shows then."""
        post = await self.post(text)
        await self.stage.workspace.click(MAYA, BACKEND, str(post["ts"]), "retro.next")
        return await self.post(shows)


def options(view: Json) -> dict[str, str]:
    """Return the values of the form's menu by their words."""
    block = next(b for b in view["blocks"] if b.get("type") == "input")
    return {item["text"]["text"]: item["value"] for item in block["element"]["options"]}


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with on_stage(tmp_path / "home") as stage:
        yield Room(stage)


async def test_from_cards_to_actions(room: Room) -> None:
    """Nobody's name stands anywhere until somebody takes an action; the next one begins with it."""
    lead = room.stage.lead
    await lead(f"retro add write the refund runbook <@{TOM}> by tomorrow")
    assert "RT-1 begins" in words(await lead("retro start 2 hours"))
    assert "RT-1 is still open here" in words(await lead("retro start"))
    post = await room.post("cards until")
    assert f"RA-1 write the refund runbook · <@{TOM}>" in words(post)

    await room.send(MAYA, await room.form(MAYA, post, "retro.write"), c1="Deploys are slow")
    said = "Our deploys are too slow\nNo staging database"
    await room.send(TOM, await room.form(TOM, post, "retro.write"), c0="Pairing helped", c1=said)
    counted = words(await room.post("What worked 1 · What failed 3 · Ideas 0 · by 2 people"))
    assert "Deploys are slow" not in counted, "hidden until all are shown"
    again = await room.form(TOM, post, "retro.write")
    assert "No staging database" in str(again), "own cards can be changed"
    assert "Deploys are slow" not in str(again), "others' cannot"
    await room.send(TOM, again, c0="Pairing helped", c1="Our deploys are too slow")
    await room.post("What failed 2 ·")

    post = await room.next("cards until", "sorting until")
    assert "◦ Our deploys are too slow" in words(post)
    view = await room.form(PRIYA, post, "retro.group")
    cards = options(view)
    await room.send(PRIYA, view, cards=[cards["What worked: Pairing helped"]], title="Pairing")
    post = await room.post("• Pairing _(What worked)_")

    post = await room.next("sorting until", "votes until")
    for user, wanted in ((MAYA, "Deploys are slow"), (TOM, "Deploys are slow"), (LI, "Pairing")):
        view = await room.form(user, post, "retro.vote")
        await room.send(user, view, topics=[options(view)[wanted]])
    voting = words(await room.post("3 votes by 3 people so far"))
    assert "2 votes" not in voting

    post = await room.next("votes until", "discussion until")
    assert "Deploys are slow _(What failed)_ · *2 votes*" in words(post)
    root = str(post["ts"])
    await room.stage.wait_text(root, "Most wanted: Deploys are slow; Pairing.")
    view = await room.form(MAYA, post, "retro.act")
    refused = await room.send(MAYA, view, text="Speed deploys up", owner=LI, due="2020-01-01")
    assert "That day is over" in str(refused)
    await room.send(MAYA, view, text="Speed deploys up", owner=LI)
    view = await room.form(PRIYA, post, "retro.learn")
    await room.send(PRIYA, view, kind="what failed", text="Slow deploys cost us a day a week")
    await room.post("_what failed:_ Slow deploys cost us a day a week")

    await room.next("discussion until", "· closed")
    report = words(await room.stage.wait_text(root, "what came of it"))
    assert f"RA-2 Speed deploys up · <@{LI}>" in report
    listed = await lead("retro actions", user=LI)
    assert "RA-1" in words(listed)
    assert "RA-2 is done" in words(await lead("retro done RA-2", user=LI))
    assert "RA-2 is done already" in words(await lead("retro drop RA-2"))
    assert "Slow deploys cost us a day a week" in words(await lead("retro lessons"))
    assert "1 action · 1 lesson" in words(await lead("retro history"))
    assert "RT-1 here as a Markdown file" in words(await lead("retro export"))
    await room.stage.delivered()
    files = [m for m in room.stage.workspace.history(BACKEND) if m.get("files")]
    assert [f["name"] for m in files for f in m["files"]] == ["retrospective-RT-1.md"]

    await lead("retro start 2 hours")
    opened = words(await room.post("RT-2"))
    assert "*From last time* (2)" in opened
    assert "RA-2 Speed deploys up · :white_check_mark: done" in opened


async def test_assessed_and_learned(room: Room) -> None:
    """What an assessment proposes becomes an action; the plan is kept with what shows it."""
    lead = room.stage.lead
    await lead("retro add find out why deploys are slow")
    assert "AS-1 is in this channel" in words(await lead("assessment weekly"))
    post = await room.post("Weekly assessment AS-1")
    assert "Find owners for actions that are nobody's: RA-1." in words(post)
    assert "Failed (n=0 of 5)" in words(post)
    view = await room.form(TOM, post, "assessment.act")
    await room.send(TOM, view, text="Find owners for RA-1", owner=TOM)
    await room.stage.wait_whisper(TOM, "RA-2 is noted")
    listed = await lead("retro actions", user=TOM)
    assert "RA-2 Find owners for RA-1" in words(listed)
    shown = await room.stage.wait_whisper(TOM, "RA-2 Find owners for RA-1")
    await room.stage.workspace.click(TOM, BACKEND, str(shown["ts"]), "retro.done")
    await room.stage.wait_whisper(TOM, "is done.")
    assert "AS-1" in words(await lead("assessment"))
    assert "Markdown" in words(await lead("assessment export AS-1"))

    add = "learning add"
    assert "L-1 is planned" in words(await lead(f"{add} talk how DST works <@{LI}> by 5 Dec 2030"))
    assert "L-2" in words(await lead(f"{add} certification PostgreSQL for database-architect"))
    assert "I know no kind" in words(await lead(f"{add} diploma x"))
    assert "L-1 is done" in words(await lead("learning L-1 done https://example.com/slides"))
    assert "cannot become" in words(await lead("learning L-1 begin"))
    plan = words(await lead("learning", user=PRIYA))
    assert "*Talks* (1)" in plan
    assert "done · https://example.com/slides" in plan
    assert "Database Architect" in plan
    for wrong, told in (("retro dance", "I know no"), ("assessment daily", "I know no assessment")):
        assert told in words(await lead(wrong))
