"""Reactions of the app."""

import re
from typing import TYPE_CHECKING

from bot.workspace.api.args import Args
from bot.workspace.api.chat import known
from bot.workspace.shapes import Channel, Json, SlackError

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace

_NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def add(w: "Workspace", args: Args) -> Json:
    if not _change(w, args, add=True):
        raise SlackError("already_reacted")
    return {}


def remove(w: "Workspace", args: Args) -> Json:
    if not _change(w, args, add=False):
        raise SlackError("no_reaction")
    return {}


def get(w: "Workspace", args: Args) -> Json:
    channel, message = _message(w, args)
    return {"type": "message", "channel": channel.id, "message": message}


def _change(w: "Workspace", args: Args, *, add: bool) -> bool:
    name = args.need("name").strip(":")
    if not _NAME.fullmatch(name):
        raise SlackError("invalid_name")
    channel, message = _message(w, args)
    bot = w.identity.bot_user_id
    if bot not in channel.members:
        raise SlackError("not_in_channel")
    return w.posting.react(channel, message, user=bot, name=name, add=add)


def _message(w: "Workspace", args: Args) -> tuple[Channel, Json]:
    channel = known(w, args)
    return channel, w.state.message(channel.id, args.need("timestamp"))


METHODS = {"reactions.add": add, "reactions.remove": remove, "reactions.get": get}
