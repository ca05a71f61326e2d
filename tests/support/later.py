"""The machine's clock, set forward by a test: hours pass at once, and all else goes on as usual."""

from datetime import datetime, timedelta

from bot.clock import SystemClock


class LaterClock(SystemClock):
    """Begins at the machine's time; `pass_by` moves it forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self._ahead

    def pass_by(self, time: timedelta) -> None:
        """Let time pass."""
        self._ahead += time
