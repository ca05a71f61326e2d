"""A server, and Claude models that talk to it and are closed after the test."""

import random
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeAlias

import pytest

from bot.clock import Clock, SystemClock
from bot.model.claude import ClaudeConfig, ClaudeModel
from tests.support.messages_server import MessagesServer
from tests.support.small_team import small_team

Build: TypeAlias = Callable[..., ClaudeModel]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
async def server() -> AsyncIterator[MessagesServer]:
    async with MessagesServer() as running:
        yield running


@pytest.fixture
async def build(server: MessagesServer) -> AsyncIterator[Build]:
    """Return a builder of models for the server; keywords replace parts of the config."""
    models: list[ClaudeModel] = []

    def build_one(
        *, clock: Clock | None = None, cards_for: Any = None, **config: Any
    ) -> ClaudeModel:
        settings: dict[str, Any] = {"api_key": "k", "base_url": server.url, "backoff": 0.001}
        more = {} if cards_for is None else {"cards_for": cards_for}
        model = ClaudeModel(
            ClaudeConfig(**{**settings, **config}),
            small_team(),
            clock or SystemClock(),
            rng=random.Random(1),
            **more,
        )
        models.append(model)
        return model

    yield build_one
    for model in models:
        await model.close()


@pytest.fixture
def claude(build: Build) -> ClaudeModel:
    return build()
