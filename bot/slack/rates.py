"""How fast Slack may be called: pure arithmetic of token buckets, one per method or channel."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from bot.domain.lanes import POST

_TIER_2, _TIER_3, _TIER_4 = 20, 50, 100
PER_MINUTE: dict[str, int] = {
    "chat.update": _TIER_3,
    "chat.delete": _TIER_3,
    "chat.postEphemeral": _TIER_4,
    "reactions.add": _TIER_3,
    "reactions.remove": _TIER_2,
    "conversations.history": _TIER_3,
    "conversations.replies": _TIER_3,
    "conversations.join": _TIER_3,
    "files.upload": _TIER_4,
    "views.open": _TIER_4,
    "views.publish": _TIER_4,
    "users.info": _TIER_4,
    "agents.sessions.setStatus": _TIER_3,
    "agents.sessions.rename": _TIER_3,
    "functions.completeSuccess": _TIER_3,
}
"""Calls a minute, per workspace (java-slack-sdk metadata/web-api/rate_limit_tiers.json).

Messages are counted per channel: one a second, short bursts allowed (docs.slack.dev, "Rate
limits").
"""

_SHARE_AT_ONCE = 4
"""A quarter of a minute's calls may go at once; a full minute's at once would make two."""
_UNPACED = 1e9
"""Tokens that stand for "as fast as it goes"."""


@dataclass(frozen=True)
class Pace:
    """Tokens that come back each second, and how many a bucket holds at most."""

    per_second: float
    capacity: float

    def full(self, now: datetime) -> "Bucket":
        """Return a bucket that nobody has used."""
        return Bucket(tokens=self.capacity, since=now)


@dataclass(frozen=True)
class Bucket:
    """Tokens at one moment. Processes share it, so its moments are those of the wall clock."""

    tokens: float
    since: datetime
    held_until: datetime | None = None
    """Slack asked for silence until then."""

    def free_at(self, pace: Pace) -> datetime:
        """Return from when on a call may go."""
        short = max(0.0, 1 - self.tokens) / pace.per_second
        # Rounded up: a microsecond too early would find the token not quite whole.
        free = self.since + timedelta(microseconds=ceil(short * 1e6 - 1e-3))
        return max(free, self.held_until) if self.held_until else free

    def take(self, pace: Pace, now: datetime) -> "Bucket":
        """Return the bucket after one more call; it may go into debt, later calls wait that off."""
        filled = self._at(pace, now)
        return replace(filled, tokens=filled.tokens - 1)

    def hold(self, pace: Pace, now: datetime, *, seconds: float) -> "Bucket":
        """Return the bucket when Slack said to let nothing go for some seconds."""
        filled = self._at(pace, now)
        until = now + timedelta(seconds=seconds)
        held = max(until, self.held_until) if self.held_until else until
        return replace(filled, tokens=min(filled.tokens, 1.0), held_until=held)

    def _at(self, pace: Pace, now: datetime) -> "Bucket":
        """Refill; another machine's clock may be ahead of `now`, then nothing came back yet."""
        gained = max(0.0, (now - self.since).total_seconds()) * pace.per_second
        tokens = min(pace.capacity, self.tokens + gained)
        return replace(self, tokens=tokens, since=max(self.since, now))


@dataclass(frozen=True)
class Paces:
    """The pace of every method; `per_channel_seconds` of 0 leaves messages unpaced."""

    per_channel_seconds: float
    burst: int

    def of(self, method: str) -> Pace:
        """Return how fast calls of one bucket may go."""
        if method != POST:
            a_minute = PER_MINUTE.get(method, _TIER_4)
            return Pace(per_second=a_minute / 60, capacity=a_minute / _SHARE_AT_ONCE)
        if not self.per_channel_seconds:
            return Pace(per_second=_UNPACED, capacity=_UNPACED)
        return Pace(per_second=1 / self.per_channel_seconds, capacity=float(self.burst))
