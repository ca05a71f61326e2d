"""Streamed messages: start, append, stop."""

from typing import TYPE_CHECKING

from bot.workspace import limits
from bot.workspace.api.args import Args
from bot.workspace.api.chat import known, looks, own_message, thread_root, writable
from bot.workspace.blocks.check import checked_blocks
from bot.workspace.content import metadata
from bot.workspace.shapes import Channel, Json, SlackError, bad_arguments
from bot.workspace.streams import Stream

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace

SESSION_STATES = frozenset({"active", "processing", "suspended", "closed"})


def start(w: "Workspace", args: Args) -> Json:
    channel = writable(w, args)
    for name in () if channel.is_im else ("recipient_team_id", "recipient_user_id"):
        if not args.text(name):
            raise SlackError(f"missing_{name}")
    thread_ts = thread_root(w, channel, args)
    if not thread_ts:
        # Measured by others: refused everywhere, although documented as optional in channels.
        raise SlackError("invalid_thread_ts")
    mode = args.text("task_display_mode", "timeline")
    if mode not in ("timeline", "plan"):
        raise bad_arguments("task_display_mode must be timeline or plan")
    stream = Stream(channel.id, "", thread_ts, w.clock.monotonic(), mode)
    stream.append(_chunks(args))
    content = {"text": stream.text, "blocks": stream.blocks()}
    message = w.posting.by_app(channel, content, thread_ts=thread_ts, streaming=True, **looks(args))
    stream.ts = message["ts"]
    w.streams.add(stream)
    w.sessions.posted(channel, thread_ts)
    return {"channel": channel.id, "ts": stream.ts}


def append(w: "Workspace", args: Args) -> Json:
    channel, message, stream = _running(w, args)
    chunks = _chunks(args)
    if not chunks:
        raise SlackError("no_text")
    stream.append(chunks)
    w.posting.change(channel, message, {"text": stream.text, "blocks": stream.blocks()}, quiet=True)
    return {"channel": channel.id, "ts": stream.ts}


def stop(w: "Workspace", args: Args) -> Json:
    channel, _, stream = _running(w, args)
    warnings: list[str] = []
    state = args.text("session_status", "active")
    if state not in SESSION_STATES:
        raise bad_arguments("unknown session_status")
    closing = checked_blocks(args.values["blocks"]) if args.values.get("blocks") else []
    kept = metadata(args.values.get("metadata"), warnings)
    stream.append(_chunks(args))
    changes: Json = {"text": stream.text, "blocks": stream.blocks() + closing}
    if kept:
        changes["metadata"] = kept
    message = w.end_stream(stream, **changes)
    if w.sessions.get(channel.id, stream.thread_ts).state:
        w.sessions.set_state(channel, stream.thread_ts, state)
    return {"channel": channel.id, "ts": stream.ts, "message": message}


def _running(w: "Workspace", args: Args) -> tuple[Channel, Json, Stream]:
    channel = known(w, args)
    message = own_message(w, channel, args, "message_not_owned_by_app")
    stream = w.streams.running(channel.id, message["ts"], now=w.clock.monotonic())
    if stream is None:
        if message.get("streaming"):
            w.posting.change(channel, message, {"streaming": None}, quiet=True)
        raise SlackError("message_not_in_streaming_state")
    return channel, message, stream


def _chunks(args: Args) -> list[Json]:
    markdown, chunks = args.text("markdown_text"), args.structure("chunks")
    if markdown and chunks:
        raise bad_arguments("markdown_text and chunks exclude each other")
    if len(markdown) > limits.MARKDOWN_TEXT:
        raise SlackError("msg_too_long")
    if markdown:
        return [{"type": "markdown_text", "text": markdown}]
    if chunks is None:
        return []
    if not isinstance(chunks, list) or not all(isinstance(chunk, dict) for chunk in chunks):
        raise bad_arguments("chunks must be a list of objects")
    return chunks


METHODS = {
    "chat.startStream": start,
    "chat.appendStream": append,
    "chat.stopStream": stop,
}
