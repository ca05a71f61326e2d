"""Short-lived rights that payloads carry: trigger ids for views and response URLs."""

import secrets
from dataclasses import dataclass

from bot.clock import Clock
from bot.workspace import limits
from bot.workspace.shapes import SlackError


@dataclass
class _Trigger:
    user: str
    at: float
    view_id: str
    used: bool = False


class Triggers:
    """Trigger ids: good once and for some seconds."""

    def __init__(self, clock: Clock, *, seconds: float = limits.TRIGGER_SECONDS) -> None:
        self._clock = clock
        self._seconds = seconds
        self._issued: dict[str, _Trigger] = {}

    def issue(self, user: str, *, view_id: str = "") -> str:
        """Return a trigger id for `user`; `view_id` when it comes from inside a modal."""
        trigger_id = (
            f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        )
        self._issued[trigger_id] = _Trigger(user, self._clock.monotonic(), view_id)
        return trigger_id

    def redeem(self, trigger_id: str) -> tuple[str, str]:
        """Return (user, view id); raises `invalid_`, `expired_` or `exchanged_trigger_id`."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if self._clock.monotonic() - trigger.at > self._seconds:
            raise SlackError("expired_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        trigger.used = True
        return trigger.user, trigger.view_id


@dataclass
class ResponseUrl:
    """Where a response URL leads: the channel, who acted, and the message that was clicked."""

    channel: str
    user: str
    at: float
    source_ts: str = ""
    ephemeral: bool = False
    thread_ts: str = ""
    uses: int = 0


class ResponseUrls:
    """Response URLs: five uses within thirty minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, ResponseUrl] = {}
        self.base = "http://127.0.0.1"

    def issue(
        self,
        channel: str,
        user: str,
        *,
        source_ts: str = "",
        ephemeral: bool = False,
        thread_ts: str = "",
    ) -> str:
        """Return a new response URL."""
        key = secrets.token_urlsafe(18)
        now = self._clock.monotonic()
        self._issued[key] = ResponseUrl(channel, user, now, source_ts, ephemeral, thread_ts)
        return f"{self.base}/response/{key}"

    def redeem(self, key: str) -> ResponseUrl:
        """Count one use; raises `no_such_url`, `expired_url` or `used_url`."""
        found = self._issued.get(key)
        if found is None:
            raise SlackError("no_such_url")
        if self._clock.monotonic() - found.at > limits.RESPONSE_URL_SECONDS:
            raise SlackError("expired_url")
        if found.uses >= limits.RESPONSE_URL_USES:
            raise SlackError("used_url")
        found.uses += 1
        return found
