"""Claude as a Model: lays out the prompt, calls, checks the answer, counts what it used."""

import asyncio
import math
import random
from collections.abc import Sequence
from typing import TypeVar, cast

import structlog
from pydantic import BaseModel

from bot.clock import Clock
from bot.domain.usage import Usage
from bot.errors import ModelFailed
from bot.model import prices
from bot.model.claude.config import ClaudeConfig
from bot.model.claude.patience import Patience
from bot.model.claude.prompt.briefing import brief
from bot.model.claude.prompt.layout import CardsFor, Layout, no_cards
from bot.model.claude.rounds import Rounds, SchemaSupport
from bot.model.claude.wire import Ask, Heard
from bot.model.port import Reply, Request, ToolWorkRequest
from bot.model.prices import Tokens, cost_micros
from bot.team import Team

R = TypeVar("R", bound=BaseModel)

CHARS_PER_TOKEN = 3.5
"""Rough: between the older tokenizers (about 4) and the denser one of Claude 4.7 and later."""

MOST_LAID_OUT = 128
"""Bodies kept between estimate and call; they share most of their text."""

log = structlog.get_logger(__name__)


class ClaudeModel:
    """A Model over the Messages API; build it only where it is used, the SDK loads for a second.

    Needs a running event loop from the first `call` to `close`, always the same one.
    """

    def __init__(
        self,
        config: ClaudeConfig,
        team: Team,
        clock: Clock,
        *,
        cards_for: CardsFor = no_cards,
        rng: random.Random | None = None,
    ) -> None:
        """Raise SettingInvalid for an unreadable price list."""
        from bot.model.claude.transport import Transport, deprecated  # loads the SDK

        self.label = config.lead
        self._config = config
        self._clock = clock
        self._prices = prices.load(config.prices_file)
        self._layout = Layout(brief(team), config, cards_for)
        self._laid: dict[int, tuple[object, Ask]] = {}
        self._transport = Transport(config, clock)
        self._patience = Patience(self._transport, config, clock, rng=rng)
        self._support = SchemaSupport()
        self._slots = asyncio.Semaphore(config.concurrency)
        for model, ends in deprecated({config.lead, config.specialist, config.triage}).items():
            log.warning("model.deprecated", model=model, ends=ends)

    def estimate(self, request: Request[BaseModel]) -> Usage:
        """Return the prompt's tokens by its length and the most the answer may have."""
        ask = self._laid_out(request)
        prompt = math.ceil(ask.chars() / CHARS_PER_TOKEN)
        tokens = Tokens(fresh=prompt, output=ask.max_tokens)
        cost = cost_micros(self._prices.of(ask.model), tokens)
        return Usage(tokens_in=prompt, tokens_out=ask.max_tokens, cost_micros=cost)

    def _laid_out(self, request: Request[BaseModel]) -> Ask:
        """Return the request's body, made once: what is estimated is mostly called next."""
        kept = self._laid.get(id(request))
        if kept is None or kept[0] is not request:
            kept = self._laid[id(request)] = (request, self._layout.ask(request))
            while len(self._laid) > MOST_LAID_OUT:
                self._laid.pop(next(iter(self._laid)))
        return kept[1]

    async def call(self, request: Request[R]) -> Reply[R]:
        """Do it; waits for a free slot first.

        Raises ModelUnavailable or ModelAnswerInvalid, with the usage of what came back.
        """
        ask = self._laid_out(request)
        self._laid.pop(id(request), None)
        rounds = Rounds(self._patience, self._support)
        async with self._slots:
            started = self._clock.monotonic()
            try:
                value: R = (
                    cast(R, await rounds.turn(ask))
                    if isinstance(request, ToolWorkRequest)
                    else await rounds.answer(ask, request.expects)
                )
            except ModelFailed as error:
                usage = self._usage(ask, rounds.heard, started)
                error.usage = usage if rounds.heard else None
                log.warning("model.failed", error=type(error).__name__, **_numbers(request, usage))
                raise
        usage = self._usage(ask, rounds.heard, started)
        last = rounds.heard[-1]
        log.info("model.called", message_id=last.message_id, **_numbers(request, usage))
        return Reply(value=value, model=last.model, usage=usage)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    def _usage(self, ask: Ask, heard: Sequence[Heard], started: float) -> Usage:
        """Add up all rounds, each at its own rate; no count means that the cost is unknown."""
        price = self._prices.of(ask.model)
        costs = [None if h.tokens == Tokens() else cost_micros(price, h.tokens) for h in heard]
        return Usage(
            tokens_in=sum(h.tokens.prompt for h in heard),
            tokens_out=sum(h.tokens.output for h in heard),
            tokens_cached=sum(h.tokens.cache_read for h in heard),
            cost_micros=None if None in costs else sum(cost for cost in costs if cost),
            seconds=self._clock.monotonic() - started,
        )


def _numbers(request: Request[BaseModel], usage: Usage) -> dict[str, str | float | None]:
    return {
        "role": request.role,
        "type": request.result_type.__name__,
        "tokens_in": usage.tokens_in,
        "tokens_out": usage.tokens_out,
        "tokens_cached": usage.tokens_cached,
        "cost_micros": usage.cost_micros,
        "seconds": round(usage.seconds, 3),
    }
