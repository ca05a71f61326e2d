"""Matrices and architectures with Claude: typed answers, paid once, waiting when it is away."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.architecture import CommunicationPattern, ServiceArchitecture, ServiceBoundary
from bot.domain.matrix.opinion import CellOpinion, MatrixOpinion
from bot.domain.service import DependencyKind
from bot.workspace.seed import BACKEND, MAYA
from bot.workspace.shapes import Json
from tests.scenario.test_matrix import Room
from tests.support.claude_stage import on_claude_stage
from tests.support.messages_answers import prompt_text
from tests.support.messages_server import MessagesServer
from tests.support.messages_steps import Step
from tests.support.stage import PATIENCE, Stage, words

SHOP = ServiceArchitecture(
    domain="Shop",
    boundaries=tuple(ServiceBoundary(name=n, responsibility=f"Does {n}.") for n in ("a", "b")),
    communication=(
        CommunicationPattern(source="a", target="b", kind=DependencyKind.ASYNC, what="It hears."),
    ),
    consistency="eventual",
    consistency_reason="Because.",
    deployment="Each by itself.",
).model_dump_json()
SCORES = MatrixOpinion(
    cells=(
        CellOpinion(option="Kafka", criterion="team expertise", score=4, reason="Known well."),
        CellOpinion(option="RabbitMQ", criterion="team expertise", score=2, reason="Unknown."),
    )
).model_dump_json()


@pytest.fixture
async def server() -> AsyncIterator[MessagesServer]:
    async with MessagesServer() as running:
        yield running


@pytest.fixture
async def stage(server: MessagesServer, tmp_path: Path) -> AsyncIterator[Stage]:
    async with on_claude_stage(tmp_path / "home", server.url) as running:
        yield running


def asked(server: MessagesServer) -> list[str]:
    """Return the type that each request asked for."""
    return [str(seen.body["output_config"]["format"]["schema"]["title"]) for seen in server.seen]


async def test_an_architecture_waits_for_claude_and_is_paid_once(
    stage: Stage, server: MessagesServer
) -> None:
    server.script += [Step("unavailable"), Step(text=SHOP)]
    await stage.lead("architecture our shop")

    def root() -> Json | None:
        posts = stage.workspace.history(BACKEND)
        return next((m for m in posts if "asks: our shop" in words(m)), None)

    first = await stage.workspace.wait_for(root, PATIENCE)
    await stage.wait_text(str(first["ts"]), "was unavailable")
    await stage.lead("retry T-1")
    card = words(await stage.wait_text(str(first["ts"]), "Add 2 services to the graph"))
    assert "a → b · messages: It hears." in card
    assert "claude" in card
    assert "offline" not in card
    assert asked(server) == ["ServiceArchitecture"] * 2
    assert "$0.0" in words(await stage.lead("task T-1"))


async def test_specialists_score_with_claude(stage: Stage, server: MessagesServer) -> None:
    """Each is asked under its own charter; what it leaves out is no opinion."""
    server.script += [Step(text=SCORES), Step(text=SCORES)]
    room = Room(stage)
    card = await room.open(invited=[MAYA], specialists=["backend-architect", "api-architect"])
    await room.card("Scored by backend-architect, api-architect")
    assert asked(server) == ["MatrixOpinion"] * 2
    one, two = (prompt_text(seen.body) for seen in server.seen)
    assert one != two
    await room.score(card, MAYA, "5", "3", "1", "3")
    revealed = words(await room.card("all have scored"))
    assert "1 person and 2 specialists" in revealed
    assert "specialists: claude-" in revealed
    await room.click(card, MAYA, "matrix.details")
    assert "Known well." in words(await room.form(MAYA))
