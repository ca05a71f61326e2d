"""The port to what people attach: Slack's files, threads and messages, and whom they come from."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.setting import Effective
from bot.errors import TeamleadError
from bot.services.directory import Directory


class Unreadable(TeamleadError):
    """Something attached cannot be read; `sentence` says why, for the person who attached it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class FileRef:
    """A file of Slack's as a message names it; without `url` Slack keeps it from us."""

    file_id: str
    name: str
    size: int
    url: str


@dataclass(frozen=True)
class Heard:
    """A message of a thread, by a person or another bot; our own are left out."""

    ts: str
    user_id: str
    text: str
    is_bot: bool = False


class Sources(Protocol):
    """What is read is bounded, comes from Slack only, and may be seen by the asker."""

    async def file(self, workspace_id: str, url: str, *, most: int) -> bytes:
        """Return a file of at most `most` bytes; raises Unreadable."""
        ...

    async def files_of(
        self, workspace_id: str, channel_id: str, ts: str, *, root_ts: str
    ) -> list[FileRef]:
        """Return the files of a message of the thread `root_ts`; raises Unreadable."""
        ...

    async def thread(
        self, workspace_id: str, channel_id: str, root_ts: str, *, most: int, before: str = ""
    ) -> list[Heard]:
        """Return a thread's newest messages, oldest first; raises Unreadable.

        With `before` only what was said earlier than that ts.
        """
        ...

    async def may_see(self, workspace_id: str, user_id: str, channel_id: str) -> bool:
        """Return whether a public channel's messages may be shown to a person elsewhere."""
        ...

    async def is_shared(self, workspace_id: str, channel_id: str) -> bool | None:
        """Return whether others than this company read in a channel; None: Slack does not say."""
        ...

    async def directory(self, workspace_id: str) -> Directory:
        """Return who people are in a workspace; raises Unreadable where Slack lets nobody in."""
        ...

    async def may_ask(self, settings: Effective, workspace_id: str, user_id: str) -> bool:
        """Return whether a person may ask where these settings count; False when unknown."""
        ...
