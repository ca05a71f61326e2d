"""The rounds of one call: ask, ask with more room, ask for a repair; and what they used."""

from dataclasses import dataclass, field, replace
from typing import TypeVar

import structlog
from pydantic import BaseModel

from bot.domain.output import SpecialistOutput
from bot.domain.tool_call import WorkTurn, storable_json
from bot.errors import ModelAnswerInvalid
from bot.model.claude.answer import Unusable, parse
from bot.model.claude.config import LARGEST_MAX_TOKENS
from bot.model.claude.patience import Patience, SchemaRefused
from bot.model.claude.prompt.tool_turns import wishes_of
from bot.model.claude.prompt.turns import with_repair, with_schema
from bot.model.claude.wire import Ask, Heard

R = TypeVar("R", bound=BaseModel)

log = structlog.get_logger(__name__)


@dataclass
class SchemaSupport:
    """What we learned about a server's structured outputs; shared by all calls of one client."""

    asked: bool = True
    """Whether requests carry the schema; a server that refused one is not asked again."""
    explained: bool = False
    """Whether the prompt says the schema in words; set when a server refused or ignored it."""


@dataclass
class Rounds:
    """One call's rounds; `heard` keeps every message, because every one of them is paid."""

    patience: Patience
    support: SchemaSupport
    heard: list[Heard] = field(default_factory=list)

    async def answer(self, ask: Ask, result_type: type[R]) -> R:
        """Return a valid value; raises ModelUnavailable or ModelAnswerInvalid."""
        return await self._answer(ask, await self._whole(ask, result_type), result_type)

    async def turn(self, ask: Ask) -> WorkTurn:
        """Return wishes, or an output; raises ModelUnavailable or ModelAnswerInvalid."""
        heard = await self._complete(ask, SpecialistOutput)
        wishes = wishes_of(heard.content) if ask.may_call else ()
        if wishes:
            return WorkTurn(wishes=wishes, content=storable_json(heard.content))
        mended = replace(ask, may_call=False)
        return WorkTurn(output=await self._answer(mended, heard.text, SpecialistOutput))

    async def _answer(self, ask: Ask, text: str, result_type: type[R]) -> R:
        """Return the value that a text holds, after one repair at most."""
        try:
            return parse(text, result_type)
        except Unusable as unusable:
            problems = unusable.problems
        log.info("model.repair", model=ask.model, type=result_type.__name__, count=len(problems))
        self.support.explained = True
        text = await self._whole(with_repair(ask, text, problems), result_type)
        try:
            return parse(text, result_type)
        except Unusable as unusable:
            raise _invalid(result_type, *unusable.problems) from None

    async def _whole(self, ask: Ask, result_type: type[BaseModel]) -> str:
        return (await self._complete(ask, result_type)).text

    async def _complete(self, ask: Ask, result_type: type[BaseModel]) -> Heard:
        """Return a whole message; one that hit the limit is asked for once more with more room."""
        heard = await self._hear(ask, result_type)
        if heard.stop_reason == "max_tokens":
            ask = replace(ask, max_tokens=min(2 * ask.max_tokens, LARGEST_MAX_TOKENS))
            heard = await self._hear(ask, result_type)
        if heard.stop_reason == "max_tokens":
            raise _invalid(result_type, f"it was longer than {ask.max_tokens} tokens")
        if heard.stop_reason == "refusal":
            raise _invalid(result_type, "the model declined to answer")
        if heard.stop_reason == "model_context_window_exceeded":
            raise _invalid(result_type, "request and answer are too long for the model")
        return heard

    async def _hear(self, ask: Ask, result_type: type[BaseModel]) -> Heard:
        try:
            heard = await self._send(ask, result_type)
        except SchemaRefused:
            if self.support.asked:
                log.warning("model.schema_refused", model=ask.model)
            self.support.asked = False
            self.support.explained = True
            heard = await self._send(ask, result_type)
        self.heard.append(heard)
        return heard

    async def _send(self, ask: Ask, result_type: type[BaseModel]) -> Heard:
        if self.support.explained:
            ask = with_schema(ask, result_type)
        return await self.patience.send(ask, result_type if self.support.asked else None)


def _invalid(result_type: type[BaseModel], *problems: str) -> ModelAnswerInvalid:
    return ModelAnswerInvalid(_WORDS.get(result_type.__name__, "answer"), problems)


_WORDS = {
    "Plan": "plan",
    "SpecialistOutput": "output",
    "Synthesis": "synthesis",
    "DecisionProposal": "decision",
    "Answer": "answer",
}
