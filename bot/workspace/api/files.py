"""Files: the three steps of an upload, and looking one up."""

from typing import TYPE_CHECKING

from bot.workspace import limits
from bot.workspace.api.args import Args
from bot.workspace.api.chat import thread_root
from bot.workspace.content import message_content
from bot.workspace.shapes import Json, SlackError, bad_arguments

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace

_MOST_BYTES = 50_000_000


def upload_url(w: "Workspace", args: Args) -> Json:
    length = args.number("length", 0, most=_MOST_BYTES)
    if not length:
        raise bad_arguments("missing required field: length")
    alt = args.text("alt_txt")
    if len(alt) > limits.ALT_TEXT:
        raise bad_arguments(f"alt_txt must be less than {limits.ALT_TEXT + 1} characters")
    url, file_id = w.uploads.ticket(args.need("filename"), length, alt=alt)
    return {"upload_url": url, "file_id": file_id}


def complete(w: "Workspace", args: Args) -> Json:
    wanted = args.structure("files")
    if not isinstance(wanted, list) or not wanted:
        raise bad_arguments("missing required field: files")
    rooms = [one for one in args.text("channels").split(",") if one]
    if args.text("channel_id"):
        rooms.append(args.text("channel_id"))
    channels = [w.app_channel(one) for one in rooms]
    if any(w.identity.bot_user_id not in channel.members for channel in channels):
        raise SlackError("not_in_channel")
    records = [_finish(w, one, [channel.id for channel in channels]) for one in wanted]
    blocks = {"blocks": args.values["blocks"]} if args.values.get("blocks") else {}
    text = args.text("initial_comment")
    content: Json = {"text": ""}
    if text or blocks:
        content, _ = message_content({"text": text, **blocks})
    for channel in channels:
        root = thread_root(w, channel, args)
        w.posting.by_app(channel, content, thread_ts=root, files=records, subtype="file_share")
    return {"files": records}


def _finish(w: "Workspace", wanted: Json, channels: list[str]) -> Json:
    record = w.uploads.info(str(wanted.get("id", "")))
    title = wanted.get("title") or record["name"]
    return w.uploads.save({**record, "title": title, "channels": channels})


def info(w: "Workspace", args: Args) -> Json:
    return {"file": w.uploads.info(args.need("file")), "comments": []}


METHODS = {
    "files.getUploadURLExternal": upload_url,
    "files.completeUploadExternal": complete,
    "files.info": info,
}
