"""What is said under a form's fields is plain text: Slack shows an id in it as it stands."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from slack_bolt import BoltResponse
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.access import Person
from bot.errors import PersonUnknown, UserFacingError
from handlers.errors import on_error
from handlers.interaction import PEOPLE, Submission

SAID = "<@U0MAYA> decided that already; ask in <#C0BACKEND>."


def _context(known: bool) -> AsyncBoltContext:
    async def person(user_id: str) -> Person:
        if not known:
            raise PersonUnknown(user_id)
        return Person(user_id, name="maya")

    people = {PEOPLE: lambda _client, _workspace: SimpleNamespace(person=person)}
    return AsyncBoltContext({"team_id": "T1", **people})


@pytest.mark.parametrize(("known", "who"), [(True, "@maya"), (False, "somebody")])
async def test_a_form_names_people_in_what_it_refuses(known: bool, who: str) -> None:
    acked: list[dict[str, Any]] = []

    async def ack(**said: Any) -> None:
        acked.append(said)

    none = cast(AsyncWebClient, None)
    sent = Submission(cast(Any, ack), {}, _context(known), none, {})
    await sent.refuse({"reason": SAID, "when": "It is <b> & past."})
    errors = {
        "reason": f"{who} decided that already; ask in that channel.",
        "when": "It is <b> & past.",
    }
    assert acked == [{"response_action": "errors", "errors": errors}]


async def test_so_does_the_door_for_errors() -> None:
    view = {"blocks": [{"type": "input", "block_id": "reason"}]}
    answer = await on_error(
        UserFacingError(SAID),
        {"type": "view_submission", "view": view},
        _context(known=True),
        cast(AsyncWebClient, None),
        BoltResponse(status=500),
    )
    assert answer is not None
    assert "@maya decided that already; ask in that channel." in answer.body
