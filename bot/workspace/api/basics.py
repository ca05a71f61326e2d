"""auth.test and the methods that tell who and what is there."""

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.workspace.api.args import Args
from bot.workspace.api.paging import page
from bot.workspace.shapes import Json, SlackError, User, UserGroup

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace


def api_test(w: "Workspace", args: Args) -> Json:
    if args.text("error"):
        raise SlackError(args.text("error"), args=args.values)
    return {"args": args.values}


def auth_test(w: "Workspace", args: Args) -> Json:
    who = w.identity
    return {
        "url": f"{w.base_url}/",
        "team": who.team_name,
        "user": who.handle,
        "team_id": who.team_id,
        "user_id": who.bot_user_id,
        "bot_id": who.bot_id,
        "app_id": who.app_id,
        "is_enterprise_install": False,
    }


def connections_open(w: "Workspace", args: Args) -> Json:
    socket = w.base_url.replace("http://", "ws://", 1)
    return {"url": f"{socket}/link?ticket={w.ticket()}&app_id={w.identity.app_id}"}


def team_info(w: "Workspace", args: Args) -> Json:
    who = w.identity
    return {
        "team": {
            "id": who.team_id,
            "name": who.team_name,
            "domain": who.domain,
            "url": f"{w.base_url}/",
            "icon": {"image_default": True},
        }
    }


def bots_info(w: "Workspace", args: Args) -> Json:
    who = w.identity
    if args.text("bot", who.bot_id) != who.bot_id:
        raise SlackError("bot_not_found")
    bot = {"id": who.bot_id, "app_id": who.app_id, "user_id": who.bot_user_id, "deleted": False}
    return {"bot": {**bot, "name": who.app_name, "icons": {}}}


def users_info(w: "Workspace", args: Args) -> Json:
    return {"user": user_shape(w, w.state.user(args.need("user")))}


def users_list(w: "Workspace", args: Args) -> Json:
    users, cursor = page(list(w.state.users.values()), args, default=1000)
    return {
        "members": [user_shape(w, user) for user in users],
        "cache_ts": int(w.clock.now().timestamp()),
        "response_metadata": {"next_cursor": cursor},
    }


def user_shape(w: "Workspace", user: User) -> Json:
    """Return a user as the Web API gives it."""
    offset = w.clock.now().astimezone(ZoneInfo(user.tz)).utcoffset()
    profile: Json = {
        "real_name": user.real_name,
        "display_name": user.name,
        "real_name_normalized": user.real_name,
        "display_name_normalized": user.name,
        "title": user.title,
        "status_text": "",
        "status_emoji": "",
        "team": user.team_id or w.identity.team_id,
    }
    if user.is_bot:
        profile |= {"api_app_id": w.identity.app_id, "bot_id": w.identity.bot_id}
    elif "users:read.email" in w.scopes:
        profile["email"] = f"{user.name}@{w.identity.domain}.example"
    shape: Json = {
        "id": user.id,
        "team_id": user.team_id or w.identity.team_id,
        "name": user.name,
        "deleted": False,
        "color": user.color,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile,
        "is_admin": user.is_admin,
        "is_owner": user.is_owner,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
        "updated": 0,
    }
    # Slack sends it for people of other companies only.
    return {**shape, "is_stranger": True} if user.is_stranger else shape


def usergroups_list(w: "Workspace", args: Args) -> Json:
    with_users = args.flag("include_users")
    groups = w.state.groups.values()
    return {"usergroups": [_group_shape(w, group, with_users) for group in groups]}


def _group_shape(w: "Workspace", group: UserGroup, with_users: bool) -> Json:
    shape: dict[str, Any] = {
        "id": group.id,
        "team_id": w.identity.team_id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "is_external": False,
        "date_delete": 0,
        "user_count": len(group.users),
    }
    return {**shape, "users": list(group.users)} if with_users else shape


def usergroup_users(w: "Workspace", args: Args) -> Json:
    group = w.state.groups.get(args.need("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


METHODS = {
    "api.test": api_test,
    "auth.test": auth_test,
    "apps.connections.open": connections_open,
    "team.info": team_info,
    "bots.info": bots_info,
    "users.info": users_info,
    "users.list": users_list,
    "usergroups.list": usergroups_list,
    "usergroups.users.list": usergroup_users,
}
