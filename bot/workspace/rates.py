"""Slack's rates per method as token buckets: tiers, and one message a second per channel."""

import math

from bot.clock import Clock

# Calls a minute (design facts, section 2.2).
TIER_1, TIER_2, TIER_3, TIER_4, TIER_SPECIAL = 1, 20, 50, 100, 600

PER_MINUTE: dict[str, int] = {
    "api.test": TIER_SPECIAL,
    "auth.test": TIER_SPECIAL,
    "auth.revoke": TIER_3,
    "oauth.v2.access": TIER_SPECIAL,
    "apps.connections.open": TIER_3,
    "chat.postMessage": 60,
    "chat.postEphemeral": TIER_4,
    "chat.update": TIER_3,
    "chat.delete": TIER_3,
    "chat.getPermalink": TIER_SPECIAL,
    "chat.startStream": TIER_2,
    "chat.appendStream": TIER_4,
    "chat.stopStream": TIER_2,
    "reactions.add": TIER_3,
    "reactions.remove": TIER_2,
    "reactions.get": TIER_3,
    "conversations.list": TIER_2,
    "conversations.info": TIER_3,
    "conversations.history": TIER_3,
    "conversations.replies": TIER_3,
    "conversations.members": TIER_4,
    "conversations.join": TIER_3,
    "conversations.open": TIER_3,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "views.open": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
    "views.publish": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "files.completeUploadExternal": TIER_4,
    "files.info": TIER_4,
    "assistant.threads.setStatus": 60,
    "assistant.threads.setTitle": TIER_3,
    "assistant.threads.setSuggestedPrompts": TIER_3,
    "agents.sessions.setStatus": TIER_3,
    "agents.sessions.rename": TIER_3,
    "functions.completeSuccess": TIER_3,
    "functions.completeError": TIER_3,
    "team.info": TIER_3,
    "bots.info": TIER_3,
}
# Methods counted per channel, and how many calls in a row they let through.
PER_CHANNEL_BURST = {"chat.postMessage": 5, "assistant.threads.setStatus": 10}


class RateLimits:
    """Token buckets per method (and channel); `scale` multiplies every rate, None switches off."""

    def __init__(self, clock: Clock, *, scale: float | None = 1.0) -> None:
        self._clock = clock
        self.scale = scale
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, method: str, *, channel: str = "") -> int | None:
        """Count one call; return None when it may pass, else the seconds to wait (at least 1)."""
        if self.scale is None or method not in PER_MINUTE:
            return None
        burst = PER_CHANNEL_BURST.get(method)
        per_second = PER_MINUTE[method] / 60 * self.scale
        capacity = max(1.0, (PER_MINUTE[method] if burst is None else burst) * self.scale)
        key = (method, channel if burst is not None else "")
        now = self._clock.monotonic()
        tokens, since = self._buckets.get(key, (capacity, now))
        tokens = min(capacity, tokens + (now - since) * per_second)
        if tokens >= 1:
            self._buckets[key] = (tokens - 1, now)
            return None
        self._buckets[key] = (tokens, now)
        return max(1, math.ceil((1 - tokens) / per_second))
