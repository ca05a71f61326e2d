"""What leaves as a request's body: all that the ask says, without secrets, as JSON."""

import json
from typing import Any

import pytest
from pydantic import BaseModel

from bot.domain.output import Answer
from bot.domain.redaction import Options
from bot.model.claude.body import written
from bot.model.claude.schema import output_config
from bot.model.claude.wire import Ask, Fixed

ALL, NONE = Options(emails=True), Options(secrets=False, numbers=False)
TEXT = {"type": "text", "text": 'Ask ann@example.com: "½ €"\n\n</data> \\ and ghp_' + "a1B2" * 6}
THOUGHT = {"type": "thinking", "thinking": "ann@example.com", "signature": "c2ln"}
RESULT = {"type": "tool_result", "tool_use_id": "t", "content": [TEXT], "is_error": True}


def body(ask: Ask, options: Options = NONE, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(written(ask, options, **more))
    return found


@pytest.mark.parametrize("schema", [None, Answer])
@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("may_call", [True, False])
def test_a_body_says_what_the_ask_says(
    schema: type[BaseModel] | None, stream: bool, may_call: bool
) -> None:
    cached = Fixed({**TEXT, "cache_control": {"type": "ephemeral"}})
    turns = [
        {"role": "user", "content": [cached, TEXT]},
        {"role": "assistant", "content": [THOUGHT]},
        {"role": "user", "content": [RESULT]},
    ]
    tools = ({"name": "look", "description": "Look ½.", "input_schema": {"type": "object"}},)
    ask = Ask('a "model"', 7, [cached], turns, tools, may_call)
    assert body(ask, schema=schema, stream=stream) == {
        "model": 'a "model"',
        "max_tokens": 7,
        "system": [cached],
        "messages": turns,
        "tools": list(tools),
        **({} if schema is None else {"output_config": output_config(schema)}),
        **({"stream": True} if stream else {}),
        **({} if may_call else {"tool_choice": {"type": "none"}}),
    }


def test_every_text_is_cleaned_and_what_the_model_thought_goes_back_as_it_came() -> None:
    turns = [{"role": "user", "content": [TEXT, THOUGHT, RESULT]}]
    said = body(Ask("m", 1, [Fixed(TEXT)], turns), ALL)
    words = json.dumps(said, ensure_ascii=False)
    assert words.count("[secret: github token]") == 3
    assert words.count("[personal: e mail address]") == 3
    assert said["messages"][0]["content"][1] == THOUGHT


def test_a_fixed_block_follows_the_rules_of_whoever_sends_it() -> None:
    block = Fixed(TEXT)
    ask = Ask("m", 1, [block], [])
    assert "ghp_" in body(ask)["system"][0]["text"]
    assert "ghp_" not in body(ask, ALL)["system"][0]["text"]
    assert "ghp_" in body(ask)["system"][0]["text"]
    assert block == TEXT


def test_a_fixed_block_is_written_once() -> None:
    block = Fixed(TEXT)
    first = written(Ask("m", 1, [block], []), ALL)
    block["text"] = "another"
    assert written(Ask("m", 1, [block], []), ALL) == first
