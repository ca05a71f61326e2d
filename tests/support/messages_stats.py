"""What the Messages test server counted, for tests in its process and for others over HTTP."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.support.messages_usage import Counts


@dataclass
class Stats:
    """Counts since the start or the last reset."""

    requests: int = 0
    in_flight: int = 0
    max_concurrency: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    bodies: Counter[str] = field(default_factory=Counter)
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0

    def begin(self, raw: bytes, model: str) -> None:
        """Count a request that came in."""
        self.requests += 1
        self.in_flight += 1
        self.max_concurrency = max(self.max_concurrency, self.in_flight)
        self.models[model] += 1
        self.bodies[hashlib.sha256(raw).hexdigest()[:16]] += 1

    def end(self) -> None:
        """Count a request that has its answer, or whose client is gone."""
        self.in_flight -= 1

    def answered(self, counts: Counts, output_tokens: int) -> None:
        """Count the tokens of an answer."""
        self.tokens_in += (
            counts.input_tokens
            + counts.cache_creation_input_tokens
            + counts.cache_read_input_tokens
        )
        self.tokens_cached += counts.cache_read_input_tokens
        self.tokens_out += output_tokens

    @property
    def repeated(self) -> int:
        """Return how many requests had a body that had been seen before."""
        return sum(self.bodies.values()) - len(self.bodies)

    def as_json(self) -> dict[str, Any]:
        """Return everything for `GET /stats`; bodies only as hashes."""
        return {
            "requests": self.requests,
            "in_flight": self.in_flight,
            "max_concurrency": self.max_concurrency,
            "repeated": self.repeated,
            "kinds": dict(self.kinds),
            "models": dict(self.models),
            "bodies": dict(self.bodies),
            "tokens_in": self.tokens_in,
            "tokens_cached": self.tokens_cached,
            "tokens_out": self.tokens_out,
        }
