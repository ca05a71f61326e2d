"""What a model answers beside the fields it was asked for is nothing: no tool, state or vote."""

import json
from typing import get_args, get_origin

import pytest
from pydantic import BaseModel

from bot.model import port
from bot.model.claude.answer import parse
from bot.model.claude.reader import MessageReader
from bot.model.port import Request
from storage.models import Decision, DecisionVote, Plan, SettingRow, Task
from tests.security.attacks import FORGED_ROLES

KINDS: list[type[BaseModel]] = [
    kind.result_type
    for kind in vars(port).values()
    if isinstance(kind, type) and issubclass(kind, Request) and kind is not Request
]
POWERS = {
    "state", "approved", "approved_by", "decided_by", "decided_at", "accepted", "accepted_by",
    "approvers", "quorum", "votes", "voters", "budget", "extra_budget_micros", "settings",
    "channel", "channel_id", "workspace_id", "user_id", "requester_id", "tool", "tools", "tool_use",
    "action_id", "mention", "broadcast", "model", "priority",
}  # fmt: skip
"""Names under which an answer could take a right, choose a place or call something."""


def fields(model: type[BaseModel]) -> set[str]:
    """Return the names of every field that an answer has, however deep."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        found.add(name)
        kinds = [field.annotation]
        while kinds:
            kind = kinds.pop()
            kinds += [each for each in get_args(kind) if get_origin(kind) is not None]
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found |= fields(kind)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_has_a_field_of_power(kind: type[BaseModel]) -> None:
    assert fields(kind) & POWERS == set()


def test_the_names_are_those_of_our_rows() -> None:
    """The list above is about things that are there."""
    columns = {
        column.name
        for table in (Decision, DecisionVote, Plan, SettingRow, Task)
        for column in table.__table__.columns
    }
    assert {"approved_by", "decided_by", "approvers", "quorum", "extra_budget_micros"} <= columns
    assert len(KINDS) >= 7
    assert "formula" in fields(port.WorkRequest.result_type), "nested fields are seen"


def test_what_is_added_to_an_answer_is_dropped() -> None:
    proposed = {"title": "PostgreSQL", "context": "c", "outcome": "o"}
    more = dict.fromkeys(POWERS, "U0MAYA0001")
    answer = parse(json.dumps(proposed | more), port.ReviseRequest.result_type)
    assert not answer.model_dump().keys() & POWERS
    assert "U0MAYA0001" not in answer.model_dump_json()


@pytest.mark.parametrize("evil", FORGED_ROLES)
def test_a_call_of_a_tool_is_no_text(evil: str) -> None:
    """Nobody offers a tool; a block that calls one is passed over."""
    reader = MessageReader("m")
    tool = {"type": "tool_use", "id": "t1", "name": "accept_decision", "input": {"evil": evil}}
    said = {"type": "text", "text": '{"text": "42"}'}
    reader.read_whole({"content": [tool, said], "model": "m", "id": "x", "usage": {}})
    heard = reader.message()
    assert heard.text == '{"text": "42"}'
