"""What the one door for errors says."""

from slack_bolt.context.async_context import AsyncBoltContext

from bot.errors import UserFacingError
from handlers.errors import sentence_of


def test_whom_a_person_typed_is_shown_by_name() -> None:
    """Commands are read in small letters; `<@u0tom00001|tom>` is nobody, and nothing to read."""
    refused = UserFacingError("I know no cost by “<@u0tom00001|tom>”.", hint="E.g. `/lead cost`.")
    assert sentence_of(refused, AsyncBoltContext()) == (
        "I know no cost by “@tom”. E.g. `/lead cost`."
    )
