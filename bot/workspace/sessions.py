"""Status lines of assistant threads and states of agent sessions, as the page shows them."""

from dataclasses import dataclass

from bot.clock import Clock
from bot.workspace import limits
from bot.workspace.feed import Feed
from bot.workspace.shapes import Channel, Json
from bot.workspace.sockets import SocketHub

_SHOWN = frozenset({"processing", "suspended"})
"""States that a person sees; in the others nothing is to be waited for."""


@dataclass
class Session:
    """One thread's status line, session state, title and suggested prompts."""

    status: str = ""
    state: str = ""
    title: str = ""
    prompts: tuple[Json, ...] = ()
    version: int = 0


class Sessions:
    """All sessions, by channel and thread."""

    def __init__(self, clock: Clock, feed: Feed, hub: SocketHub) -> None:
        self._clock = clock
        self._feed = feed
        self._hub = hub
        self._known: dict[tuple[str, str], Session] = {}

    def get(self, channel_id: str, thread_ts: str) -> Session:
        """Return the session of a thread, made on first use."""
        return self._known.setdefault((channel_id, thread_ts), Session())

    def shown(self, channel_id: str) -> list[Json]:
        """Return what a page that opens now shows of a channel's sessions."""
        return [
            {
                "channel": channel_id,
                "thread_ts": thread_ts,
                "status": one.status,
                "session": one.state,
            }
            for (channel, thread_ts), one in self._known.items()
            if channel == channel_id and (one.status or one.state in _SHOWN)
        ]

    def set_status(
        self, channel: Channel, thread_ts: str, status: str, *, loading: list[str] | None = None
    ) -> None:
        """Show a status line; it goes away after two minutes or with the next message."""
        session = self.get(channel.id, thread_ts)
        session.status = status
        session.version += 1
        extra = {"loading_messages": loading} if loading else {}
        self._tell(channel, thread_ts, status, **extra)
        if status:
            self._hub.spawn(self._expire(channel, thread_ts, session.version), background=True)

    def set_state(self, channel: Channel, thread_ts: str, state: str) -> None:
        """Set an agent session's state and show it."""
        self.get(channel.id, thread_ts).state = state
        self._tell(channel, thread_ts, state, session=True)

    def posted(self, channel: Channel, thread_ts: str) -> None:
        """Clear the status line because the app has posted in the thread."""
        session = self._known.get((channel.id, thread_ts))
        if session is not None and session.status:
            self.set_status(channel, thread_ts, "")

    async def _expire(self, channel: Channel, thread_ts: str, version: int) -> None:
        await self._clock.sleep(limits.STATUS_SECONDS)
        if self.get(channel.id, thread_ts).version == version:
            self.set_status(channel, thread_ts, "")

    def _tell(self, channel: Channel, thread_ts: str, status: str, **extra: object) -> None:
        event = {"type": "status", "channel": channel.id, "thread_ts": thread_ts, "status": status}
        self._feed.to_channel(channel, {**event, **extra})
