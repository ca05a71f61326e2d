"""Streams are cut into events, however they arrive; held beside the SDK's own reader."""

import itertools
from collections.abc import Iterator

import pytest
from anthropic._streaming import SSEDecoder
from hypothesis import given
from hypothesis import strategies as st

from bot.model.claude.events import MOST_BYTES, Event, Splitter
from bot.model.claude.wire import CallFailed
from tests.support.examples import examples

LINES = st.sampled_from(
    [
        "event: ping",
        "event:content_block_delta",
        "event",
        'data: {"type": "ping"}',
        "data:  two spaces",
        "data:naïve",
        "data",
        ": a comment",
        "retry: 10",
        "unknown: x",
        "",
        "",
    ]
)


@st.composite
def chunked(draw: st.DrawFn) -> list[bytes]:
    """Return a stream in pieces of any size, with any of the three line ends."""
    lines = draw(st.lists(LINES, max_size=20))
    ends = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    stream = (ends.join(lines) + draw(st.sampled_from(["", ends, ends * 2]))).encode()
    cuts = sorted(draw(st.sets(st.integers(0, len(stream)), max_size=12)) | {0, len(stream)})
    return [stream[start:end] for start, end in itertools.pairwise(cuts)]


def ours(chunks: list[bytes], most: int = MOST_BYTES) -> list[Event]:
    splitter = Splitter(most)
    return [event for chunk in chunks for event in splitter.feed(chunk)]


def theirs(chunks: list[bytes]) -> Iterator[Event]:
    # Whole: the SDK takes a "\r\n" that was cut in two for two ends of a line.
    for event in SSEDecoder().iter_bytes(iter([b"".join(chunks)])):
        yield Event(event.event or "", event.data.encode())


@given(chunked())
@examples(40)
def test_any_cut_gives_the_events_that_the_sdk_finds(chunks: list[bytes]) -> None:
    assert [event for event in ours(chunks) if event != Event("", b"")] == [
        event for event in theirs(chunks) if event != Event("", b"")
    ]


def test_a_line_end_that_is_cut_in_two_is_one() -> None:
    assert ours([b"event: a\r", b"\ndata: 1\r\n\r", b"\ndata: 2\r\n", b"\r\n"]) == [
        Event("a", b"1"),
        Event("", b"2"),
    ]


def test_a_mark_of_byte_order_is_no_part_of_the_first_name() -> None:
    assert ours([b"\xef\xbb", b"\xbfevent: a\ndata: 1\n\n"]) == [Event("a", b"1")]


def test_what_the_stream_breaks_off_in_is_no_event() -> None:
    assert ours([b"data: 1\n\ndata: 2\n"]) == [Event("", b"1")]


@pytest.mark.parametrize("end", [b"", b"\n\n"], ids=["endless", "whole"])
def test_an_event_has_a_longest_size(end: bytes) -> None:
    """However it comes; what is as long as allowed passes."""
    event = b"event: x\ndata: 123456"
    stream = event + end
    assert list(Splitter(most=len(event)).feed(stream)) == ([Event("x", b"123456")] if end else [])
    for size in (1, 7, len(stream)):
        chunks = [stream[start : start + size] for start in range(0, len(stream), size)]
        with pytest.raises(CallFailed, match="sent an event of more than") as refused:
            ours(chunks, most=len(event) - 1)
        assert not refused.value.retry, "it would come again"
