"""Messages, people and bootstrap data in the page's form."""

import copy
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.workspace.shapes import Json, User

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace


def page_message(channel_id: str, message: Json) -> Json:
    """Return a message for the page: with its channel, and files that the page may load."""
    shown = {**copy.deepcopy(message), "channel": channel_id}
    for file in shown.get("files", ()):
        path = f"/page/files/{file['id']}/{quote(file['name'])}"
        file["url_private"] = file["url_private_download"] = file["permalink"] = path
    return shown


def page_user(user: User) -> Json:
    """Return a person for the page."""
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "is_bot": user.is_bot,
        "tz": user.tz,
        "color": user.color,
    }


def bootstrap(w: "Workspace", user_id: str) -> Json:
    """Return all that the page needs to start as `user_id`."""
    who = w.identity
    rooms = [channel for channel in w.state.channels.values() if w.state.sees(channel, user_id)]
    return {
        "team": {"id": who.team_id, "name": who.team_name},
        "me": user_id,
        "users": [page_user(user) for user in w.state.users.values()],
        "channels": [w.page_channel(channel, user_id) for channel in rooms],
        "sessions": [shown for channel in rooms for shown in w.sessions.shown(channel.id)],
        "commands": [
            {
                "command": command["command"],
                "description": command.get("description", ""),
                "usage_hint": command.get("usage_hint", ""),
            }
            for command in w.features.get("slash_commands", ())
        ],
        "shortcuts": [
            {key: one.get(key, "") for key in ("type", "name", "callback_id", "description")}
            for one in w.features.get("shortcuts", ())
        ],
        "app": {"id": who.app_id, "name": who.app_name, "bot_user_id": who.bot_user_id},
    }
