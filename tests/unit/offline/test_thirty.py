"""What must hold for every request that the offline model works."""

import asyncio
import re

import pytest

from bot.domain.facts import extract
from bot.domain.output import MAX_BULLETS, MAX_MESSAGE_CHARS
from bot.domain.plan import problems
from tests.unit.offline.requests import REQUESTS
from tests.unit.offline.runner import TEAM, Run, run

LOAD = ("rps", "users", "events_per_s")


@pytest.fixture(scope="module", params=REQUESTS, ids=lambda text: text[:40])
def done(request: pytest.FixtureRequest) -> Run:
    return asyncio.run(run(request.param))


def test_there_are_thirty_and_no_two_get_the_same_text() -> None:
    runs = [asyncio.run(run(text)) for text in REQUESTS]
    assert len(runs) == 30
    texts = [output.model_dump_json() for item in runs for output in item.outputs.values()]
    assert len(texts) == len(set(texts))
    assert len({item.synthesis.summary + item.synthesis.headline for item in runs}) == 30


def test_the_plan_can_be_worked(done: Run) -> None:
    assert problems(done.plan, frozenset(TEAM.specialists), frozenset(TEAM.patterns)) == ()
    assert 1 <= len(done.plan.assignments) <= 9
    if done.plan.kind == "pattern":
        assert len(done.plan.assignments) >= 3
    for item in done.plan.assignments:
        assert len(item.title) <= 60
        assert item.brief
        assert item.reason.endswith(".")


def test_messages_are_short(done: Run) -> None:
    for output in done.outputs.values():
        assert len(output.headline) <= 140
        assert 0 < len(output.bullets) <= MAX_BULLETS
        assert max(map(len, output.bullets)) <= 180
        message = "\n".join((output.headline, *output.bullets, *output.questions))
        assert len(message) <= MAX_MESSAGE_CHARS


def test_nothing_is_left_unfilled(done: Run) -> None:
    text = re.sub(r"`[^`]*`", "", "\n".join(
        "\n".join((o.headline, *o.bullets, *o.questions, o.detail)) for o in done.outputs.values()
    ))  # fmt: skip
    assert not re.search(r"\{[a-z_0-9*/+(). -]*(?:rps|_ms|_gb|rows|users)[^}]*\}", text)
    assert "million million" not in text
    assert "nan" not in text.split()


def test_no_bullet_question_or_calculation_stands_twice(done: Run) -> None:
    outputs = list(done.outputs.values())
    bullets = [text for output in outputs for text in output.bullets]
    questions = [text for output in outputs for text in output.questions]
    labels = [item.label for output in outputs for item in output.calculations]
    assert len(bullets) == len(set(bullets))
    assert len(questions) == len(set(questions))
    assert len(labels) == len(set(labels))


def test_every_quantity_of_the_request_appears(done: Run) -> None:
    texts = "\n".join("\n".join((o.headline, *o.bullets, o.detail)) for o in done.outputs.values())
    for fact in extract(done.text):
        assert fact.words in texts


def test_sources_are_cards_and_advice_keeps_to_the_stack(done: Run) -> None:
    languages = {"python", "nodejs", "java", "golang", "rust"}
    asked = {TEAM.specialists[item.specialist].language for item in done.plan.assignments}
    for output in done.outputs.values():
        for name in output.sources:
            area = TEAM.cards[name].area
            assert area not in languages or area in asked | {None} or not asked & languages


def test_a_project_without_load_is_asked_for_it(done: Run) -> None:
    known = extract(done.text).known()
    questions = "\n".join(text for o in done.outputs.values() for text in o.questions)
    if done.plan.kind == "pattern" and not any(name in known for name in LOAD):
        assert "How many requests per second" in questions


def test_the_synthesis_keeps_to_the_outputs(done: Run) -> None:
    synthesis = done.synthesis
    assert synthesis.headline
    assert len(synthesis.risks) <= 4
    assert len(synthesis.next_steps) <= 5
    assert len(synthesis.decisions) <= 3
    questions = {text for output in done.outputs.values() for text in output.questions}
    assert set(synthesis.questions) <= questions
    for decision in synthesis.decisions:
        assert len(decision.title) <= 80
        assert decision.outcome.startswith(tuple(o.title for o in decision.options))
        assert len(decision.options) >= 2


def test_the_same_request_gives_the_same_text(done: Run) -> None:
    assert asyncio.run(run(done.text)).everything() == done.everything()
