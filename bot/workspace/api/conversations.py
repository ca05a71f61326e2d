"""Channels and what was said in them."""

from typing import TYPE_CHECKING

from bot.workspace import scopes
from bot.workspace.api.args import Args
from bot.workspace.api.chat import known
from bot.workspace.api.paging import page
from bot.workspace.feed import may_see
from bot.workspace.shapes import Channel, Json, SlackError

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace

_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def list_channels(w: "Workspace", args: Args) -> Json:
    wanted = args.text("types", "public_channel").replace(" ", "").split(",")
    if any(name not in _TYPES for name in wanted):
        raise SlackError("invalid_types")
    kinds = {_TYPES[name] for name in wanted}
    bot = w.identity.bot_user_id
    visible = [c for c in w.state.channels.values() if c.kind in kinds and may_see(c, bot)]
    channels, cursor = page(visible, args)
    return {
        "channels": [channel_shape(w, channel) for channel in channels],
        "response_metadata": {"next_cursor": cursor},
    }


def info(w: "Workspace", args: Args) -> Json:
    channel = known(w, args)
    scopes.require_for_channel(w.scopes, channel, "read")
    shape = channel_shape(w, channel)
    if args.flag("include_num_members"):
        shape["num_members"] = len(channel.members)
    return {"channel": shape}


def members(w: "Workspace", args: Args) -> Json:
    users, cursor = page(list(known(w, args).members), args)
    return {"members": users, "response_metadata": {"next_cursor": cursor}}


def join(w: "Workspace", args: Args) -> Json:
    channel = known(w, args)
    if channel.is_im or channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if w.identity.bot_user_id in channel.members:
        return {"channel": channel_shape(w, channel), "warning": "already_in_channel"}
    bot = w.identity.bot_user_id
    channel = w.people.invite(bot, channel.id, bot)
    return {"channel": channel_shape(w, channel)}


def open_direct(w: "Workspace", args: Args) -> Json:
    if args.text("channel"):
        channel = known(w, args)
    else:
        users = [user for user in args.need("users").split(",") if user]
        if len(users) != 1:
            raise SlackError("method_not_supported_for_channel_type")
        if w.state.user(users[0]).is_bot:
            raise SlackError("cannot_dm_bot")
        channel = w.state.direct(users[0])
    shape = channel_shape(w, channel) if args.flag("return_im") else {"id": channel.id}
    return {"channel": shape}


def history(w: "Workspace", args: Args) -> Json:
    channel = _readable(w, args)
    messages = [m for m in w.state.timeline(channel.id) if _within(m["ts"], args)]
    shown, cursor = page(messages[::-1], args, most=999)
    return _messages(shown, args, cursor)


def replies(w: "Workspace", args: Args) -> Json:
    channel = _readable(w, args)
    ts = args.need("ts")
    thread = w.state.thread(channel.id, ts)
    if not thread and ts in w.state.messages[channel.id]:
        thread = [w.state.message(channel.id, ts)]
    if not thread:
        raise SlackError("thread_not_found")
    rest = [m for m in thread[1:] if _within(m["ts"], args)]
    shown, cursor = page([thread[0], *rest], args, most=1000)
    return _messages(shown, args, cursor)


def _readable(w: "Workspace", args: Args) -> Channel:
    channel = known(w, args)
    scopes.require_for_channel(w.scopes, channel, "history")
    if w.identity.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _within(ts: str, args: Args) -> bool:
    oldest, latest = args.moment("oldest") or 0.0, args.moment("latest")
    at = float(ts)
    if at in (oldest, latest):
        return args.flag("inclusive")
    return at > oldest and (latest is None or at < latest)


def _messages(messages: list[Json], args: Args, cursor: str) -> Json:
    hidden = set() if args.flag("include_all_metadata") else {"metadata"}
    hidden.add("streaming")
    return {
        "messages": [{k: v for k, v in m.items() if k not in hidden} for m in messages],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def channel_shape(w: "Workspace", channel: Channel) -> Json:
    """Return a channel as the Web API gives it."""
    common: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": False,
        "is_im": channel.is_im,
        "is_mpim": channel.is_mpim,
        "is_org_shared": False,
        "is_pending_ext_shared": channel.is_pending_ext_shared,
        "context_team_id": w.identity.team_id,
    }
    if channel.is_im:
        return {**common, "user": channel.user, "is_user_deleted": False, "priority": 0}
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "creator": channel.creator,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private and not channel.is_mpim,
        "is_private": channel.is_private,
        "is_general": channel.name == "general",
        "is_shared": bool(channel.shared_with),
        "is_ext_shared": bool(channel.shared_with),
        "shared_team_ids": [w.identity.team_id, *channel.shared_with],
        "is_member": w.identity.bot_user_id in channel.members,
        "topic": {"value": channel.topic, "creator": channel.creator, "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


METHODS = {
    "conversations.list": list_channels,
    "conversations.info": info,
    "conversations.members": members,
    "conversations.join": join,
    "conversations.open": open_direct,
    "conversations.history": history,
    "conversations.replies": replies,
}
