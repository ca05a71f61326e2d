"""One attempt over the SDK: sends an ask, reads the answer, gives the message or what failed.

Answers are streamed, because a long one outlives idle connections; a server that cannot stream is
asked for the whole message, from its first refusal on.

The only module, with `failures`, that imports the SDK: that takes about a second, so it is
imported when a ClaudeModel is built.
"""

import json
from functools import cache, cached_property
from typing import Any

import structlog
from anthropic import (
    APIError,
    APIStatusError,
    AsyncAnthropic,
    AsyncStream,
    DefaultAioHttpClient,
    transform_schema,
)
from anthropic.resources.messages import DEPRECATED_MODELS
from httpx2 import URL, Headers, Response
from pydantic import BaseModel
from pydantic_core import from_json, to_json

from bot.clock import Clock
from bot.model.claude import failures
from bot.model.claude.config import ClaudeConfig
from bot.model.claude.reader import MessageReader
from bot.model.claude.wire import Ask, CallFailed, Heard

log = structlog.get_logger(__name__)


def deprecated(models: set[str]) -> dict[str, str]:
    """Return which of `models` the SDK lists as deprecated, with the day that they end."""
    return {model: DEPRECATED_MODELS[model] for model in models & DEPRECATED_MODELS.keys()}


class Transport:
    """One shared client; the SDK's own retries are off because they know no deadline."""

    def __init__(self, config: ClaudeConfig, clock: Clock) -> None:
        self._clock = clock
        self._deadline = config.deadline
        self._redaction = config.redaction
        self._streams: bool | None = None
        """Whether this server streams; None until an answer shows it."""
        self._http = DefaultAioHttpClient()
        self._client = AsyncAnthropic(
            api_key=config.api_key or "none",  # the SDK sends no request without one
            base_url=config.base_url or None,
            max_retries=0,
            http_client=self._http,
        )
        self._url = URL(f"{str(self._client.base_url).rstrip('/')}/v1/messages")

    async def send(self, ask: Ask, schema: type[BaseModel] | None) -> Heard:
        """Return the message; `schema` asks for structured output. Raises CallFailed.

        Whatever laid the prompt out: no secret leaves through here.
        """
        ask = ask.redacted(self._redaction)
        body: dict[str, Any] = {
            "model": ask.model,
            "max_tokens": ask.max_tokens,
            "system": ask.system,
            "messages": ask.messages,
            **({} if schema is None else {"output_config": output_config(schema)}),
            **_tools(ask),
        }
        if self._streams is not False:
            try:
                return await self._read(ask, body, stream=True)
            except CallFailed as failure:
                if self._streams or not failure.stream_refused:
                    raise
        heard = await self._read(ask, body, stream=False)
        if self._streams is None:
            log.warning("model.no_streaming", model=ask.model)
            self._streams = False
        return heard

    async def _read(self, ask: Ask, body: dict[str, Any], *, stream: bool) -> Heard:
        reader = MessageReader(ask.model)
        try:
            if stream:
                await self._stream(body, reader)
            else:
                await self._whole(body, reader)
        except APIStatusError as error:
            raise failures.of_status(error, self._clock.now()) from error
        except failures.BROKEN as error:
            raise failures.of_broken(error) from error
        except (APIError, ValueError, LookupError, AttributeError, TypeError) as error:
            what = "a stream" if stream else "an answer"
            raise CallFailed(f"sent {what} that cannot be read", retry=True) from error
        try:
            heard = reader.message()
        except ValueError as error:
            raise CallFailed("called a tool in a way that cannot be read", retry=True) from error
        if reader.streamed:
            self._streams = True
        return heard

    async def _stream(self, body: dict[str, Any], reader: MessageReader) -> None:
        # The SDK's own methods copy and check the whole prompt, and build an object for each piece
        # of the answer: three quarters of a call's CPU time. Its HTTP client takes bytes.
        request = self._http.build_request(
            "POST", self._url, content=to_json({**body, "stream": True}), headers=self._headers
        )
        response = await self._http.send(request, stream=True)
        try:
            if response.is_error:
                raise _error(await response.aread(), response)
            if "event-stream" not in response.headers.get("content-type", ""):
                raw = await response.aread()
                if raw.lstrip().startswith(b"{"):  # it ignored that we asked for a stream
                    reader.read_whole(json.loads(raw))
                    return
            async for event in AsyncStream.raw_events(response):
                if event.event == "error":
                    raise _error(event.data, response)
                if event.event not in (None, "ping") and event.data:
                    reader.read(from_json(event.data))
        finally:
            await response.aclose()

    @cached_property
    def _headers(self) -> Headers:
        """What the SDK sends with each request, the key included."""
        given = self._client.default_headers.items()
        own = {name: value for name, value in given if isinstance(value, str)}
        return Headers({**own, "Content-Type": "application/json"})

    async def _whole(self, body: dict[str, Any], reader: MessageReader) -> None:
        # A time-out of our own keeps the SDK from refusing long answers that are not streamed.
        answer = await self._client.messages.with_raw_response.create(
            **body, timeout=self._deadline
        )
        reader.read_whole(json.loads(answer.http_response.content))

    async def close(self) -> None:
        """Close the client's connections."""
        await self._client.close()


def _error(said: bytes | str, response: Response) -> APIStatusError:
    """Return the error that an answer's body or a stream's event tells of."""
    body: Any
    try:
        body = from_json(said)
    except ValueError:
        body = None
    text = said if isinstance(said, str) else said.decode("utf-8", "replace")
    return APIStatusError(text, response=response, body=body)


def _tools(ask: Ask) -> dict[str, Any]:
    """Return what a body says of tools; no call is forced, newer models refuse that."""
    if not ask.tools:
        return {}
    return {"tools": ask.tools, **({} if ask.may_call else {"tool_choice": {"type": "none"}})}


@cache
def output_config(result_type: type[BaseModel]) -> dict[str, Any]:
    """Return the `output_config` that asks for JSON of a type, in the subset the API takes.

    Kept per type: writing it anew was 40 % of a call's CPU time.
    """
    schema = transform_schema(result_type.model_json_schema())
    return {"format": {"type": "json_schema", "schema": schema}}
