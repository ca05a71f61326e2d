"""What the open pages are told: one queue per page socket, filtered by who may see it."""

import asyncio
from dataclasses import dataclass, field

from bot.workspace.recorder import Recorder
from bot.workspace.shapes import Channel, Json


@dataclass(eq=False)
class PageLink:
    """One open page, acting as `user`."""

    user: str
    inside_only: bool = False
    """For a guest or a person of another company."""
    queue: asyncio.Queue[Json | None] = field(default_factory=asyncio.Queue)


class Feed:
    """Publishes the page socket's events."""

    def __init__(self, recorder: Recorder) -> None:
        self._links: set[PageLink] = set()
        self._recorder = recorder

    def open(self, user: str, *, inside_only: bool = False) -> PageLink:
        """Start listening as `user`, to the channels that they are in or to public ones, too."""
        link = PageLink(user, inside_only)
        self._links.add(link)
        link.queue.put_nowait({"type": "hello"})
        return link

    def close(self, link: PageLink) -> None:
        """Stop listening."""
        self._links.discard(link)

    def close_all(self) -> None:
        """Ask every page socket to end."""
        for link in self._links:
            link.queue.put_nowait(None)

    def to_user(self, user: str, event: Json) -> None:
        """Tell one person's pages."""
        for link in self._links:
            if link.user == user:
                link.queue.put_nowait(event)
        self._recorder.notify()

    def to_channel(self, channel: Channel, event: Json) -> None:
        """Tell everyone who may see the channel."""
        for link in self._links:
            if may_see(channel, link.user, inside_only=link.inside_only):
                link.queue.put_nowait(event)
        self._recorder.notify()


def may_see(channel: Channel, user: str, *, inside_only: bool = False) -> bool:
    """Say whether `user` may read the channel: public ones all, others their members.

    `inside_only`: also public ones only their members, as for guests.
    """
    return user in channel.members or not (inside_only or channel.is_private or channel.is_im)
