"""What Slack refuses: said more simply, posted anew, or given up with a reason for people."""

from datetime import timedelta

import pytest

from bot.services.delivery_send import backoff, patience
from bot.slack.errors import OutcomeUnknown, RateLimited, SlackFailure, failure
from tests.unit.delivery.conftest import Outbox, delivery_of
from tests.unit.delivery.scripted import ScriptedPoster


def _section(text: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _refused(code: str, method: str = "chat.postMessage") -> SlackFailure:
    return failure(method, code, needed="chat:write")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("channel_not_found", "channel is gone"),
        ("is_archived", "archived"),
        ("account_inactive", "install me again"),
        ("missing_scope", "chat:write"),
        ("thread_not_found", "thread was deleted"),
        ("something_new", "something_new"),
    ],
)
async def test_a_permanent_refusal_is_dead_with_a_reason(
    outbox: Outbox, code: str, said: str
) -> None:
    outbox.slack.script("chat.postMessage", _refused(code))
    await outbox.add("hello")
    await outbox.drain()

    row = await outbox.row("hello")
    assert row.state == "dead"
    assert said in row.problem


async def test_the_bot_joins_a_public_channel_and_posts(outbox: Outbox) -> None:
    outbox.slack.members_only = True
    await outbox.add("hello")
    await outbox.drain()

    assert outbox.slack.texts == ["hello"]


async def test_a_private_channel_needs_an_invitation(outbox: Outbox) -> None:
    outbox.slack.members_only = True
    outbox.slack.script(
        "conversations.join",
        _refused("method_not_supported_for_channel_type", "conversations.join"),
    )
    await outbox.add("hello")
    await outbox.drain()

    assert "invite me" in (await outbox.row("hello")).problem


async def test_refused_blocks_become_plain_text(outbox: Outbox) -> None:
    outbox.slack.script("chat.postMessage", _refused("invalid_blocks"))
    payload = {"text": "short", "blocks": [_section("*all*"), _section("of it")], "username": "Ana"}
    await outbox.add("hello", payload=payload)
    await outbox.drain()

    message = outbox.slack.messages[0]
    assert message["text"] == "*all*\n\nof it"
    assert "blocks" not in message
    assert message["username"] == "Ana"
    assert (await outbox.row("hello")).sent_ts == message["ts"]


async def test_too_long_a_message_comes_in_pieces(outbox: Outbox) -> None:
    outbox.slack.script("chat.postMessage", _refused("msg_too_long"))
    words = "word " * 1500
    await outbox.add("hello", payload={"text": words})
    await outbox.drain()

    assert len(outbox.slack.texts) == 2
    assert "".join(outbox.slack.texts).split() == words.split()


async def test_pieces_that_were_sent_before_a_crash_are_not_repeated(outbox: Outbox) -> None:
    lost = OutcomeUnknown("chat.postMessage", "TimeoutError")
    outbox.slack.script(
        "chat.postMessage", _refused("msg_too_long"), "", lost, _refused("msg_too_long")
    )
    await outbox.add("hello", payload={"text": "word " * 1500, "thread_ts": "1.0"})
    await outbox.drain()
    assert len(outbox.slack.texts) == 1

    await outbox.drain(after=2)
    assert len(outbox.slack.texts) == 2
    assert (await outbox.row("hello")).state == "sent"


async def test_a_very_long_message_becomes_a_file(outbox: Outbox) -> None:
    outbox.slack.script("chat.postMessage", _refused("msg_too_long"))
    await outbox.add("hello", payload={"text": "x" * 30_000, "thread_ts": "1.0"})
    await outbox.drain()

    upload = outbox.slack.made("files.upload")[0]
    assert upload["content"] == "x" * 30_000
    assert (upload["channel"], upload["thread_ts"]) == ("C1", "1.0")
    assert outbox.slack.texts == []


async def test_a_refused_piece_becomes_a_file(outbox: Outbox) -> None:
    too_long = _refused("msg_too_long")
    outbox.slack.script("chat.postMessage", too_long, too_long)
    await outbox.add("hello", payload={"text": "some words"})
    await outbox.drain()

    assert outbox.slack.made("files.upload")[0]["content"] == "some words"
    assert (await outbox.row("hello")).state == "sent"


async def test_what_neither_fits_nor_may_be_a_file_is_cut(outbox: Outbox) -> None:
    """A beginning with a word about it is better than nothing."""
    outbox.slack.script("chat.postMessage", _refused("msg_too_long"))
    outbox.slack.script("files.upload", _refused("missing_scope", "files.upload"))
    await outbox.add("hello", payload={"text": "word " * 9_000, "thread_ts": "1.0"})
    await outbox.drain()

    (message,) = outbox.slack.messages
    assert message["text"].startswith("word word")
    assert "neither the whole message nor a file" in message["text"]
    assert message["thread_ts"] == "1.0"
    assert (await outbox.row("hello")).sent_ts == message["ts"]


async def test_without_metadata_pieces_are_known_by_their_words(outbox: Outbox) -> None:
    slack = ScriptedPoster(keeps_metadata=False)
    outbox.slack = slack
    outbox.delivery = delivery_of(outbox.database, slack, outbox.clock)
    lost = OutcomeUnknown("chat.postMessage", "TimeoutError")
    slack.script("chat.postMessage", _refused("msg_too_long"), "", lost, _refused("msg_too_long"))
    await outbox.add("hello", payload={"text": "word " * 1500, "thread_ts": "1.0"})
    await outbox.drain()
    await outbox.drain(after=2)

    assert len(slack.texts) == 2
    assert (await outbox.row("hello")).state == "sent"


async def test_a_refused_edit_shows_its_words(outbox: Outbox) -> None:
    await outbox.add("card")
    await outbox.drain()
    outbox.slack.script("chat.update", _refused("invalid_blocks", "chat.update"))
    await outbox.edit("card", "newer")
    await outbox.drain()

    assert outbox.slack.texts == ["newer"]
    assert outbox.slack.messages[0]["blocks"] == []


async def test_an_edit_of_a_deleted_message_posts_anew(outbox: Outbox) -> None:
    payload = {"text": "card", "thread_ts": "1.0", "username": "Lead"}
    await outbox.add("card", payload=payload)
    await outbox.drain()
    outbox.slack.messages.clear()
    await outbox.edit("card", "newer")
    await outbox.drain()

    message = outbox.slack.messages[0]
    assert (message["text"], message["username"]) == ("newer", "Lead")
    assert message["thread_ts"] == "1.0"
    assert (await outbox.row("card")).sent_ts == message["ts"]

    await outbox.edit("card", "newest")
    await outbox.drain()
    assert outbox.slack.texts == ["newest"]


async def test_posting_anew_in_doubt_shows_it_once(outbox: Outbox) -> None:
    await outbox.add("card")
    await outbox.drain()
    outbox.slack.messages.clear()
    outbox.slack.script("chat.postMessage", "lost")
    await outbox.edit("card", "newer")
    await outbox.drain()
    await outbox.drain(after=2)

    assert outbox.slack.texts == ["newer"]
    assert (await outbox.row("card")).sent_ts == outbox.slack.messages[0]["ts"]


async def test_an_edit_of_a_dead_message_is_dead(outbox: Outbox) -> None:
    outbox.slack.script("chat.postMessage", _refused("is_archived"))
    await outbox.add("card")
    await outbox.edit("card", "newer")
    await outbox.drain()

    assert (await outbox.row("card:edit")).state == "dead"


@pytest.mark.parametrize("code", ["unknown_method", "missing_scope", "message_not_found"])
async def test_a_reaction_that_cannot_be_is_no_news(outbox: Outbox, code: str) -> None:
    outbox.slack.script("reactions.add", _refused(code, "reactions.add"))
    await outbox.add("seen", "reactions.add", payload={"timestamp": "1.0", "name": "eyes"})
    await outbox.drain()

    row = await outbox.row("seen")
    assert (row.state, row.problem) == ("dead", "")


async def test_a_reaction_that_is_there_already_is_done(outbox: Outbox) -> None:
    outbox.slack.script("reactions.add", _refused("already_reacted", "reactions.add"))
    await outbox.add("seen", "reactions.add", payload={"timestamp": "1.0", "name": "eyes"})
    await outbox.drain()

    assert (await outbox.row("seen")).state == "sent"


async def test_giving_up_takes_tries_and_time(outbox: Outbox) -> None:
    """Three tries are allowed here; the time that they take must have passed as well."""
    outbox.slack.script("chat.postMessage", *[OutcomeUnknown("chat.postMessage", "x")] * 3)
    await outbox.add("hello")
    await outbox.drain()
    await outbox.drain(after=2)
    await outbox.drain(after=4)

    row = await outbox.row("hello")
    assert row.state == "dead"
    assert "3 times" in row.problem


async def test_rate_limits_alone_never_kill_a_row(outbox: Outbox) -> None:
    outbox.slack.script("chat.postMessage", *[RateLimited("chat.postMessage", retry_after=60)] * 20)
    await outbox.add("hello")
    for _ in range(21):
        await outbox.drain(after=60)

    assert outbox.slack.texts == ["hello"]


def test_an_end_of_trouble_is_noticed_within_a_minute_and_none_given_up_for_that() -> None:
    """A row in doubt holds up all posts of its channel until its next try."""
    assert [backoff(attempt) for attempt in (1, 2, 5, 6, 40)] == [2, 4, 32, 60, 60]
    assert patience(3).total_seconds() == backoff(1) + backoff(2)
    assert patience(12) == timedelta(minutes=23, seconds=30)


async def test_ephemerals_and_response_urls_are_sent(outbox: Outbox) -> None:
    await outbox.add("e", "chat.postEphemeral", payload={"user": "U1", "text": "psst"})
    answer = {"url": "https://x.invalid/r", "body": {"text": "ok"}}
    await outbox.add("r", "response_url", payload=answer)
    await outbox.drain()

    assert outbox.slack.made("chat.postEphemeral") == [
        {"user": "U1", "text": "psst", "channel": "C1"}
    ]
    assert outbox.slack.made("response_url") == [answer]


async def test_a_bug_in_one_row_leaves_the_others_alone(outbox: Outbox) -> None:
    outbox.slack.script("chat.update", "")
    await outbox.add("odd", "chat.update", payload={"text": "no target"})
    await outbox.add("fine")
    await outbox.drain()

    assert (await outbox.row("odd")).state == "dead"
    assert outbox.slack.texts == ["fine"]


async def test_tries_used_up_by_rate_limits_leave_the_time_to_try(outbox: Outbox) -> None:
    limits = [RateLimited("chat.postMessage", retry_after=1)] * 4
    outbox.slack.script("chat.postMessage", *limits, OutcomeUnknown("chat.postMessage", "x"))
    await outbox.add("hello")
    await outbox.drain()
    for _ in range(4):
        await outbox.drain(after=1)

    assert (await outbox.row("hello")).state == "pending"
