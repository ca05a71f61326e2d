"""Writes an ask as a request's body: JSON, and no secret in any text of it.

Most of a body stands in many others, so blocks are written one by one and a fixed one once.
"""

import re
from functools import cache, lru_cache
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json

from bot.domain.redaction import Options, redact
from bot.model.claude.schema import output_config
from bot.model.claude.wire import Ask, Fixed

Block = dict[str, Any]


def written(
    ask: Ask, options: Options, *, schema: type[BaseModel] | None = None, stream: bool = False
) -> bytes:
    """Return the body; `schema` asks for structured output, `options` say what is redacted."""
    turns = (
        b'{"role":%b,"content":[%b]}' % (to_json(turn["role"]), _blocks(turn["content"], options))
        for turn in ask.messages
    )
    return b'{"model":%b,"max_tokens":%d,"system":[%b],"messages":[%b]%b%b%b}' % (
        to_json(ask.model),
        ask.max_tokens,
        _blocks(ask.system, options),
        b",".join(turns),
        b"" if schema is None else _schema(schema),
        _tools(ask),
        b',"stream":true' if stream else b"",
    )


@cache
def _schema(schema: type[BaseModel]) -> bytes:
    return b',"output_config":%b' % to_json(output_config(schema))


def _tools(ask: Ask) -> bytes:
    """Return what a body says of tools; no call is forced, newer models refuse that."""
    if not ask.tools:
        return b""
    tools = b',"tools":%b' % to_json(ask.tools)
    return tools if ask.may_call else tools + b',"tool_choice":{"type":"none"}'


def _blocks(blocks: list[Block], options: Options) -> bytes:
    return b",".join([_block(block, options) for block in blocks])


def _block(block: Block, options: Options) -> bytes:
    if not isinstance(block, Fixed):
        return to_json(_redacted(block, options))
    if block.written is None or block.written[0] is not options:
        block.written = (options, to_json(_redacted(block, options)))
    return block.written[1]


def _redacted(block: Block, options: Options) -> Block:
    """Return a block without secrets; what the model said itself must go back as it came."""
    if isinstance(block.get("text"), str):
        return {**block, "text": _clean(block["text"], options)}
    if block.get("type") == "tool_result":
        return {**block, "content": [_redacted(each, options) for each in block["content"]]}
    return block


_BETWEEN = re.compile(r"\n\n(?<=[a-z]>\n\n)")
"""Behind a section. No secret lies across it: none holds an angle bracket, and what names one
ends in no letter and bracket ("password =>")."""


def _clean(text: str, options: Options) -> str:
    """Return a text without secrets, section by section: the plan is in each call of its task."""
    return "\n\n".join([_redact(each, options) for each in _BETWEEN.split(text)])


@lru_cache(maxsize=512)
def _redact(text: str, options: Options) -> str:
    return redact(text, options)
