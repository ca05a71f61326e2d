"""What the Messages test server can be told to do with one request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, get_args

Kind = Literal[
    "answer",  # a valid answer to the schema asked for
    "prose",  # the same, in a fence between two sentences, as if the schema were ignored
    "incomplete",  # a JSON object without most of its fields
    "no_json",  # only words
    "rate_limited",  # 429 with Retry-After `seconds`
    "overloaded",  # 529 before the stream
    "overloaded_inside",  # 200, then an error event
    "server_error",  # 500
    "unavailable",  # 503 with a body that is not JSON
    "cut",  # the connection breaks in the middle of the stream
    "ended",  # the stream ends in the middle without its last events
    "garbage",  # events whose data is no JSON
    "slow",  # nothing for `seconds`, then the answer
    "schema_refused",  # 400 that names output_config
    "bad_request",  # 400 with `reason`
    "unauthorized",  # 401
    "forbidden",  # 403
    "unknown_model",  # 404
    "too_large",  # 413
    "spend_limit",  # 429 that no waiting helps
    "max_tokens",  # half an answer and this stop reason
    "refusal",  # no text and this stop reason
]

KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True)
class Step:
    """One request's treatment; `text` replaces the composed answer."""

    kind: Kind = "answer"
    text: str | None = None
    seconds: float = 0.0
    reason: str = "the request has a flaw"
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    """Tools that are called, by name and arguments, instead of an answer."""


@dataclass(frozen=True)
class Habits:
    """How the server treats requests that no step was scripted for.

    `rates` gives some kinds a probability; the rest are answers. `latency` is in seconds before
    the first byte. `schema` says what becomes of output_config. `waves` shapes composed plans:
    (3, 4, 2) is three assignments, four that need them and two that need those.
    """

    latency: float = 0.0
    seed: int = 0
    rates: Mapping[Kind, float] = field(default_factory=lambda: MappingProxyType({}))
    schema: Literal["follow", "ignore", "refuse"] = "follow"
    usage: bool = True
    count_tokens: bool = True
    thinking: bool = True
    waves: tuple[int, ...] = (3, 4, 2)
