"""Calls without an answer: what arrived is found, what did not is sent, nothing shows twice."""

import base64

from bot.domain.lanes import FILE_UPLOAD
from bot.errors import DatabaseAway
from bot.slack.charts import sketch_bar
from bot.slack.errors import OutcomeUnknown, RateLimited, Unreachable, failure
from storage.uow import Database
from tests.support.replacing import replace_method
from tests.unit.delivery.conftest import Outbox, delivery_of
from tests.unit.delivery.scripted import LOST, Json, ScriptedPoster


async def test_a_post_whose_answer_got_lost_is_found_and_not_repeated(outbox: Outbox) -> None:
    outbox.slack.script("chat.postMessage", LOST)
    await outbox.add("hello")
    await outbox.drain()
    assert (await outbox.row("hello")).state == "pending"

    await outbox.drain(after=2)
    assert outbox.slack.texts == ["hello"]
    row = await outbox.row("hello")
    assert (row.state, row.sent_ts) == ("sent", outbox.slack.messages[0]["ts"])
    search = outbox.slack.made("conversations.replies")[0]
    assert (search["ts"], search["include_all_metadata"]) == ("1.0", True)


async def test_a_post_that_did_not_arrive_is_sent_again(outbox: Outbox) -> None:
    outbox.slack.script("chat.postMessage", OutcomeUnknown("chat.postMessage", "http_503"))
    await outbox.add("hello")
    await outbox.drain()
    await outbox.drain(after=2)

    assert outbox.slack.texts == ["hello"]
    assert len(outbox.slack.made("chat.postMessage")) == 2


async def test_no_search_when_the_request_never_left(outbox: Outbox) -> None:
    outbox.slack.script("chat.postMessage", Unreachable("chat.postMessage", "refused"))
    await outbox.add("hello")
    await outbox.drain()
    await outbox.drain(after=2)

    assert outbox.slack.texts == ["hello"]
    assert outbox.slack.made("conversations.replies") == []


async def test_a_token_that_cannot_be_looked_up_kills_no_row(outbox: Outbox) -> None:
    """An installed app reads its token at each call, and the database may be away just then."""
    real = outbox.slack.call

    async def away(_method: str, _payload: Json) -> Json:
        replace_method(outbox.slack, "call", real)
        raise DatabaseAway("OperationalError")

    replace_method(outbox.slack, "call", away)
    await outbox.add("hello")
    await outbox.drain()
    await outbox.drain(after=2)
    assert outbox.slack.texts == ["hello"]
    assert (await outbox.row("hello")).state == "sent"


async def test_at_top_level_the_channel_is_searched(outbox: Outbox) -> None:
    outbox.slack.script("chat.postMessage", LOST)
    await outbox.add("hello", payload={"text": "hello"})
    await outbox.drain()
    await outbox.drain(after=2)

    assert outbox.slack.texts == ["hello"]
    assert len(outbox.slack.made("conversations.history")) == 1


async def test_without_metadata_author_and_text_tell(database: Database, outbox: Outbox) -> None:
    """A compatible server may drop metadata; somebody else's equal text is not ours."""
    slack = ScriptedPoster(keeps_metadata=False)
    outbox.slack = slack
    outbox.delivery = delivery_of(database, slack, outbox.clock)
    slack.script("chat.postMessage", LOST, OutcomeUnknown("chat.postMessage", "TimeoutError"))
    await outbox.add("ours &amp; <fine>")
    await outbox.drain()
    await outbox.add("theirs", channel_id="C2")
    await outbox.drain()
    slack.messages.append({"text": "theirs", "ts": "1700009999.0", "user": "UANN"})
    await outbox.drain(after=2)

    ours = [message for message in slack.messages if message["user"] == "UBOT"]
    assert [message["text"] for message in ours] == ["ours &amp; <fine>", "theirs"]


async def test_equal_words_under_another_name_are_another_message(outbox: Outbox) -> None:
    ours = {"text": "Agreed.", "bot_id": "B1", "ts": "1700009999.0"}
    outbox.slack.messages += [{**ours, "username": "Ana"}]
    outbox.slack.script("chat.postMessage", OutcomeUnknown("chat.postMessage", "TimeoutError"))
    await outbox.add("k", payload={"text": "Agreed.", "username": "Ben"})
    await outbox.drain()
    await outbox.drain(after=2)

    assert [message["username"] for message in outbox.slack.messages] == ["Ana", "Ben"]


async def test_an_older_equal_message_is_not_taken_for_the_new_one(outbox: Outbox) -> None:
    outbox.slack.messages.append({"text": "done", "ts": "1600000000.0", "bot_id": "B1"})
    outbox.slack.script("chat.postMessage", OutcomeUnknown("chat.postMessage", "TimeoutError"))
    await outbox.add("done")
    await outbox.drain()
    await outbox.drain(after=2)

    assert outbox.slack.texts == ["done", "done"]


async def test_a_refused_search_still_sends(outbox: Outbox) -> None:
    """Twice is the lesser evil than never."""
    outbox.slack.script("chat.postMessage", OutcomeUnknown("chat.postMessage", "TimeoutError"))
    outbox.slack.script("conversations.replies", failure("conversations.replies", "unknown_method"))
    await outbox.add("hello")
    await outbox.drain()
    await outbox.drain(after=2)

    assert outbox.slack.texts == ["hello"]


async def test_a_search_that_must_wait_keeps_the_doubt(outbox: Outbox) -> None:
    outbox.slack.script("chat.postMessage", LOST)
    outbox.slack.script(
        "conversations.replies", RateLimited("conversations.replies", retry_after=9)
    )
    await outbox.add("hello")
    await outbox.drain()
    await outbox.drain(after=2)
    assert (await outbox.row("hello")).state == "pending"

    await outbox.drain(after=9)
    assert outbox.slack.texts == ["hello"]
    assert len(outbox.slack.made("chat.postMessage")) == 1


async def _left_sending(outbox: Outbox, key: str, *, worker: str) -> None:
    await outbox.add(key)
    await outbox.left_sending(key, worker=worker)


async def test_after_a_restart_a_row_that_arrived_is_found(outbox: Outbox) -> None:
    await _left_sending(outbox, "hello", worker="dead:1")
    event = {"event_type": "teamlead_post", "event_payload": {"key": "hello"}}
    await outbox.slack.call(
        "chat.postMessage", {"channel": "C1", "text": "hello", "metadata": event}
    )

    assert await outbox.delivery.recover() == 1
    await outbox.drain()

    assert outbox.slack.texts == ["hello"]
    assert (await outbox.row("hello")).sent_ts == outbox.slack.messages[0]["ts"]


async def test_after_a_restart_a_row_that_did_not_arrive_is_sent(outbox: Outbox) -> None:
    await _left_sending(outbox, "hello", worker="dead:1")
    await outbox.add("later")

    assert await outbox.delivery.recover() == 1
    await outbox.drain()
    assert outbox.slack.texts == ["hello", "later"]
    assert await outbox.delivery.recover() == 0


async def test_a_row_of_another_worker_is_taken_when_its_lease_is_over(outbox: Outbox) -> None:
    """Until then it holds back its channel, so that the order stays."""
    await _left_sending(outbox, "theirs", worker="host:9")
    await outbox.add("ours")
    await outbox.drain()
    await outbox.drain(after=59)
    assert outbox.slack.texts == []

    await outbox.drain(after=2)
    await outbox.drain()
    assert outbox.slack.texts == ["theirs", "ours"]


async def test_two_workers_send_each_row_once(outbox: Outbox) -> None:
    for key in ("a", "b"):
        await outbox.add(key)
    await outbox.add("c", channel_id="C2")
    other = outbox.another_worker()
    await outbox.drain()
    await other.drain()
    await outbox.drain()

    assert sorted(outbox.slack.texts) == ["a", "b", "c"]


async def test_a_file_that_arrived_is_not_uploaded_again(outbox: Outbox) -> None:
    """Its answer got lost: the words above it are found in the channel, and that was it."""
    payload = {"filename": "load.png", "initial_comment": "The load", "content_base64": "aGk="}
    await outbox.add("chart:1", FILE_UPLOAD, payload=payload)
    outbox.slack.script(FILE_UPLOAD, LOST)
    await outbox.drain()
    assert (await outbox.row("chart:1")).state == "pending"

    shared = {"text": "The load", "ts": "1700000001.000100", "user": "UBOT"}
    outbox.slack.messages.append(shared)
    await outbox.drain(after=60)

    assert (await outbox.row("chart:1")).state == "sent"
    assert len(outbox.slack.made(FILE_UPLOAD)) == 1


async def test_a_file_that_did_not_arrive_is_uploaded_again(outbox: Outbox) -> None:
    """Nothing with its words is in the channel: the upload is repeated."""
    payload = {"filename": "load.png", "initial_comment": "The load", "content_base64": "aGk="}
    await outbox.add("chart:1", FILE_UPLOAD, payload=payload)
    outbox.slack.script(FILE_UPLOAD, LOST)
    await outbox.drain()
    await outbox.drain(after=60)

    assert (await outbox.row("chart:1")).state == "sent"
    assert len(outbox.slack.made(FILE_UPLOAD)) == 2


async def test_a_sketch_is_drawn_when_it_is_sent(outbox: Outbox) -> None:
    """With its words; one that cannot be drawn stops nobody else."""
    sketch = sketch_bar("Load of all", [("Go", 3)])
    for key, kept in (("chart:1", sketch.as_json()), ("chart:2", {"kind": "pie", "title": ""})):
        await outbox.add(key, FILE_UPLOAD, payload={"sketch": kept, "initial_comment": key})
    await outbox.drain()

    (call,) = outbox.slack.made(FILE_UPLOAD)
    assert (call["filename"], call["alt_txt"]) == (
        "load-of-all.png",
        "Bar chart, Load of all: Go 3.",
    )
    assert base64.b64decode(call["content_base64"]).startswith(b"\x89PNG")
    assert "sketch" not in call
    assert [(await outbox.row(f"chart:{n}")).state for n in (1, 2)] == ["sent", "dead"]
