"""An event that could not be stored is not acknowledged; everything else is answered."""

from typing import Any, cast

import pytest
from slack_bolt import BoltResponse
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DatabaseAway, UserFacingError
from handlers.errors import on_error

EVENT: dict[str, Any] = {"event": {"type": "message", "channel": "C1"}}


async def answer(error: Exception, body: dict[str, Any]) -> BoltResponse | None:
    """Pass through the door as Bolt does; without a user there is nobody to whisper to."""
    return await on_error(
        error,
        body,
        AsyncBoltContext({"channel_id": "C1"}),
        cast(AsyncWebClient, None),
        BoltResponse(status=500),
    )


async def test_an_event_comes_again_when_the_database_is_away() -> None:
    response = await answer(DatabaseAway("OperationalError"), EVENT)
    assert response is not None
    assert response.status == 503


@pytest.mark.parametrize(
    ("error", "body"),
    [
        (UserFacingError("I see no words in that."), EVENT),
        (DatabaseAway("OperationalError"), {"command": "/lead"}),
        (DatabaseAway("OperationalError"), {"type": "block_actions"}),
    ],
)
async def test_what_cannot_come_again_is_answered(error: Exception, body: dict[str, Any]) -> None:
    response = await answer(error, body)
    assert response is not None
    assert response.status == 200


async def test_what_a_person_typed_becomes_no_markup_in_the_answer() -> None:
    """People that we name stay named; typed words are shown as they were typed."""
    error = UserFacingError("I know no `<!channel>` & co.", hint="Ask <@U1> or `/lead add <what>`.")
    response = await answer(error, {"command": "/lead"})
    assert response is not None
    assert (
        '"I know no `&lt;!channel&gt;` &amp; co. Ask <@U1> or `/lead add &lt;what&gt;`."'
        in response.body
    )
