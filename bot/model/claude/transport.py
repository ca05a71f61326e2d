"""One attempt over HTTP: sends an ask, reads the answer, gives the message or what failed.

Answers are streamed, because a long one outlives idle connections; a server that cannot stream is
asked for the whole message, from its first refusal on. Anthropic's SDK is not used: loading it
takes 47 MB and 1.6 s, and its client copies and checks whole prompts (ADR 24).

The only module, with `failures`, that imports the HTTP client.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment

import aiohttp
import structlog
from pydantic import BaseModel
from pydantic_core import from_json

from bot import __version__
from bot.clock import Clock
from bot.model.claude import failures
from bot.model.claude.body import written
from bot.model.claude.config import ClaudeConfig
from bot.model.claude.events import Splitter
from bot.model.claude.reader import MessageReader
from bot.model.claude.wire import Ask, CallFailed, Heard

HOME: Final = "https://api.anthropic.com"
API_VERSION: Final = "2026-10-21"
"""What Anthropic's SDK 2.13 names; a test compares."""
CONNECT_SECONDS: Final = 5.0
"""The SDK's default."""

log = structlog.get_logger(__name__)


class Transport:
    """One shared client, made with the first call; it knows no deadline and tries nothing again.

    Whoever sends through it sets a limit: only connecting has one here.
    """

    def __init__(self, config: ClaudeConfig, clock: Clock) -> None:
        self._clock = clock
        self._redaction = config.redaction
        self._streams: bool | None = None
        """Whether this server streams; None until an answer shows it."""
        self._url = f"{(config.base_url or HOME).rstrip('/')}/v1/messages"
        self._headers = headers(config.api_key)
        self._proxy = _proxy(self._url)
        self._session: aiohttp.ClientSession | None = None

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
            body = written(ask, self._redaction, schema=schema, stream=stream)
            async with self._answer(body) as answer:
                if stream:
                    await _stream(answer, reader)
                else:
                    reader.read_whole(json.loads(await answer.read()))
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
    async def _answer(self, body: bytes) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send a body and yield the answer; raises Refused for an error."""
        sent = self._open().post(self._url, data=body, proxy=self._proxy)
        async with sent as answer:
            if not answer.ok:
                after = answer.headers.get("retry-after", "")
                raise failures.Refused(answer.status, await answer.read(), retry_after=after)
            yield answer

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self._headers,
                # No limit here: the model has as many slots as the settings say.
                connector=aiohttp.TCPConnector(limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
            )
        return self._session

    async def close(self) -> None:
        """Close the client's connections."""
        if self._session is not None:
            await self._session.close()


def headers(api_key: str) -> dict[str, str]:
    """Return what goes with each request; a server that wants no key gets none."""
    return {
        "Accept": "application/json",
        "Accept-Encoding": "identity",  # small pieces: unpacking costs more than it saves
        "Content-Type": "application/json",
        "User-Agent": f"teamlead/{__version__}",
        "anthropic-version": API_VERSION,
        **({"Authorization": f"Bearer {api_key}"} if api_key else {}),
    }


async def _stream(answer: aiohttp.ClientResponse, reader: MessageReader) -> None:
    if answer.content_type != "text/event-stream":
        raw = await answer.read()
        if raw.lstrip().startswith(b"{"):  # it ignored that we asked for a stream
            reader.read_whole(json.loads(raw))
            return
        chunks = _once(raw)
    else:
        chunks = answer.content.iter_any()
    splitter = Splitter()
    async for chunk in chunks:
        for event in splitter.feed(chunk):
            if event.name == "error":
                raise failures.Refused(answer.status, event.data)
            if event.name not in ("", "ping") and event.data:
                reader.read(from_json(event.data))


async def _once(raw: bytes) -> AsyncIterator[bytes]:
    yield raw


def _proxy(url: str) -> str | None:
    """Return the proxy that the environment names for an address.

    Not the client's own `trust_env`: that reads .netrc for each request, too, and fails where it
    finds something beside our key.
    """
    parts = urlsplit(url)
    named = getproxies_environment()
    if proxy_bypass_environment(parts.hostname or "", named):
        return None
    return named.get(parts.scheme) or named.get("all")
