"""Makes the identifiers and message timestamps, unique also after a restart."""

import secrets

from bot.clock import Clock

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_id(prefix: str) -> str:
    """Return an identifier of Slack's look, for example `V0K3J9…`."""
    # One look into the system's randomness instead of ten; 32 characters, so that none is likelier.
    return prefix + "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in secrets.token_bytes(10))


class Timestamps:
    """Message timestamps of one workspace: from the clock, never twice, never backwards."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        """Return the next `seconds.micros`."""
        now = round(self._clock.now().timestamp() * 1_000_000)
        self._last = max(now, self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def seen(self, ts: str) -> None:
        """Make sure that everything issued from now on is later than `ts`."""
        seconds, _, micros = ts.partition(".")
        self._last = max(self._last, int(seconds) * 1_000_000 + int(micros or 0))
