"""Small values: text, posts, payloads, error codes, the words of blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.slack.errors import ChannelGone, RateLimited, failure, seconds
from bot.slack.limits import FALLBACK_TEXT
from bot.slack.payloads import DecisionAction, OutputAction, Payload, TaskAction
from bot.slack.plain import plain_text
from bot.slack.post import Block, Post
from bot.slack.text import (
    bold,
    clip,
    escape,
    head,
    line,
    mention,
    shorten_list,
    show_typed,
    size,
)
from tests.unit.slack.samples import TEXT


@given(TEXT, st.integers(1, 200))
def test_clipping_keeps_to_the_limit(text: str, limit: int) -> None:
    assert size(clip(text, limit)) <= limit
    assert text.startswith(head(text, limit))
    if size(text) <= limit:
        assert clip(text, limit) == text


def test_an_entity_is_not_cut_in_two() -> None:
    assert clip(escape("aaaa<bbbb"), 7) == "aaaa…"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pay \u202eyppuP for it", "pay yppuP for it"),
        ("\u2067left open", "left open"),
        ("closed\u202c twice\u2069", "closed twice"),
        ("\u2067\u202ecrossed\u2069\u202c", "crossed"),
        ("API \u2067של הלקוח\u2069 here", "API \u2067של הלקוח\u2069 here"),
        ("\u202aone\u202c\n\u202etwo", "\u202aone\u202c\ntwo"),
    ],
)
def test_a_title_turns_no_words_around_behind_it(text: str, said: str) -> None:
    assert escape(text) == said


def test_nor_does_one_that_is_cut_or_put_on_one_line() -> None:
    assert clip("\u2067abc def ghi\u2069", 9) == "abc def…"
    assert line("\u202aone\u202c\n\u202etwo") == "one two"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I know no cost by “<@u0tom00001|tom>”.", "I know no cost by “@tom”."),
        ("`/lead team <#C0GENERAL1|general> x`", "`/lead team #general x`"),
        ("`add <@U0TOM00001|tom>: <#C0GENERAL1|gene`", "`add @tom: #gene…`"),
        ("“add <@U0TO”", "“add …”"),
        ("“<@u0tom00001>”", "“<@U0TOM00001>”"),
        ("<@U0TOM00001> is away; a < b, `<id>`", "<@U0TOM00001> is away; a < b, `<id>`"),
    ],
)
def test_whom_somebody_typed_is_shown_as_they_saw_it(text: str, said: str) -> None:
    assert show_typed(text) == said


def test_bold_cannot_be_ended_from_inside() -> None:
    assert bold("a *b*\nc <d>") == "*a ∗b∗ c &lt;d&gt;*"
    assert bold("  ") == ""


def test_only_slack_ids_become_mentions() -> None:
    assert mention("U0MAYA") == "<@U0MAYA>"
    assert mention("terminal") == "terminal"
    assert mention("U1> <!channel") == "U1&gt; &lt;!channel"


@pytest.mark.parametrize(
    ("items", "said"),
    [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and 1 more")],
)
def test_lists_in_words(items: tuple[str, ...], said: str) -> None:
    assert shorten_list(items) == said


def test_a_posts_payload_has_no_place_and_unfurls_nothing() -> None:
    payload = Post(text="x" * 5000, blocks=[], username="Ana", icon_emoji=":a:").payload()
    assert set(payload) == {
        "text",
        "blocks",
        "unfurl_links",
        "unfurl_media",
        "username",
        "icon_emoji",
    }
    assert size(payload["text"]) <= FALLBACK_TEXT
    assert payload["unfurl_links"] is False


@pytest.mark.parametrize(
    "payload",
    [
        TaskAction(task_id="t"),
        DecisionAction(decision_id="d", revision=2),
        OutputAction(task_id="t", key="a1"),
    ],
)
def test_payloads_come_back_as_they_went(payload: Payload) -> None:
    assert type(payload).model_validate_json(payload.value()) == payload
    with pytest.raises(ValidationError):
        type(payload).model_validate_json('{"unknown": 1}')


def test_codes_are_found_in_the_table() -> None:
    gone = failure("chat.postMessage", "is_archived")
    assert isinstance(gone, ChannelGone)
    assert "is_archived" in gone.text
    assert isinstance(failure("x", "", status=429), RateLimited)
    assert [seconds(value) for value in ("30", "0", "", "soon")] == [30, 1, 10, 10]


def test_the_words_of_blocks() -> None:
    blocks: list[Block] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Title"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*body*"}},
        {"type": "actions", "elements": [{"type": "button", "text": {"text": "Stop"}}]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}]},
        {"type": "markdown", "text": "more"},
    ]
    assert plain_text(blocks) == "Title\n\n*body*\n\nsmall\n\nmore"


@given(TEXT)
def test_a_line_is_one_line(text: str) -> None:
    assert "\n" not in line(text)
