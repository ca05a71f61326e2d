"""What a message of Slack's brings along: its files, and the messages that its text links to."""

from typing import Any
from urllib.parse import urlsplit

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.links import MessageLink, message_links
from bot.services.attachments import Brought
from bot.services.sources import FileRef
from bot.settings import Settings
from bot.slack.reader import ReadFailed, SlackReader

log = structlog.get_logger(__name__)


def brought_by(message: dict[str, Any], settings: Settings) -> Brought:
    """Return what is to be read beside a message or event, within the operator's limits.

    Slack's `app_mention` names no files; the `message` that comes beside it does.
    """
    files = [file_ref(item) for item in message.get("files") or ()][: settings.limit.files]
    host = urlsplit(settings.slack.api_url).netloc.lower()
    links = message_links(str(message.get("text") or ""), hosts=(host,))
    seen = _looked_at(message)
    look = message.get("type") == "app_mention" and not files
    return Brought(files=tuple(files), links=links, look=look, seen=seen)


def _looked_at(message: dict[str, Any]) -> tuple[MessageLink, ...]:
    """Return the message that a person looks at while writing to us directly, if Slack says so.

    Source: docs.slack.dev/reference/events/app_context_changed; entities are ordered by relevance.
    """
    context = message.get("app_context") or message.get("context") or {}
    entities = context.get("entities") if isinstance(context, dict) else None
    for entity in entities or ():
        value = entity.get("value") if isinstance(entity, dict) else None
        if entity.get("type") == "slack#/types/message_context" and isinstance(value, dict):
            channel, ts = str(value.get("channel_id", "")), str(value.get("message_ts", ""))
            if channel and ts:
                return (MessageLink(channel, ts, ts),)
    return ()


async def files_at(client: AsyncWebClient, event: dict[str, Any]) -> list[dict[str, Any]]:
    """Ask Slack for the files of an event's message; none when it does not say."""
    ts = str(event["ts"])
    try:
        found = await SlackReader(client).message(
            str(event["channel"]), ts, root_ts=str(event.get("thread_ts") or ts)
        )
    except ReadFailed as failed:
        log.info("message.files_unknown", channel_id=event["channel"], ts=ts, reason=failed.reason)
        return []
    return list(found.get("files") or ())


def about_files(brought: Brought) -> str:
    """Return the wish of a message that is files only; nothing without files."""
    names = ", ".join(ref.name for ref in brought.files)
    return f"Look at what I attached: {names}"[:500] if names else ""


def file_ref(item: dict[str, Any]) -> FileRef:
    """Return a file as a message names it; external ones have no address for us."""
    external = item.get("is_external") or item.get("mode") in ("external", "tombstone")
    return FileRef(
        file_id=str(item.get("id", "")),
        name=str(item.get("name") or item.get("title") or "the file"),
        size=int(item.get("size") or 0),
        url="" if external else str(item.get("url_private") or ""),
    )
