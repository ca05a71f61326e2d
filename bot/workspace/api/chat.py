"""Posting, editing and deleting messages."""

from typing import TYPE_CHECKING

from bot.workspace.api.args import Args
from bot.workspace.content import message_content
from bot.workspace.shapes import Channel, Json, SlackError
from bot.workspace.state import hidden_reply

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace


def post_message(w: "Workspace", args: Args) -> Json:
    channel = writable(w, args)
    content, warnings = message_content(args.values)
    thread_ts = thread_root(w, channel, args)
    subtype = "thread_broadcast" if thread_ts and args.flag("reply_broadcast") else None
    message = w.posting.by_app(
        channel, content, thread_ts=thread_ts, subtype=subtype, **looks(args)
    )
    w.sessions.posted(channel, thread_ts or message["ts"])
    answer = {"channel": channel.id, "ts": message["ts"], "message": message}
    return with_warnings(answer, warnings)


def post_ephemeral(w: "Workspace", args: Args) -> Json:
    channel = writable(w, args)
    user = args.need("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    content, warnings = message_content(args.values)
    thread_ts = thread_root(w, channel, args)
    message = w.posting.app_message(content, thread_ts=thread_ts, **looks(args))
    w.posting.whisper(channel, user, message)
    return with_warnings({"message_ts": message["ts"]}, warnings)


def update(w: "Workspace", args: Args) -> Json:
    channel = known(w, args)
    message = own_message(w, channel, args, "cant_update_message")
    if message.get("streaming") and w.streams.running(
        channel.id, message["ts"], now=w.clock.monotonic()
    ):
        raise SlackError("streaming_state_conflict")
    content, warnings = message_content(args.values, update=True)
    editor = {"user": w.identity.bot_user_id, "ts": w.state.timestamps.next()}
    changes = {"streaming": None, "edited": editor, **_cleared(args, message), **content}
    message = w.posting.change(channel, message, changes)
    answer = {
        "channel": channel.id,
        "ts": message["ts"],
        "text": message["text"],
        "message": message,
    }
    return with_warnings(answer, warnings)


def _cleared(args: Args, message: Json) -> Json:
    """Return what an update takes away: only what the call names and leaves empty.

    Slack's documentation: blocks, attachments and metadata that are not named are retained.
    Blocks that Slack itself made of the text go with the text.
    """
    gone = {name for name in ("blocks", "attachments", "metadata") if name in args.values}
    blocks = message.get("blocks", ())
    if [block.get("text") for block in blocks] == [message["text"]]:
        gone.add("blocks")
    return dict.fromkeys(gone)


def delete(w: "Workspace", args: Args) -> Json:
    channel = known(w, args)
    message = own_message(w, channel, args, "cant_delete_message")
    w.posting.remove(channel, message["ts"])
    return {"channel": channel.id, "ts": message["ts"]}


def permalink(w: "Workspace", args: Args) -> Json:
    channel = known(w, args)
    message = w.state.message(channel.id, args.need("message_ts"))
    link = f"{w.base_url}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    if hidden_reply(message):
        link += f"?thread_ts={message['thread_ts']}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


# Shared with the other methods that write


def known(w: "Workspace", args: Args, name: str = "channel") -> Channel:
    """Return the channel named in the call; raises `channel_not_found`."""
    value = args.text(name)
    if not value:
        raise SlackError("channel_not_found")
    return w.app_channel(value)


def writable(w: "Workspace", args: Args, name: str = "channel") -> Channel:
    """Return a channel the app may post in; raises `not_in_channel` besides."""
    channel = known(w, args, name)
    if w.identity.bot_user_id in channel.members or "chat:write.public" in w.scopes:
        return channel
    raise SlackError("not_in_channel")


def thread_root(w: "Workspace", channel: Channel, args: Args) -> str:
    """Return the root's ts for a reply ("" at top level); a reply's ts leads to its root.

    Raises `thread_not_found` when there is no such message.
    """
    thread_ts = args.text("thread_ts")
    if not thread_ts:
        return ""
    try:
        return str(w.state.message(channel.id, thread_ts).get("thread_ts", thread_ts))
    except SlackError:
        raise SlackError("thread_not_found") from None


def looks(args: Args) -> Json:
    """Return the name and icon under which the app posts this message."""
    chosen: Json = {}
    if args.text("username"):
        chosen["username"] = args.text("username")
    if args.text("icon_emoji"):
        chosen["icons"] = {"emoji": args.text("icon_emoji")}
    elif args.text("icon_url"):
        chosen["icons"] = {"image_48": args.text("icon_url")}
    return chosen


def own_message(w: "Workspace", channel: Channel, args: Args, refusal: str) -> Json:
    """Return the app's own message; raises `refusal` for someone else's."""
    message = w.state.message(channel.id, args.need("ts"))
    if message.get("bot_id") != w.identity.bot_id:
        raise SlackError(refusal)
    return message


def with_warnings(answer: Json, warnings: list[str]) -> Json:
    """Return the answer with Slack's two places for warnings."""
    if warnings:
        answer["warning"] = ",".join(warnings)
        answer["response_metadata"] = {"warnings": warnings}
    return answer


METHODS = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": permalink,
}
