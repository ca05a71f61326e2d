"""What the one door for errors says."""

from slack_bolt.context.async_context import AsyncBoltContext

from bot.errors import NotFound, UserFacingError
from handlers.errors import sentence_of


def test_whom_a_person_typed_is_shown_by_name() -> None:
    """Commands are read in small letters; `<@u0tom00001|tom>` is nobody, and nothing to read."""
    refused = UserFacingError("I know no cost by “<@u0tom00001|tom>”.", hint="E.g. `/lead cost`.")
    assert sentence_of(refused, AsyncBoltContext()) == (
        "I know no cost by “@tom”. E.g. `/lead cost`."
    )


def test_a_button_of_what_was_removed_names_no_id() -> None:
    """Retention and forgetting remove rows; their cards stay in Slack."""
    own = "0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"
    gone = NotFound("decision", own, hint="`/lead decisions` lists them.")
    assert gone.sentence() == (
        "I do not have that decision, or no longer. `/lead decisions` lists them."
    )
    assert NotFound("message", f"task:{own}:r1").text == "I do not have that message, or no longer."
    assert NotFound("decision", "D-9").text == "I know no decision 'D-9'."
