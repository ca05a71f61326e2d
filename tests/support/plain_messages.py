"""A Messages server of the poorest kind: text in one piece, no stream, no schema, no usage."""

import json
from typing import Any, Literal

from aiohttp import web

from tests.support import messages_answers as answers

Streams = Literal[
    "ignore", "text/plain", "nothing", "bare", "mistyped", "packed", 400, 404, 422, 501
]
"""What becomes of `stream: true`: ignored (as JSON, or under a wrong type), an empty stream, a
stream without its last events (plain, under a wrong type, or packed although nobody asked for
that), or a refusal with that status."""


class PlainMessages:
    """`async with PlainMessages() as server:`; `bodies` keeps what came in."""

    def __init__(self, streams: Streams = "ignore", *, content_as_text: bool = False) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.url = ""
        self._streams = streams
        self._content_as_text = content_as_text
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "PlainMessages":
        app = web.Application(client_max_size=64 * 2**20)
        app.add_routes([web.post("/v1/messages", self._messages)])
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _messages(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        if body.get("stream") and isinstance(self._streams, int):
            return web.json_response({"detail": "not here"}, status=self._streams)
        if body.get("stream") and self._streams in ("nothing", "bare", "mistyped", "packed"):
            text = ": hello\n\n" if self._streams == "nothing" else self._bare(body)
            kind = "text/plain" if self._streams == "mistyped" else "text/event-stream"
            answer = web.Response(text=text, content_type=kind)
            if self._streams == "packed":
                answer.enable_compression(web.ContentCoding.gzip)
            return answer
        text = self._text(body)
        content: Any = text if self._content_as_text else [{"type": "text", "text": text}]
        if self._streams == "text/plain":
            return web.Response(text=json.dumps({"content": content}))
        return web.json_response({"content": content})

    def _text(self, body: dict[str, Any]) -> str:
        mark = f"m{len(self.bodies)}"
        return answers.compose(answers.wanted_schema(body), mark, (1, 1))

    def _bare(self, body: dict[str, Any]) -> str:
        """Return deltas and nothing around them but the end of the block."""
        delta = {"type": "text_delta", "text": self._text(body)}
        events = (
            {"type": "content_block_delta", "index": 0, "delta": delta},
            {"type": "content_block_stop", "index": 0},
        )
        return "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events)
