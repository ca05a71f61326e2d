"""How fast Slack may be called: a bucket of tokens per method, and one per channel for messages."""

from bot.clock import Clock

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
}
"""Calls a minute, per workspace (java-slack-sdk metadata/web-api/rate_limit_tiers.json)."""

POST = "chat.postMessage"
"""Counted per channel: one a second, short bursts allowed (docs.slack.dev, "Rate limits")."""
_SHARE_AT_ONCE = 4
"""A quarter of a minute's calls may go at once; a full minute's at once would make two."""
_UNPACED = 1e6
"""Calls a second that stand for "as fast as it goes"."""

Key = tuple[str, ...]


class Bucket:
    """Tokens that come back with time; may go into debt, which later calls wait off."""

    def __init__(self, *, per_second: float, capacity: float, now: float) -> None:
        self._per_second = per_second
        self._capacity = capacity
        self._tokens = capacity
        self._since = now
        self._held_until = now

    def delay(self, now: float) -> float:
        """Return seconds until a call may go; 0 for at once."""
        self._refill(now)
        short = max(0.0, 1 - self._tokens) / self._per_second
        return max(short, self._held_until - now, 0.0)

    def take(self, now: float) -> None:
        """Count one call."""
        self._refill(now)
        self._tokens -= 1

    def hold(self, now: float, seconds: float) -> None:
        """Let nothing go for some seconds: Slack said so."""
        self._held_until = max(self._held_until, now + seconds)
        self._tokens = min(self._tokens, 1.0)

    def _refill(self, now: float) -> None:
        # A nanosecond more than needed: 0.3 seconds of 1/0.3 tokens must make a whole one.
        gained = (now - self._since) * self._per_second * (1 + 1e-9)
        self._tokens = min(self._capacity, self._tokens + gained)
        self._since = now


class RateBuckets:
    """This process's buckets; another way to share them only needs these three methods."""

    def __init__(self, clock: Clock, *, per_channel_seconds: float, burst: int) -> None:
        """`per_channel_seconds` of 0 leaves messages unpaced, until Slack says otherwise."""
        self._clock = clock
        self._per_channel = 1 / per_channel_seconds if per_channel_seconds else _UNPACED
        self._burst = float(burst)
        self._buckets: dict[Key, Bucket] = {}

    def delay(self, workspace_id: str, method: str, channel_id: str) -> float:
        """Return seconds until this call may be made."""
        bucket = self._bucket(workspace_id, method, channel_id)
        return bucket.delay(self._clock.monotonic())

    def take(self, workspace_id: str, method: str, channel_id: str) -> None:
        """Count a call that is about to be made."""
        self._bucket(workspace_id, method, channel_id).take(self._clock.monotonic())

    def hold(self, workspace_id: str, method: str, channel_id: str, *, seconds: float) -> None:
        """Stop such calls for some seconds."""
        bucket = self._bucket(workspace_id, method, channel_id)
        bucket.hold(self._clock.monotonic(), seconds)

    def _bucket(self, workspace_id: str, method: str, channel_id: str) -> Bucket:
        posts = method == POST
        key = (workspace_id, method, channel_id) if posts else (workspace_id, method)
        if key not in self._buckets:
            self._buckets[key] = self._make(method)
        return self._buckets[key]

    def _make(self, method: str) -> Bucket:
        now = self._clock.monotonic()
        if method == POST:
            return Bucket(per_second=self._per_channel, capacity=self._burst, now=now)
        a_minute = PER_MINUTE.get(method, _TIER_4)
        return Bucket(per_second=a_minute / 60, capacity=a_minute / _SHARE_AT_ONCE, now=now)
