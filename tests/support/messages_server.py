"""A local server that speaks the Messages API: for tests in its process and, by
`python -m tests.support.messages_server`, for benchmarks and tests of other processes.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import random
from collections import deque
from dataclasses import dataclass
from typing import Any, cast

from aiohttp import web

from tests.support import messages_answers as answers
from tests.support.messages_stats import Stats
from tests.support.messages_steps import KINDS, Habits, Kind, Step
from tests.support.messages_stream import Message, error_body, event, events
from tests.support.messages_usage import Counts, Prefixes, PromptCache, tokens

_BEGAN = web.RequestKey("began", float)
"""When a request came in, on the loop's clock."""
_ERRORS: dict[Kind, tuple[int, str, str]] = {
    "rate_limited": (429, "rate_limit_error", "too many requests"),
    "overloaded": (529, "overloaded_error", "Overloaded"),
    "server_error": (500, "api_error", "Internal server error"),
    "unauthorized": (401, "authentication_error", "invalid x-api-key"),
    "forbidden": (403, "permission_error", "this key may not use the model"),
    "unknown_model": (404, "not_found_error", "model not found"),
    "too_large": (413, "request_too_large", "request exceeds the maximum size"),
    "spend_limit": (429, "rate_limit_error", "the workspace's spend limit is reached"),
    "schema_refused": (400, "invalid_request_error", "output_config: Extra inputs not permitted"),
}


@dataclass(frozen=True)
class Seen:
    """A request as it came in."""

    headers: dict[str, str]
    body: dict[str, Any]


class MessagesServer:
    """The server; `async with MessagesServer() as server:` starts it on a free port of 127.0.0.1.

    `script` holds steps for the next requests, first come, first served; `seen` keeps the bodies.
    """

    def __init__(self, habits: Habits | None = None, *, port: int = 0) -> None:
        self.habits = habits or Habits()
        self.script: deque[Step] = deque()
        self.seen: list[Seen] = []
        self.stats = Stats()
        self.arrived = asyncio.Event()
        self._port = port
        self._rng = random.Random(self.habits.seed)
        self._cache = PromptCache()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Return the base URL for the SDK."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> "MessagesServer":
        app = web.Application(client_max_size=64 * 2**20)
        app.add_routes(
            [
                web.post("/v1/messages", self._messages),
                web.post("/v1/messages/count_tokens", self._count_tokens),
                web.get("/stats", self._stats),
                web.post("/stats/reset", self._reset),
            ]
        )
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        request[_BEGAN] = asyncio.get_running_loop().time()
        raw = await request.read()
        body: dict[str, Any] = json.loads(raw)
        step = self._next(body)
        self.seen.append(Seen(dict(request.headers), body))
        self.stats.begin(raw, str(body.get("model")))
        self.stats.kinds[step.kind] += 1
        self.arrived.set()
        try:
            return await self._treat(request, body, step)
        finally:
            self.stats.end()

    def _next(self, body: dict[str, Any]) -> Step:
        """Return the scripted step, or the one that habits and chance give."""
        if self.script:
            return self.script.popleft()
        has_schema = bool((body.get("output_config") or {}).get("format"))
        if has_schema and self.habits.schema == "refuse":
            return Step("schema_refused")
        chance = self._rng.random()
        for kind, rate in self.habits.rates.items():
            chance -= rate
            if chance < 0:
                return Step(kind)
        ignored = has_schema and self.habits.schema == "ignore"
        return Step("prose" if ignored else "answer")

    async def _treat(
        self, request: web.Request, body: dict[str, Any], step: Step
    ) -> web.StreamResponse:
        # What takes the server time itself is part of the latency: one of 300 ms is not 304.
        prompt = Prefixes.of(body)
        message = self._compose(body, step, self._mark(body), prompt)
        wait = self.habits.latency + (step.seconds if step.kind == "slow" else 0)
        await self._pause(request[_BEGAN] + wait - asyncio.get_running_loop().time())
        if step.kind in _ERRORS:
            return _error(step)
        if step.kind == "bad_request":
            return _json(400, error_body("invalid_request_error", step.reason))
        if step.kind == "unavailable":
            return web.Response(status=503, text="<html>no backend</html>")
        self._cache.remember(prompt)
        self.stats.answered(message.counts, message.output_tokens)
        if not body.get("stream"):
            return _json(200, message.body())
        return await _stream(request, message, step.kind)

    async def _pause(self, seconds: float) -> None:
        if seconds > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), seconds)

    def _compose(self, body: dict[str, Any], step: Step, mark: str, prompt: Prefixes) -> Message:
        schema = answers.wanted_schema(body)
        text = step.text
        if text is None:
            text = _spoil(answers.compose(schema, mark, self.habits.waves), step.kind)
        counts = self._cache.count(prompt)
        if step.calls:
            text = step.text or "Let me look."
        output = tokens(text)
        if not self.habits.usage:
            counts, output = Counts(0, 0, 0), 0
        reasons = {"max_tokens": "max_tokens", "refusal": "refusal"}
        return Message(
            id=f"msg_{mark}",
            model=str(body.get("model")),
            text=text,
            counts=counts,
            output_tokens=output,
            stop_reason="tool_use" if step.calls else reasons.get(step.kind, "end_turn"),
            calls=step.calls,
            thinking="Which of these is simplest?" if self.habits.thinking else "",
        )

    def _mark(self, body: dict[str, Any]) -> str:
        """Return six characters that depend on seed and body, not on the order of arrival."""
        text = json.dumps([self.habits.seed, body], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:6]

    async def _count_tokens(self, request: web.Request) -> web.Response:
        if not self.habits.count_tokens:
            return _json(404, error_body("not_found_error", "Not found"))
        text = answers.prompt_text(await request.json())
        return _json(200, {"input_tokens": tokens(text)})

    async def _stats(self, _request: web.Request) -> web.Response:
        return _json(200, self.stats.as_json())

    async def _reset(self, _request: web.Request) -> web.Response:
        """Forget the counts, but not what is in flight."""
        self.stats = Stats(in_flight=self.stats.in_flight)
        return _json(200, {})


def _spoil(text: str, kind: Kind) -> str:
    if kind == "prose":
        return f"Here is what you asked for:\n\n```json\n{text}\n```\n\nTell me if {{more}} helps."
    if kind == "incomplete":
        return '{"unexpected": true}'
    if kind == "no_json":
        return "I would rather talk about it first."
    if kind == "max_tokens":
        return text[: len(text) // 2]
    return "" if kind == "refusal" else text


def _error(step: Step) -> web.Response:
    status, kind, message = _ERRORS[step.kind]
    headers = {"retry-after": f"{step.seconds:g}"} if step.kind == "rate_limited" else {}
    details = {"error_code": "enforced_spend_limit_reached"} if step.kind == "spend_limit" else {}
    return _json(status, error_body(kind, message, **details), headers)


def _json(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response(body, status=status, headers=headers)


async def _stream(request: web.Request, message: Message, kind: Kind) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": "text/event-stream"})
    await response.prepare(request)
    whole = list(events(message))
    half = whole[: max(3, len(whole) // 2)]
    if kind == "overloaded_inside":
        fault = event("error", **{"error": {"type": "overloaded_error", "message": "Overloaded"}})
        whole = [*half, fault]
    elif kind == "garbage":
        whole = [*half, b"event: content_block_delta\ndata: {not json\n\n"]
    elif kind in ("cut", "ended"):
        whole = half
    for part in whole:
        await response.write(part)
    if kind == "cut" and request.transport is not None:
        request.transport.abort()
        return response
    await response.write_eof()
    return response


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: a free one, printed at start")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before the first byte")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--schema", choices=("follow", "ignore", "refuse"), default="follow")
    parser.add_argument("--waves", default="3,4,2", help="sizes of a composed plan's waves")
    parser.add_argument("--no-usage", action="store_true", help="report zero tokens")
    parser.add_argument("--no-count-tokens", action="store_true", help="404 for count_tokens")
    parser.add_argument(
        "--rate", action="append", default=[], metavar="KIND=P", help=f"KIND: {', '.join(KINDS)}"
    )
    return parser.parse_args()


def _habits(given: argparse.Namespace) -> Habits:
    pairs = [item.split("=", 1) for item in given.rate]
    unknown = {kind for kind, _ in pairs} - set(KINDS)
    if unknown:
        raise SystemExit(f"unknown kinds: {', '.join(sorted(unknown))}")
    return Habits(
        latency=given.latency,
        seed=given.seed,
        rates={cast(Kind, kind): float(rate) for kind, rate in pairs},
        schema=given.schema,
        usage=not given.no_usage,
        count_tokens=not given.no_count_tokens,
        waves=tuple(int(size) for size in given.waves.split(",")),
    )


async def main() -> None:
    """Serve until the process is ended; the first line on stdout is the URL."""
    given = _arguments()
    async with MessagesServer(_habits(given), port=given.port) as server:
        print(server.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
