"""The price list as data and the arithmetic over it; an unknown model has no price, no guess."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, ValidationError

from bot.errors import SettingInvalid

_DATED = re.compile(r"-\d{8}$")


@dataclass(frozen=True)
class Tokens:
    """The four kinds of tokens that have prices of their own; no token counts twice."""

    fresh: int = 0
    """Input tokens read without any cache."""
    cache_read: int = 0
    cache_write: int = 0
    output: int = 0

    @property
    def prompt(self) -> int:
        """Return all input tokens."""
        return self.fresh + self.cache_read + self.cache_write


class Rates(BaseModel):
    """US dollars per million tokens; the same number is micro-dollars per token."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: NonNegativeFloat
    output: NonNegativeFloat
    cache_read: NonNegativeFloat
    cache_write: NonNegativeFloat


class LongRates(Rates):
    """Rates of requests whose prompt is longer than `above` tokens."""

    above: int = Field(gt=0)


class Price(Rates):
    """A model's rates, with others for long prompts where the provider has them."""

    long: LongRates | None = None


class Prices(BaseModel):
    """The list with its date and source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: date
    source: str
    models: dict[str, Price]

    def of(self, model: str) -> Price | None:
        """Return a model's price, also under its dated name, or None when it is unknown."""
        return self.models.get(model) or self.models.get(_DATED.sub("", model))


def load(path: Path | None = None) -> Prices:
    """Return our price list, or the one in `path`; raises SettingInvalid when it cannot be read."""
    if path is None:
        return _own()
    try:
        return Prices.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise SettingInvalid(
            "TEAMLEAD_MODEL_PRICES_FILE",
            f"names {path.name}, which is no price list: {reason}.",
            hint="Copy the shape of bot/model/prices.toml.",
        ) from None


@cache
def _own() -> Prices:
    text = resources.files("bot.model").joinpath("prices.toml").read_text("utf-8")
    return Prices.model_validate(tomllib.loads(text))


def cost_micros(price: Price | None, tokens: Tokens) -> int | None:
    """Return the cost in whole micro-dollars, rounded up, or None for an unknown price.

    The long rates hold for every token of the request, output included (Haiku 5.5's rule).
    """
    if price is None:
        return None
    rates: Rates = price
    if price.long is not None and tokens.prompt > price.long.above:
        rates = price.long
    micros = (
        tokens.fresh * rates.input
        + tokens.cache_read * rates.cache_read
        + tokens.cache_write * rates.cache_write
        + tokens.output * rates.output
    )
    return -int(-round(micros, 6) // 1)
