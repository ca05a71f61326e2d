"""What a message may hold, checked once for every way of sending one."""

import json
import re
from typing import Any

from bot.workspace import limits
from bot.workspace.blocks.check import checked_blocks
from bot.workspace.ids import new_id
from bot.workspace.shapes import Json, SlackError

_EVENT_TYPE = re.compile(r"[A-Za-z0-9_-]+")


def message_content(args: Json, *, update: bool = False) -> tuple[Json, list[str]]:
    """Return (text, blocks, attachments, metadata as given) and the warnings.

    Raises SlackError `no_text`, `msg_too_long`, `markdown_text_conflict`, `invalid_blocks`,
    `invalid_blocks_format`, `msg_blocks_too_long`, `invalid_metadata_format`.
    """
    warnings: list[str] = []
    text, markdown = args.get("text"), args.get("markdown_text")
    blocks, attachments = args.get("blocks"), args.get("attachments")
    if markdown and (text or blocks):
        raise SlackError("markdown_text_conflict")
    if not (text or markdown or blocks or attachments):
        raise SlackError("no_text")
    content: Json = {"text": _text(str(text or ""), update, warnings)}
    if markdown:
        content["text"] = markdown
        content["blocks"] = _markdown(str(markdown))
    elif blocks:
        content["blocks"] = checked_blocks(blocks)
    if attachments:
        content["attachments"] = decoded(attachments, "invalid_attachments")
    if "metadata" in args:
        kept = metadata(args["metadata"], warnings)
        if kept:
            content["metadata"] = kept
    return content, warnings


def _text(text: str, update: bool, warnings: list[str]) -> str:
    if update and len(text) > limits.UPDATE_TEXT:
        raise SlackError("msg_too_long")
    if len(text) > limits.POST_TEXT:
        warnings.append("message_truncated")
    return text[: limits.POST_TEXT]


def _markdown(text: str) -> list[Json]:
    if len(text) > limits.MARKDOWN_TEXT:
        raise SlackError("msg_too_long")
    return [{"type": "markdown", "block_id": new_id("b"), "text": text}]


def metadata(value: object, warnings: list[str]) -> Json:
    """Return what Slack keeps of a message's metadata; a bad event type is dropped silently."""
    value = decoded(value, "invalid_metadata_format")
    if not value:
        return {}
    if not isinstance(value, dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(value)) > limits.METADATA_BYTES:
        raise SlackError("metadata_too_large")
    if "event_type" in value or "event_payload" in value:
        if not isinstance(value.get("event_payload"), dict):
            raise SlackError("invalid_metadata_format")
        if not _EVENT_TYPE.fullmatch(str(value.get("event_type", ""))):
            warnings.append("invalid_metadata_schema")
            return {}
    return value


def decoded(value: object, code: str) -> Any:
    """Return a value that may have come as JSON text; raises SlackError with `code`."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise SlackError(code) from None
