"""One attempt over the SDK: sends an ask, reads the answer, gives the message or what failed.

Answers are streamed, because a long one outlives idle connections; a server that cannot stream is
asked for the whole message, from its first refusal on.

Imported when a ClaudeModel is built, as all that needs the SDK (`sdk.py`) or its HTTP client.
"""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import structlog
from httpx2 import URL, AsyncByteStream, Headers, Request, Response, Timeout
from pydantic import BaseModel
from pydantic_core import from_json

from bot.clock import Clock
from bot.model.claude import failures
from bot.model.claude.body import written
from bot.model.claude.config import ClaudeConfig
from bot.model.claude.events import Splitter
from bot.model.claude.reader import MessageReader
from bot.model.claude.sdk import DEPRECATED_MODELS, AsyncAnthropic, DefaultAioHttpClient
from bot.model.claude.wire import Ask, CallFailed, Heard

CONNECT_SECONDS: Final = 5.0
"""The SDK's default."""
MOST_ANSWER: Final = 32_000_000
"""Ours, in bytes: the longest answer that may be asked for (`LARGEST_MAX_TOKENS`) has about 13
million when each token is an event of 200. Without a limit a server could fill the memory."""
MOST_REFUSAL: Final = 100_000
"""Ours, in bytes: what is read of an error's words."""

log = structlog.get_logger(__name__)


def deprecated(models: set[str]) -> dict[str, str]:
    """Return which of `models` the SDK lists as deprecated, with the day that they end."""
    return {model: DEPRECATED_MODELS[model] for model in models & DEPRECATED_MODELS.keys()}


class Transport:
    """One shared client; it tries nothing again, as the SDK's own retries know no deadline.

    Whoever sends through it sets a limit: only connecting has one here.
    """

    def __init__(self, config: ClaudeConfig, clock: Clock) -> None:
        self._clock = clock
        self._redaction = config.redaction
        self._streams: bool | None = None
        """Whether this server streams; None until an answer shows it."""
        self._http = DefaultAioHttpClient()
        self._client = AsyncAnthropic(
            api_key=config.api_key or "none",  # the SDK makes no client without one
            base_url=config.base_url or None,
            http_client=self._http,
        )
        self._url = URL(f"{str(self._client.base_url).rstrip('/')}/v1/messages")
        self._headers = _headers(self._client, with_key=bool(config.api_key))
        self._extensions = {"timeout": Timeout(None, connect=CONNECT_SECONDS).as_dict()}

    async def send(self, ask: Ask, schema: type[BaseModel] | None) -> Heard:
        """Return the message; `schema` asks for structured output. Raises CallFailed.

        Whatever laid the prompt out: no secret leaves through here.
        """
        if self._streams is not False:
            try:
                return await self._read(ask, schema, stream=True)
            except CallFailed as failure:
                if self._streams or not failure.stream_refused:
                    raise
        heard = await self._read(ask, schema, stream=False)
        if self._streams is None:
            log.warning("model.no_streaming", model=ask.model)
            self._streams = False
        return heard

    async def _read(self, ask: Ask, schema: type[BaseModel] | None, *, stream: bool) -> Heard:
        reader = MessageReader(ask.model)
        try:
            body = _Body(partial(written, ask, self._redaction, schema=schema, stream=stream))
            async with self._answer(body) as answer:
                if stream:
                    await _stream(answer, reader)
                else:
                    reader.read_whole(json.loads(await _whole(answer)))
        except failures.Refused as error:
            raise failures.of_status(error, self._clock.now()) from error
        except failures.BROKEN as error:
            raise failures.of_broken(error) from error
        except (ValueError, LookupError, AttributeError, TypeError) as error:
            what = "a stream" if stream else "an answer"
            raise CallFailed(f"sent {what} that cannot be read", retry=True) from error
        try:
            heard = reader.message()
        except ValueError as error:
            raise CallFailed("called a tool in a way that cannot be read", retry=True) from error
        if reader.streamed:
            self._streams = True
        return heard

    @asynccontextmanager
    async def _answer(self, body: "_Body") -> AsyncIterator[Response]:
        """Send a body and yield the answer; raises Refused for an error.

        The SDK's own methods copy and check the whole prompt, and build an object for each piece
        of the answer: three quarters of a call's CPU time. Its HTTP client takes bytes.
        """
        headers = self._headers.copy()
        headers["Content-Length"] = str(body.size)
        # As `content` it would be asked for headers that aiohttp sets.
        request = Request(
            "POST", self._url, stream=body, headers=headers, extensions=self._extensions
        )
        answer = await self._http.send(request, stream=True)
        try:
            if answer.is_error:
                after = answer.headers.get("retry-after", "")
                said = await _beginning(answer, MOST_REFUSAL)
                raise failures.Refused(answer.status_code, said, retry_after=after)
            yield answer
        finally:
            await answer.aclose()

    async def close(self) -> None:
        """Close the client's connections."""
        await self._client.close()


class _Body(AsyncByteStream):
    """A request's body, let go of once it is sent.

    The client keeps its request until the answer has ended, a minute perhaps: with 200 calls out,
    prompts of 34 kB that nobody needs any more were 7 MB.
    """

    def __init__(self, write: Callable[[], bytes]) -> None:
        self._write = write
        self._written: bytes | None = write()
        self.size = len(self._written)
        """Bytes."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield all of it; a second time, e.g. for a redirect, it is written anew."""
        written, self._written = self._written, None
        yield self._write() if written is None else written


def _headers(client: AsyncAnthropic, *, with_key: bool) -> Headers:
    """Return what the SDK sends with each request; a server that wants no key gets none.

    Without what it tells of this machine: eleven headers, a tenth of a call's CPU time.
    """
    left_out = ("x-stainless-",) if with_key else ("x-stainless-", "authorization", "x-api-key")
    kept = {
        name: value
        for name, value in client.default_headers.items()
        if isinstance(value, str) and not name.lower().startswith(left_out)
    }
    # Small pieces: unpacking costs more than it saves.
    return Headers({**kept, "Content-Type": "application/json", "Accept-Encoding": "identity"})


async def _whole(answer: Response) -> bytes:
    """Return an answer's bytes; raises CallFailed for more of them than any answer has."""
    found = await _beginning(answer, MOST_ANSWER)
    _check(len(found))
    return found


async def _beginning(answer: Response, most: int) -> bytes:
    """Return an answer's bytes, at most `most` and one more."""
    found = bytearray()
    async for chunk in answer.aiter_bytes():
        found += chunk[: most + 1 - len(found)]
        if len(found) > most:
            break
    return bytes(found)


def _check(size: int) -> None:
    if size > MOST_ANSWER:
        raise CallFailed(f"sent an answer of more than {MOST_ANSWER / 1e6:g} MB", retry=False)


async def _chunks(answer: Response, raw: bytes | None) -> AsyncIterator[bytes]:
    """Yield an answer's bytes as they come, or those that were read before."""
    if raw is not None:
        yield raw
        return
    size = 0
    bare = answer.stream
    chunks: AsyncIterator[bytes] = answer.aiter_bytes()
    if "content-encoding" not in answer.headers and isinstance(bare, AsyncByteStream):
        chunks = aiter(bare)  # the response's own loop takes as long again
    async for chunk in chunks:
        size += len(chunk)
        _check(size)
        yield chunk


async def _stream(answer: Response, reader: MessageReader) -> None:
    raw: bytes | None = None
    if "event-stream" not in answer.headers.get("content-type", ""):
        raw = await _whole(answer)
        if raw.lstrip().startswith(b"{"):  # it ignored that we asked for a stream
            reader.read_whole(json.loads(raw))
            return
    splitter = Splitter()
    async for chunk in _chunks(answer, raw):
        for event in splitter.feed(chunk):
            if event.name == "error":
                raise failures.Refused(answer.status_code, event.data)
            if event.name not in ("", "ping") and event.data:
                reader.read(from_json(event.data))
