"""Asks Prometheus, where the operator says that it is: instant queries, bounded, no redirects.

Source: prometheus.io/docs/prometheus/latest/querying/api (instant queries).
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.errors import ExternalError

MOST_BYTES = 2_000_000
MOST_SERIES = 1_000


@dataclass(frozen=True)
class Sample:
    """A value of a series, by its label `service`; empty when it has none."""

    service: str
    value: float


class Prometheus:
    """One server; `async with` opens and closes its connections."""

    def __init__(self, url: str, *, token: SecretStr, seconds: float) -> None:
        """`seconds` is how long one answer may take."""
        self._url = f"{url.rstrip('/')}/api/v1/query"
        secret = token.get_secret_value()
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=seconds),
            headers={"Authorization": f"Bearer {secret}"} if secret else {},
        )

    async def __aenter__(self) -> "Prometheus":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def ask(self, query: str, *, at: datetime) -> list[Sample]:
        """Return what a query says of a moment; values that are no numbers are left out.

        Raises ExternalError when it does not answer, or not with a vector.
        """
        form = {"query": query, "time": f"{at.timestamp():.3f}"}
        try:
            async with self._session.post(self._url, data=form, allow_redirects=False) as answer:
                body = await _bounded(answer)
                if answer.status != 200:
                    raise ExternalError(f"Prometheus answers {answer.status}.", retryable=True)
        except (aiohttp.ClientError, TimeoutError) as failed:
            name = type(failed).__name__
            raise ExternalError(f"Prometheus does not answer ({name}).", retryable=True) from failed
        return _samples(body)


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        found += chunk
        if len(found) > MOST_BYTES:
            raise ExternalError("Prometheus answers with more than 2 MB.", retryable=False)
    return bytes(found)


def _samples(body: bytes) -> list[Sample]:
    try:
        said = json.loads(body)
        data = said["data"] if said["status"] == "success" else {}
        series = data["result"] if data["resultType"] == "vector" else None
    except (ValueError, RecursionError, KeyError, TypeError):
        series = None
    if not isinstance(series, list):
        raise ExternalError("Prometheus does not answer with a vector.", retryable=False)
    found = (_sample(one) for one in series[:MOST_SERIES])
    return [one for one in found if one is not None]


def _sample(series: Any) -> Sample | None:
    """Return one series' value; None for NaN (nothing happened) and what else is no number."""
    try:
        labels, value = series["metric"], float(series["value"][1])
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    if not isinstance(labels, Mapping) or not math.isfinite(value) or not 0 <= value < 1e15:
        return None
    return Sample(str(labels.get("service", "")), value)
