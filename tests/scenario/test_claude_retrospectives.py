"""With Claude: an assessment is read and cards are grouped, once each, in their own threads."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.assessment import AssessmentReading
from bot.domain.retrospective import TopicProposal, Topics
from bot.workspace.seed import BACKEND, MAYA, TOM
from tests.scenario.test_claude_errands import asked
from tests.scenario.test_retrospectives import Room
from tests.support.claude_stage import on_claude_stage
from tests.support.messages_answers import prompt_text
from tests.support.messages_server import MessagesServer
from tests.support.messages_steps import Step
from tests.support.stage import words

READING = AssessmentReading(
    headline="Nobody owns what was agreed on.",
    observations=("One action is open and nobody's.",),
    proposals=("Give RA-1 to somebody this week.",),
).model_dump_json()
TOPICS = Topics(topics=(TopicProposal(title="Releases hurt", cards=(1, 2, 3)),)).model_dump_json()


@pytest.fixture
async def server() -> AsyncIterator[MessagesServer]:
    async with MessagesServer() as running:
        yield running


@pytest.fixture
async def room(server: MessagesServer, tmp_path: Path) -> AsyncIterator[Room]:
    async with on_claude_stage(tmp_path / "home", server.url) as stage:
        yield Room(stage)


async def test_claude_reads_and_groups(room: Room, server: MessagesServer) -> None:
    server.script += [Step(text=READING), Step(text=TOPICS)]
    lead = room.stage.lead
    await lead("retro add find out why deploys are slow")
    await lead("assessment weekly")
    card = await room.post("Nobody owns what was agreed on.")
    assert "Give RA-1 to somebody this week." in words(card)
    assert "Read by claude-" in words(card)
    assert "$0.0" in words(await lead("task T-1"))
    view = await room.form(TOM, card, "assessment.act")
    assert "Give RA-1 to somebody this week." in str(view)

    await lead("retro start 2 hours")
    post = await room.post("cards until")
    cards = "Deploys hurt\nFriday releases\nNo rollback"
    await room.send(MAYA, await room.form(MAYA, post, "retro.write"), c1=cards)
    await room.post("by 1 person")
    await room.stage.delivered()
    await room.stage.workspace.click(MAYA, BACKEND, str(post["ts"]), "retro.next")
    post = await room.post("Releases hurt")
    assert "◦ Friday releases" in words(post)
    assert asked(server) == ["AssessmentReading", "Topics"]
    assert MAYA not in prompt_text(server.seen[1].body)
    await room.stage.reply(str(post["ts"]), "what shall we do about it?", user=TOM)
    await room.stage.delivered()
    assert len(server.seen) == 2, "people talk in the thread among themselves"
