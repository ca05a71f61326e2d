"""What is posted names people; where Slack does not say in time, it is posted as it is."""

import asyncio
from typing import Any

import pytest

from bot.domain.access import Person
from bot.errors import DatabaseAway, PersonUnknown
from bot.services.people_names import Named, name_people
from bot.services.sources import Unreadable
from bot.slack.blocks import sections

BLOCKS = sections("&lt;@U0TOM00001&gt; owns billing")


class Slack:
    """Its people, and the calls that arrive."""

    def __init__(self, *, refuses: Exception | None = None, slow: bool = False) -> None:
        self.calls: list[dict[str, Any]] = []
        self.asked = 0
        self._refuses, self._slow = refuses, slow

    async def call(self, method: str, payload: dict[str, Any]) -> dict[str, Any]:
        self.calls.append(payload)
        return {"ok": True}

    async def directory(self) -> "Slack":
        if isinstance(self._refuses, (Unreadable, DatabaseAway)):
            raise self._refuses
        return self

    async def person(self, user_id: str) -> Person:
        self.asked += 1
        if self._slow:
            await asyncio.Event().wait()
        if self._refuses is not None:
            raise self._refuses
        return Person(user_id, name="Tom")

    async def members(self, group_id: str) -> frozenset[str]:
        raise AssertionError(group_id)


async def test_a_message_is_sent_with_names_and_its_text_as_it_is_kept() -> None:
    slack = Slack()
    payload = {"channel": "C1", "text": "&lt;@U0TOM00001&gt;", "blocks": BLOCKS}
    await Named(slack, slack.directory).call("chat.postMessage", payload)
    assert slack.calls[0]["blocks"][0]["text"]["text"] == "@Tom owns billing"
    assert slack.calls[0]["text"] == payload["text"], "a lost answer is looked for by it"
    assert payload["blocks"] is BLOCKS
    await Named(slack, slack.directory).call("reactions.add", {"blocks": BLOCKS})
    assert slack.calls[1]["blocks"] is BLOCKS


async def test_nobody_is_looked_up_where_nobody_is_named() -> None:
    slack = Slack()
    plain = sections("mail me @home, <@U0TOM00001>")
    assert await name_people(plain, slack.directory, seconds=1) == plain
    assert slack.asked == 0


@pytest.mark.parametrize(
    "refuses",
    [
        PersonUnknown("U0TOM00001"),
        Unreadable("no token"),
        DatabaseAway("OperationalError"),  # as the token is looked up there
        KeyError("user"),
        None,
    ],
)
async def test_who_cannot_be_named_holds_nothing_up(refuses: Exception | None) -> None:
    slack = Slack(refuses=refuses, slow=refuses is None)
    assert await name_people(BLOCKS, slack.directory, seconds=0.01) == BLOCKS
