"""Turns added to an ask: the schema in words, and the one repair round."""

import json
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from bot.model.claude.prompt.data import section
from bot.model.claude.wire import Ask

MOST_ANSWER = 30_000
"""Characters of an unusable answer that are shown back; its end adds nothing to the repair."""


def block(text: str, *, cached: bool = False) -> dict[str, Any]:
    """Return a text block; `cached` puts a cache breakpoint after it."""
    plain: dict[str, Any] = {"type": "text", "text": text}
    return {**plain, "cache_control": {"type": "ephemeral"}} if cached else plain


def with_schema(ask: Ask, result_type: type[BaseModel]) -> Ask:
    """Return the ask with the schema as its last words, for servers that enforce none."""
    schema = json.dumps(result_type.model_json_schema(), ensure_ascii=False, sort_keys=True)
    words = (
        "Answer with one JSON object of this JSON schema and nothing else: no prose, no code"
        " fence.\n" + section("schema", schema)
    )
    last = ask.messages[-1]
    longer = {**last, "content": [*last["content"], block(words)]}
    return replace(ask, messages=[*ask.messages[:-1], longer])


def with_repair(ask: Ask, answer: str, problems: tuple[str, ...]) -> Ask:
    """Return the ask followed by the unusable answer and what is wrong with it."""
    words = (
        "This was not usable: "
        + "; ".join(problems)
        + ". Send the whole JSON object again with exactly that repaired."
    )
    given = [{"role": "assistant", "content": [block(answer[:MOST_ANSWER])]}]
    turns = given if answer.strip() else []
    return replace(
        ask, messages=[*ask.messages, *turns, {"role": "user", "content": [block(words)]}]
    )
