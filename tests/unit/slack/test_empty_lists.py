"""What a newcomer sees first: lists without a row, valid for Slack and with a way on."""

import pytest

from bot.slack.cards.escalation_lists import escalation_list
from bot.slack.cards.forget import counted
from bot.slack.cards.hand_off import hand_off_list
from bot.slack.cards.memory import Thing, thing_page
from bot.slack.cards.service import service_list
from bot.slack.post import Post
from tests.unit.slack.samples import NOON
from tests.unit.slack.validator import check_post, words


@pytest.mark.parametrize(
    ("post", "way_on"),
    [
        (service_list([], []), "`/lead service add &lt;name&gt;`"),
        (hand_off_list([], now=NOON), "`/lead handoff devops &lt;what&gt;`"),
        (escalation_list([]), "`/lead escalate &lt;what&gt;`"),
        (thing_page(Thing("orders", "service", ())), "correct #&lt;number&gt;"),
    ],
    ids=["services", "hand-offs", "escalations", "memory"],
)
def test_a_placeholder_reaches_the_eye(post: Post, way_on: str) -> None:
    """Slack takes a bare `<name>` for a link and shows none of it."""
    check_post(post)
    assert way_on in words(post.blocks)


def test_what_is_forgotten_is_other_than_something() -> None:
    """Rows without a name of their own are "other" rows only beside named ones."""
    assert counted({"learning": 11}) == "11 rows"
    assert counted({"message": 1, "learning": 11}) == "1 message and 11 other rows"
