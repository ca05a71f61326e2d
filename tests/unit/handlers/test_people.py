"""Who people are, by Slack's user objects, its silence and its refusals."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import AsyncMock

import pytest
from slack_sdk.errors import SlackApiError

from bot.clock import ManualClock
from bot.domain.access import Person
from bot.domain.away import Status
from bot.errors import PersonUnknown
from handlers.people import FRESH_MINUTES, People, person_of
from tests.support.desk import MORNING
from tests.support.slack_client import refusal


@pytest.mark.parametrize(
    ("user", "person"),
    [
        ({"team_id": "T1"}, Person("U1")),
        ({}, Person("U1")),
        ({"team_id": "T1", "is_admin": True}, Person("U1", is_admin=True)),
        ({"team_id": "T1", "is_owner": True}, Person("U1", is_admin=True)),
        ({"team_id": "T1", "is_restricted": True}, Person("U1", is_guest=True)),
        ({"team_id": "T1", "is_ultra_restricted": True}, Person("U1", is_guest=True)),
        ({"team_id": "T9"}, Person("U1", is_external=True)),
        ({"team_id": "T9", "is_admin": True}, Person("U1", is_external=True)),
        ({"team_id": "T1", "is_stranger": True}, Person("U1", is_external=True)),
        ({"team_id": "T9", "enterprise_user": {"teams": ["T9", "T1"]}}, Person("U1")),
        ({"team_id": "T9", "enterprise_user": {"teams": ["T9"]}}, Person("U1", is_external=True)),
        ({"team_id": "T1", "is_bot": True}, Person("U1", is_bot=True)),
        ({"team_id": "T1", "deleted": True}, Person("U1", is_gone=True)),
        (
            {
                "profile": {
                    "status_emoji": ":palm_tree:",
                    "status_text": "Vacationing",
                    "status_expiration": 1_772_442_000,
                }
            },
            Person(
                "U1",
                status=Status(":palm_tree:", "Vacationing", datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),
            ),
        ),
        ({"profile": {"status_expiration": 0}}, Person("U1")),
    ],
)
def test_what_slack_says_of_somebody(user: dict[str, Any], person: Person) -> None:
    assert person_of({"id": "U1", **user}, "T1") == person


def _refusal(code: str) -> SlackApiError:
    return refusal(code, {"ok": False, "error": code})


async def test_facts_are_asked_for_again_after_minutes() -> None:
    client, clock = AsyncMock(), ManualClock(MORNING)
    client.users_info.return_value = {"user": {"id": "U1", "team_id": "T1"}}
    people = People()
    for _ in range(3):
        assert await people.of(client, "T1", clock).person("U1") == Person("U1")
    assert client.users_info.await_count == 1
    await people.of(client, "T2", clock).person("U1")  # another workspace's fact is its own
    assert client.users_info.await_count == 2
    clock.advance(timedelta(minutes=FRESH_MINUTES, seconds=1))
    client.users_info.return_value = {"user": {"id": "U1", "team_id": "T1", "is_restricted": 1}}
    assert (await people.of(client, "T1", clock).person("U1")).is_guest


@pytest.mark.parametrize("code", ["ratelimited", "missing_scope", "internal_error"])
async def test_nobody_is_guessed_at(code: str) -> None:
    """And a refusal is not remembered."""
    client = AsyncMock()
    client.users_info.side_effect = _refusal(code)
    directory = People().of(client, "T1", ManualClock(MORNING))
    for _ in range(2):
        with pytest.raises(PersonUnknown):
            await directory.person("U1")
    assert client.users_info.await_count == 2


async def test_whom_slack_does_not_show_is_of_another_company() -> None:
    client = AsyncMock()
    client.users_info.side_effect = _refusal("user_not_found")
    directory = People().of(client, "T1", ManualClock(MORNING))
    for _ in range(2):
        assert (await directory.person("U1")).is_external
    assert client.users_info.await_count == 1, "each card with such an id would ask again"


async def test_members_of_groups_and_channels() -> None:
    """A channel's come in pages; of what cannot be read nobody is a member."""
    client = AsyncMock()
    client.usergroups_users_list.return_value = {"users": ["U1"]}
    client.conversations_members.side_effect = [
        {"members": ["U2"], "response_metadata": {"next_cursor": "more"}},
        {"members": ["U3"], "response_metadata": {"next_cursor": ""}},
        _refusal("channel_not_found"),
    ]
    directory = People().of(client, "T1", ManualClock(MORNING))
    assert await directory.members("S1") == {"U1"}
    assert await directory.members("C1") == {"U2", "U3"}
    assert await directory.members("C2") == frozenset()
