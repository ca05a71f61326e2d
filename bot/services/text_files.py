"""Puts text files into the outbox: the exports that somebody asked for."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.lanes import FILE_UPLOAD
from storage.uow import UnitOfWork


@dataclass(frozen=True)
class TextFile:
    """A file with its name, its title in Slack, and the sentence it is posted under."""

    name: str
    title: str
    comment: str
    content: str


async def post_file(
    uow: UnitOfWork, file: TextFile, *, place: tuple[str, str], key: str, now: datetime
) -> None:
    """Queue a file in a `place`, workspace and channel; a second one of the same `key` is none."""
    workspace_id, channel_id = place
    await uow.outbox.add(
        workspace_id=workspace_id,
        channel_id=channel_id,
        key=key,
        method=FILE_UPLOAD,
        payload={
            "filename": file.name,
            "title": file.title,
            "initial_comment": file.comment,
            "content": file.content,
        },
        now=now,
    )
