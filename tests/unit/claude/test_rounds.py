"""Answers that are not what was asked: schemas refused or ignored, repairs, limits, refusals."""

import pytest

from bot.domain.output import Answer, SpecialistOutput
from bot.errors import ModelAnswerInvalid, ModelUnavailable
from bot.model.claude import ClaudeModel
from tests.support.messages_server import MessagesServer, Seen
from tests.support.messages_steps import Habits, Step
from tests.unit.claude import requests
from tests.unit.claude.conftest import Build


def explained(seen: Seen) -> bool:
    """Tell whether the schema stands in the last words of the prompt."""
    return "<schema>" in seen.body["messages"][-1]["content"][-1]["text"]


async def test_a_server_that_refuses_schemas_is_asked_without_one_from_then_on(
    server: MessagesServer, claude: ClaudeModel
) -> None:
    server.habits = Habits(schema="refuse")
    assert isinstance((await claude.call(requests.work())).value, SpecialistOutput)
    assert isinstance((await claude.call(requests.answer())).value, Answer)
    asked = ["output_config" in seen.body for seen in server.seen]
    assert asked == [True, False, False]
    assert [explained(seen) for seen in server.seen] == [False, True, True]


async def test_each_client_learns_for_itself(server: MessagesServer, build: Build) -> None:
    server.habits = Habits(schema="refuse")
    await build().call(requests.answer())
    await build().call(requests.answer())
    assert ["output_config" in seen.body for seen in server.seen] == [True, False, True, False]


async def test_another_400_does_not_end_structured_outputs(
    server: MessagesServer, claude: ClaudeModel
) -> None:
    server.script += [Step("bad_request", reason="prompt is too long")]
    with pytest.raises(ModelUnavailable):
        await claude.call(requests.answer())
    await claude.call(requests.answer())
    assert "output_config" in server.seen[1].body


async def test_a_schema_complaint_without_a_schema_is_a_plain_refusal(
    server: MessagesServer, claude: ClaudeModel
) -> None:
    server.script += [Step("schema_refused"), Step("schema_refused")]
    with pytest.raises(ModelUnavailable, match="output_config: Extra inputs"):
        await claude.call(requests.answer())


async def test_an_answer_amid_prose_is_found_without_a_repair(
    server: MessagesServer, claude: ClaudeModel
) -> None:
    server.habits = Habits(schema="ignore")
    assert isinstance((await claude.call(requests.work())).value, SpecialistOutput)
    assert server.stats.requests == 1


@pytest.mark.parametrize("kind", ["incomplete", "no_json"])
async def test_one_repair_shows_the_answer_and_its_problems(
    server: MessagesServer, claude: ClaudeModel, kind: str
) -> None:
    server.script += [Step(kind)]  # type: ignore[arg-type]  # one of Kind
    reply = await claude.call(requests.work())
    first, repair = server.seen
    assert [turn["role"] for turn in repair.body["messages"]] == ["user", "assistant", "user"]
    assert repair.body["messages"][0] == first.body["messages"][0]
    words = repair.body["messages"][2]["content"][0]["text"]
    assert ("bullets: Field required" in words) == (kind == "incomplete")
    assert explained(repair)
    assert reply.usage.tokens_in == server.stats.tokens_in
    assert reply.usage.tokens_out == server.stats.tokens_out


async def test_a_server_that_ignores_schemas_gets_them_in_words_from_then_on(
    server: MessagesServer, claude: ClaudeModel
) -> None:
    server.script += [Step("no_json")]
    await claude.call(requests.work())
    await claude.call(requests.work())
    assert [explained(seen) for seen in server.seen] == [False, True, True]
    assert all("output_config" in seen.body for seen in server.seen)


async def test_an_empty_answer_is_repaired_without_an_empty_turn(
    server: MessagesServer, claude: ClaudeModel
) -> None:
    server.script += [Step(text="")]
    await claude.call(requests.work())
    assert [turn["role"] for turn in server.seen[1].body["messages"]] == ["user", "user"]


async def test_after_a_second_bad_answer_it_says_what_is_wrong(
    server: MessagesServer, claude: ClaudeModel
) -> None:
    server.script += [Step("no_json"), Step("incomplete")]
    with pytest.raises(ModelAnswerInvalid) as caught:
        await claude.call(requests.work())
    assert caught.value.what == "output"
    assert caught.value.problems == ("headline: Field required", "bullets: Field required")
    assert server.stats.requests == 2


async def test_an_answer_over_the_limit_is_asked_for_with_more_room(
    server: MessagesServer, claude: ClaudeModel
) -> None:
    server.script += [Step("max_tokens")]
    reply = await claude.call(requests.work())
    assert [seen.body["max_tokens"] for seen in server.seen] == [8_000, 16_000]
    assert reply.usage.tokens_out == server.stats.tokens_out


async def test_twice_over_the_limit_is_invalid(server: MessagesServer, build: Build) -> None:
    server.script += [Step("max_tokens"), Step("max_tokens")]
    model = build(max_tokens={"lead": 40_000, "specialist": 40_000, "triage": 40_000})
    with pytest.raises(ModelAnswerInvalid, match="output was not usable: it was longer than 64000"):
        await model.call(requests.work())


async def test_a_refusal_is_invalid_and_not_repeated(
    server: MessagesServer, claude: ClaudeModel
) -> None:
    server.script += [Step("refusal")]
    with pytest.raises(ModelAnswerInvalid, match="declined to answer"):
        await claude.call(requests.plan())
    assert server.stats.requests == 1
