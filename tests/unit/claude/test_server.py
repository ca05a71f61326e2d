"""The test server itself, where no test of the Claude model would notice a fault in it."""

import asyncio
import json
import os
import subprocess
import sys
from typing import Any

import aiohttp
import pytest

from tests.support.messages_answers import compose
from tests.support.messages_server import MessagesServer
from tests.support.messages_steps import Habits


def body(text: str, **more: Any) -> dict[str, Any]:
    return {
        "model": "m",
        "max_tokens": 10,
        "messages": [{"role": "user", "content": text}],
        **more,
    }


async def post(url: str, sent: dict[str, Any]) -> Any:
    async with aiohttp.ClientSession() as session, session.post(url, json=sent) as answer:
        return await answer.json()


async def get(url: str) -> Any:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.json()


async def test_without_streaming_it_answers_with_one_message(server: MessagesServer) -> None:
    message = await post(f"{server.url}/v1/messages", body("Hi"))
    assert [block["type"] for block in message["content"]] == ["thinking", "text"]
    assert message["stop_reason"] == "end_turn"
    assert message["usage"]["input_tokens"] == 1


async def test_it_counts_tokens_unless_told_not_to(server: MessagesServer) -> None:
    url = f"{server.url}/v1/messages/count_tokens"
    assert await post(url, body("x" * 35)) == {"input_tokens": 10}
    server.habits = Habits(count_tokens=False)
    assert (await post(url, body("x")))["error"]["type"] == "not_found_error"


async def test_stats_can_be_read_and_reset_over_http(server: MessagesServer) -> None:
    for text in ("a", "a", "b"):
        await post(f"{server.url}/v1/messages", body(text))
    stats = await get(f"{server.url}/stats")
    assert (stats["requests"], stats["repeated"], stats["in_flight"]) == (3, 1, 0)
    assert stats["models"] == {"m": 3}
    await post(f"{server.url}/stats/reset", {})
    assert (await get(f"{server.url}/stats"))["requests"] == 0


async def test_the_same_seed_gives_the_same_answers() -> None:
    async def answers(seed: int) -> list[Any]:
        habits = Habits(seed=seed, rates={"overloaded": 0.5})
        async with MessagesServer(habits) as one:
            url = f"{one.url}/v1/messages"
            return [(await post(url, body(str(n)))).get("content") for n in range(12)]

    first = await answers(3)
    assert None in first
    assert first == await answers(3)
    assert first != await answers(4)


def test_an_unknown_schema_gets_its_smallest_value() -> None:
    schema = {
        "title": "Unknown",
        "type": "object",
        "$defs": {"Inner": {"type": "object", "properties": {"n": {"type": "integer"}}}},
        "properties": {
            "word": {"type": "string"},
            "one": {"enum": ["x", "y"]},
            "maybe": {"anyOf": [{"type": "null"}, {"type": "string"}]},
            "inner": {"$ref": "#/$defs/Inner"},
            "many": {"type": "array", "items": {"type": "string"}},
            "optional": {"type": "string"},
        },
        "required": ["word", "one", "maybe", "inner", "many"],
    }
    assert json.loads(compose(schema, "m", (1,))) == {
        "word": "text",
        "one": "x",
        "maybe": None,
        "inner": {},
        "many": [],
    }


async def test_it_runs_as_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "tests.support.messages_server", "--waves", "1"]
    process = await asyncio.create_subprocess_exec(
        *command, "--rate", "overloaded=1", stdout=subprocess.PIPE, env={**os.environ}
    )
    assert process.stdout is not None
    try:
        url = (await process.stdout.readline()).decode().strip()
        answer = await post(f"{url}/v1/messages", body("Hi"))
        assert answer["error"]["type"] == "overloaded_error"
        assert (await get(f"{url}/stats"))["kinds"] == {"overloaded": 1}
    finally:
        process.terminate()
        await process.wait()


async def test_an_unknown_kind_is_refused_on_the_command_line() -> None:
    command = [sys.executable, "-m", "tests.support.messages_server", "--rate", "odd=1"]
    process = await asyncio.create_subprocess_exec(*command, stderr=subprocess.PIPE)
    _, errors = await process.communicate()
    assert process.returncode != 0
    assert b"unknown kinds: odd" in errors


@pytest.mark.parametrize("streams", [True, False])
async def test_a_repeated_prefix_is_read_from_the_cache(
    server: MessagesServer, streams: bool
) -> None:
    marked = {"type": "text", "text": "p" * 350, "cache_control": {"type": "ephemeral"}}
    system = [marked]
    first = body("one", system=system)
    second = body("two", system=system)
    url = f"{server.url}/v1/messages"
    assert (await post(url, first))["usage"]["cache_creation_input_tokens"] == 100
    if not streams:
        assert (await post(url, second))["usage"]["cache_read_input_tokens"] == 100
        return
    streamed = {**second, "stream": True}
    async with aiohttp.ClientSession() as session, session.post(url, json=streamed) as answer:
        events = (await answer.text()).split("\n\n")
    start = json.loads(events[0].split("data: ")[1])
    assert start["message"]["usage"]["cache_read_input_tokens"] == 100
    assert [event.split("\n")[0] for event in events[:2]] == ["event: message_start", "event: ping"]
    assert events[-2].startswith("event: message_stop")
