"""The main job with Claude: who is called, what it cost, and what happens when it goes wrong."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.plan import Assignment, Plan
from bot.settings import BudgetSettings
from tests.support.claude_stage import on_claude_stage, press, wait_card
from tests.support.messages_answers import prompt_text
from tests.support.messages_server import MessagesServer
from tests.support.messages_steps import Habits, Kind, Step
from tests.support.stage import Stage, words

BILLING = "we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps"


def _plan(*assignments: tuple[str, str, tuple[str, ...]]) -> str:
    return Plan(
        kind="pattern",
        title="Billing",
        assignments=tuple(
            Assignment(
                id=name,
                specialist=specialist,
                title=f"Part {name}",
                brief="Design it.",
                deliverable="A page",
                depends_on=needs,
                reason="Needed.",
            )
            for name, specialist, needs in assignments
        ),
    ).model_dump_json()


CYCLE = _plan(("a1", "api-architect", ("a2",)), ("a2", "database-architect", ("a1",)))
UNKNOWN = _plan(("a1", "astrologer", ()), ("a2", "api-architect", ("a1",)))


def kinds(server: MessagesServer) -> list[str]:
    """Return the type that each request asked for."""
    return [str(seen.body["output_config"]["format"]["schema"]["title"]) for seen in server.seen]


def prompts(server: MessagesServer, kind: str) -> list[str]:
    """Return the prompts of one kind of request."""
    return [
        prompt_text(seen.body)
        for seen, name in zip(server.seen, kinds(server), strict=True)
        if name == kind
    ]


@pytest.fixture
async def server() -> AsyncIterator[MessagesServer]:
    async with MessagesServer(Habits(waves=(2, 1))) as running:
        yield running


@pytest.fixture
async def stage(server: MessagesServer, tmp_path: Path) -> AsyncIterator[Stage]:
    async with on_claude_stage(tmp_path / "home", server.url) as running:
        yield running


async def test_a_mention_is_planned_worked_and_synthesised(
    stage: Stage, server: MessagesServer
) -> None:
    """Every call is made once, and the footer says what the server counted."""
    server.habits = Habits(waves=(3, 4, 2))
    root = await stage.mention(BILLING)
    result = await stage.wait_text(root, "Recommendation")
    await wait_card(stage, root, "9 of 9 done")
    await stage.wait_text(root, "Decision proposed")

    assert kinds(server) == ["Plan", *["SpecialistOutput"] * 9, "Synthesis"]
    assert server.stats.repeated == 0
    voices = {post["username"] for post in stage.thread(root) if "username" in post}
    assert {"Database Architect", "API Architect", "Rust Backend Expert"} <= voices
    footer = words(result)
    counted = server.stats.tokens_in + server.stats.tokens_out
    assert "9 of 9 specialists" in footer
    assert "11 calls" in footer
    assert f"{counted:,} tokens" in footer
    assert re.search(r"\$0\.\d\d", footer)
    assert BILLING in prompts(server, "Synthesis")[0]


BAD = ((CYCLE, "wait for each other"), (UNKNOWN, "astrologer"))


async def test_a_bad_plan_is_repaired_once(stage: Stage, server: MessagesServer) -> None:
    """The second request says what was wrong with the first answer. One that stays bad fails in a
    sentence on the card; the wish is kept, and retry asks Claude anew.
    """
    for number, (bad, problem) in enumerate(BAD, start=1):
        before = len(prompts(server, "Plan"))
        server.script += [Step(text=bad)]
        root = await stage.mention(BILLING)
        await stage.wait_text(root, "Recommendation")
        await wait_card(stage, root, "3 of 3 done")
        first, second = prompts(server, "Plan")[before:]
        assert "Your last plan was refused" not in first
        assert problem in second.split("Your last plan was refused")[1]

        before, asked = before + 2, len(server.seen)
        server.script += [Step(text=bad), Step(text=bad)]
        root = await stage.mention(f"{BILLING}, again")
        card = await wait_card(stage, root, "The model's plan was not usable")
        assert problem in words(card)
        assert f"`/lead retry T-{2 * number}`" in words(card)
        assert kinds(server)[asked:] == ["Plan", "Plan"]
        assert len(stage.thread(root)) == 1

        await stage.lead(f"retry T-{2 * number}")
        await stage.wait_text(root, "Recommendation")
        await wait_card(stage, root, "3 of 3 done")
        assert len(prompts(server, "Plan")) == before + 3


async def test_overloaded_while_planning(stage: Stage, server: MessagesServer) -> None:
    """The card says when it goes on; the offline playbook can finish it now."""
    server.habits = Habits(rates={"overloaded": 1.0})
    root = await stage.mention(BILLING)
    card = await wait_card(stage, root, "I'll try again at")
    assert "was overloaded" in words(card)
    assert "Nothing is lost" in words(card)

    await press(stage, card, "task.offline")
    await stage.wait_text(root, "Recommendation")
    await wait_card(stage, root, "done")
    assert len(server.seen) == 1


async def test_refused_connections(tmp_path: Path) -> None:
    """Nobody listens there."""
    async with MessagesServer() as gone:
        url = gone.url
    async with on_claude_stage(tmp_path / "home", url) as stage:
        root = await stage.mention(BILLING)
        card = await wait_card(stage, root, "I'll try again at")
        assert "could not be reached" in words(card)
        await press(stage, card, "task.offline")
        await stage.wait_text(root, "Recommendation")


async def test_overloaded_in_mid_work(stage: Stage, server: MessagesServer) -> None:
    """What was finished stays; Try now asks only for the rest."""
    server.script += [Step(), Step()]
    server.habits = Habits(waves=(2, 1), rates={"overloaded": 1.0})
    root = await stage.mention(BILLING)
    card = await wait_card(stage, root, "I'll try again at")
    server.habits = Habits(waves=(2, 1))
    before = dict(server.stats.kinds)
    assert before["answer"] == 2

    await press(stage, card, "task.retry")
    await stage.wait_text(root, "Recommendation")
    await wait_card(stage, root, "3 of 3 done")
    assert server.stats.kinds["answer"] == 5
    assert kinds(server).count("Plan") == 1


async def test_a_spent_budget_pauses_with_numbers(server: MessagesServer, tmp_path: Path) -> None:
    """Nothing was called; fifty cents more and it is worked."""
    budget = BudgetSettings(per_task=0.01)
    async with on_claude_stage(tmp_path / "home", server.url, budget=budget) as stage:
        root = await stage.mention(BILLING)
        card = await wait_card(stage, root, "This task has $0.01 of $0.01 left")
        assert re.search(r"the next step needs about \$0\.\d\d", words(card))
        assert server.seen == []

        await press(stage, card, "task.budget")
        await stage.wait_text(root, "Recommendation")
        await wait_card(stage, root, "3 of 3 done")


async def test_a_dear_plan_waits_for_a_yes(server: MessagesServer, tmp_path: Path) -> None:
    """Only the plan was called for before."""
    budget = BudgetSettings(approve_above=0.01)
    async with on_claude_stage(tmp_path / "home", server.url, budget=budget) as stage:
        root = await stage.mention(BILLING)
        card = await wait_card(stage, root, "Shall I go ahead?")
        assert re.search(r"about \$0\.\d\d of \$2\.00", words(card))
        assert kinds(server) == ["Plan"]

        await press(stage, card, "plan.approve")
        await stage.wait_text(root, "Recommendation")
        assert len(server.seen) == 5


async def test_garbage_of_one_specialist_fails_only_its_piece(
    stage: Stage, server: MessagesServer
) -> None:
    """It is asked to repair it once; the lead hears what is missing, and so do people."""
    garbage: tuple[Kind, ...] = ("no_json", "incomplete")
    for number, kind in enumerate(garbage, start=1):
        server.habits = Habits(waves=(1, 2))
        server.script += [Step(), Step(kind), Step(kind)]
        root = await stage.mention(BILLING)
        await stage.wait_text(root, "Recommendation")
        card = await wait_card(stage, root, "2 of 3 done")

        assert "The model's output was not usable" in words(card)
        told = prompts(server, "Synthesis")[number - 1]
        assert "failed assignments" in told
        assert "The model's output was not usable" in told
        assert kinds(server).count("SpecialistOutput") == 4 * number
