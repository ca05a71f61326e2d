"""Calls that go well: every kind of request, what is sent, what is counted."""

import subprocess
import sys
from dataclasses import replace

import pytest
import structlog
from pydantic import BaseModel, SecretStr

from bot.domain.architecture_review import PointResult, ReviewResult
from bot.domain.decision import DecisionProposal
from bot.domain.output import Answer, SpecialistOutput, Synthesis
from bot.domain.plan import Plan, problems
from bot.domain.playbook import Card
from bot.model.claude import ClaudeModel, config_from
from bot.model.port import Model, Request
from bot.settings import ClaudeSettings, ModelSettings, Settings
from tests.support.messages_server import MessagesServer
from tests.support.messages_steps import Habits, Step
from tests.unit.claude import requests
from tests.unit.claude.conftest import Build

KINDS = [
    (requests.answer(), Answer, "claude-haiku-5-5", 4_000),
    (requests.plan(), Plan, "claude-sonnet-5-5", 10_000),
    (requests.work(), SpecialistOutput, "claude-sonnet-5-5", 8_000),
    (requests.synthesis(), Synthesis, "claude-sonnet-5-5", 10_000),
    (requests.revise(), DecisionProposal, "claude-sonnet-5-5", 10_000),
    (requests.review_point(), PointResult, "claude-sonnet-5-5", 8_000),
    (requests.review_summary(), ReviewResult, "claude-sonnet-5-5", 10_000),
]


@pytest.mark.parametrize(("request_", "kind", "model", "room"), KINDS)
async def test_every_kind_of_request_is_answered(
    server: MessagesServer,
    claude: ClaudeModel,
    request_: Request[BaseModel],
    kind: type[BaseModel],
    model: str,
    room: int,
) -> None:
    reply = await claude.call(request_)
    assert type(reply.value) is kind
    assert reply.model == model
    body = server.seen[0].body
    assert (body["model"], body["max_tokens"], body["stream"]) == (model, room, True)
    assert body["output_config"]["format"]["schema"]["title"] == kind.__name__
    # Sonnet 5.5 refuses all of these.
    assert not {"temperature", "top_p", "top_k", "tools", "tool_choice", "thinking"} & body.keys()
    assert body["messages"][-1]["role"] == "user"


async def test_it_is_a_model(claude: ClaudeModel) -> None:
    model: Model = claude
    assert model.label == "claude-sonnet-5-5"


async def test_a_composed_plan_can_be_worked(claude: ClaudeModel) -> None:
    plan = (await claude.call(requests.plan())).value
    names = frozenset(item.specialist for item in plan.assignments)
    assert problems(plan, names, frozenset()) == ()
    assert len(plan.assignments) == 9


async def test_thinking_is_not_part_of_the_answer(claude: ClaudeModel) -> None:
    reply = await claude.call(requests.answer())
    assert "simplest" not in reply.value.text


async def test_usage_counts_tokens_and_money(server: MessagesServer, claude: ClaudeModel) -> None:
    usage = (await claude.call(requests.work())).usage
    assert usage.tokens_in == server.stats.tokens_in > 500
    assert usage.tokens_out == server.stats.tokens_out > 100
    assert usage.tokens_cached == 0
    assert usage.cost_micros is not None
    assert usage.cost_micros > usage.tokens_in * 2


async def test_the_second_call_reads_the_cache_and_costs_less(
    server: MessagesServer, claude: ClaudeModel
) -> None:
    first = (await claude.call(requests.work())).usage
    second = (await claude.call(requests.work())).usage
    assert second.tokens_in == first.tokens_in
    assert second.tokens_cached > second.tokens_in / 2
    assert second.cost_micros is not None
    assert first.cost_micros is not None
    assert second.cost_micros < first.cost_micros
    assert server.stats.repeated == 1


async def test_specialists_of_one_task_share_the_prefix(claude: ClaudeModel) -> None:
    await claude.call(requests.work("a1"))
    usage = (await claude.call(requests.work("a2"))).usage
    assert usage.tokens_cached > 500


async def test_zero_usage_is_reported_as_it_is(server: MessagesServer, claude: ClaudeModel) -> None:
    server.habits = Habits(usage=False)
    usage = (await claude.call(requests.answer())).usage
    assert (usage.tokens_in, usage.tokens_out, usage.tokens_cached) == (0, 0, 0)
    assert usage.cost_micros is None


async def test_an_unknown_model_costs_an_unknown_amount(build: Build) -> None:
    model = build(triage="local-7b")
    assert model.estimate(requests.answer()).cost_micros is None
    usage = (await model.call(requests.answer())).usage
    assert usage.tokens_in > 0
    assert usage.cost_micros is None


async def test_an_estimate_needs_no_network(server: MessagesServer, claude: ClaudeModel) -> None:
    estimate = claude.estimate(requests.work())
    assert server.stats.requests == 0
    assert estimate.tokens_out == 8_000
    used = (await claude.call(requests.work())).usage
    assert abs(estimate.tokens_in - used.tokens_in) < 10
    assert estimate.cost_micros is not None
    assert used.cost_micros is not None
    assert estimate.cost_micros > used.cost_micros
    assert estimate.cost_micros == estimate.tokens_in * 2 + 8_000 * 10


async def test_a_server_without_count_tokens_is_never_asked_for_it(
    server: MessagesServer, claude: ClaudeModel
) -> None:
    server.habits = Habits(count_tokens=False)
    claude.estimate(requests.plan())
    assert isinstance((await claude.call(requests.plan())).value, Plan)


async def test_the_key_is_sent_and_never_shown(server: MessagesServer, build: Build) -> None:
    model = build(api_key="sk-secret")
    await model.call(requests.answer())
    assert any("sk-secret" in value for value in server.seen[0].headers.values())
    assert "sk-secret" not in repr(model._config)


async def test_a_server_that_wants_no_key_gets_none_of_ours(
    server: MessagesServer, build: Build
) -> None:
    assert (await build(api_key="").call(requests.answer())).value.text
    assert "Authorization" not in server.seen[0].headers


def test_the_settings_fill_the_config() -> None:
    settings = Settings(
        claude=ClaudeSettings(api_key=SecretStr("k"), base_url="http://127.0.0.1:1"),
        model=ModelSettings(lead="a", specialist="b", triage="c", deadline_seconds=9, attempts=2),
    )
    config = config_from(settings)
    assert [config.model_of(role) for role in ("lead", "specialist", "triage")] == ["a", "b", "c"]
    assert (config.api_key, config.base_url) == ("k", "http://127.0.0.1:1")
    assert (config.deadline, config.attempts, config.concurrency) == (9, 2, 16)


async def test_deprecated_models_are_named_at_the_start(build: Build) -> None:
    with structlog.testing.capture_logs() as logs:
        build(lead="claude-sonnet-4-5", specialist="claude-sonnet-5-5")
    assert [(entry["event"], entry["model"]) for entry in logs] == [
        ("model.deprecated", "claude-sonnet-4-5")
    ]
    assert "2026" in logs[0]["ends"]


async def test_logs_hold_ids_and_numbers_only(server: MessagesServer, claude: ClaudeModel) -> None:
    server.script += [Step("overloaded"), Step("incomplete"), Step("no_json")]
    with structlog.testing.capture_logs() as logs:
        with pytest.raises(Exception, match="not usable"):
            await claude.call(requests.work())
        await claude.call(requests.answer())
    events = [entry["event"] for entry in logs]
    assert events == ["model.retry", "model.repair", "model.failed", "model.called"]
    for entry in logs:
        for value in entry.values():
            assert not isinstance(value, str) or " " not in value


def test_importing_the_package_loads_no_sdk() -> None:
    code = "import sys, bot.model.claude; raise SystemExit('anthropic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_what_was_estimated_is_laid_out_once_for_the_call(build: Build) -> None:
    asked: list[str] = []

    def noting(text: str) -> tuple[Card, ...]:
        asked.append(text)
        return ()

    claude, request = build(cards_for=noting), requests.work()
    claude.estimate(request)
    await claude.call(request)
    assert len(asked) == 1
    await claude.call(replace(request, text="Another wish."))
    assert len(asked) == 2
