"""One attempt over the SDK: sends an ask, reads the stream, gives the message or what failed.

The only module, with `failures`, that imports the SDK: that takes about a second, so it is
imported when a ClaudeModel is built.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from anthropic import (
    APIError,
    APIStatusError,
    AsyncAnthropic,
    AsyncStream,
    DefaultAioHttpClient,
    transform_schema,
)
from anthropic.resources.messages import DEPRECATED_MODELS
from anthropic.types import RawMessageStreamEvent
from pydantic import BaseModel

from bot.clock import Clock
from bot.model.claude import failures
from bot.model.claude.config import ClaudeConfig
from bot.model.claude.reader import MessageReader
from bot.model.claude.wire import Ask, CallFailed, Heard


def deprecated(models: set[str]) -> dict[str, str]:
    """Return which of `models` the SDK lists as deprecated, with the day that they end."""
    return {model: DEPRECATED_MODELS[model] for model in models & DEPRECATED_MODELS.keys()}


class Transport:
    """One shared client; the SDK's own retries are off because they know no deadline."""

    def __init__(self, config: ClaudeConfig, clock: Clock) -> None:
        self._clock = clock
        self._client = AsyncAnthropic(
            api_key=config.api_key or "none",  # the SDK sends no request without one
            base_url=config.base_url or None,
            max_retries=0,
            http_client=DefaultAioHttpClient(),
        )

    async def send(self, ask: Ask, schema: type[BaseModel] | None) -> Heard:
        """Return the message; `schema` asks for structured output. Raises CallFailed."""
        reader = MessageReader(ask.model)
        with_format = {} if schema is None else {"output_config": output_config(schema)}
        try:
            async with self._stream(ask, with_format) as stream:
                async for event in stream:
                    reader.read(event)
        except APIStatusError as error:
            raise failures.of_status(error, self._clock.now()) from error
        except failures.BROKEN as error:
            raise failures.of_broken(error) from error
        except (APIError, ValueError, LookupError, AttributeError, TypeError) as error:
            raise CallFailed("sent a stream that cannot be read", retry=True) from error
        return reader.message()

    @asynccontextmanager
    async def _stream(
        self, ask: Ask, more: dict[str, Any]
    ) -> AsyncIterator[AsyncStream[RawMessageStreamEvent]]:
        body: dict[str, Any] = {
            "model": ask.model,
            "max_tokens": ask.max_tokens,
            "system": ask.system,
            "messages": ask.messages,
            **more,
        }
        stream: AsyncStream[RawMessageStreamEvent] = await self._client.messages.create(
            **body, stream=True
        )
        try:
            yield stream
        finally:
            await stream.close()

    async def close(self) -> None:
        """Close the client's connections."""
        await self._client.close()


@cache
def output_config(result_type: type[BaseModel]) -> dict[str, Any]:
    """Return the `output_config` that asks for JSON of a type, in the subset the API takes.

    Kept per type: writing it anew was 40 % of a call's CPU time.
    """
    schema = transform_schema(result_type.model_json_schema())
    return {"format": {"type": "json_schema", "schema": schema}}
