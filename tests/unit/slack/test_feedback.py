"""Feedback buttons: Slack's own form, and two plain ones where that is refused."""

from bot.slack.feedback import feedback, with_plain_buttons
from bot.slack.payloads import FeedbackAction
from bot.slack.post import Post
from tests.unit.slack.validator import check_post


def test_the_plain_form_carries_the_same_values() -> None:
    call = {"channel": "C1", "text": "t", "blocks": feedback("a" * 32, 2)}
    plain = with_plain_buttons(call)
    assert plain is not None
    check_post(Post(text="t", blocks=plain["blocks"]))
    buttons = plain["blocks"][0]["elements"]
    verdicts = [FeedbackAction.model_validate_json(b["value"]).verdict for b in buttons]
    assert verdicts == ["good", "bad"]
    assert plain["channel"] == "C1"


def test_a_message_without_feedback_has_no_plainer_form() -> None:
    assert with_plain_buttons({"text": "t", "blocks": [{"type": "divider"}]}) is None
    assert with_plain_buttons({"text": "t"}) is None
