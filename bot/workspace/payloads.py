"""The parts that every payload to the app has in common, in Slack's form."""

import re

from bot.workspace.ids import new_id
from bot.workspace.shapes import Channel, Identity, Json, User


def event_callback(identity: Identity, event: Json, *, at: int, shared: bool = False) -> Json:
    """Return an Events API payload around `event`; `at` in Unix seconds.

    `shared`: of a channel that another company is in.
    """
    return {
        "token": identity.verification_token,
        "team_id": identity.team_id,
        "context_team_id": identity.team_id,
        "context_enterprise_id": None,
        "api_app_id": identity.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": at,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": identity.team_id,
                "user_id": identity.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": new_id("4-"),
    }


def interaction(identity: Identity, kind: str, user: User) -> Json:
    """Return what every interaction payload starts with."""
    return {
        "type": kind,
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team_id or identity.team_id,
        },
        "api_app_id": identity.app_id,
        "token": identity.verification_token,
        "team": {"id": identity.team_id, "domain": identity.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def channel_ref(channel: Channel) -> Json:
    """Return the channel as interactions carry it."""
    hidden = {"im": "directmessage", "group": "privategroup"}
    return {"id": channel.id, "name": hidden.get(channel.kind, channel.name)}


_TOKEN = re.compile(r"<(@[UW][A-Z0-9]+|#C[A-Z0-9]+|![^>]+)(\|[^>]*)?>")


def rich_text(text: str, block_id: str) -> list[Json]:
    """Return the rich_text block that Slack's own client sends beside a person's text."""
    pieces: list[Json] = []
    position = 0
    for match in _TOKEN.finditer(text):
        if match.start() > position:
            pieces.append({"type": "text", "text": text[position : match.start()]})
        pieces.append(_piece(match.group(1)))
        position = match.end()
    if position < len(text):
        pieces.append({"type": "text", "text": text[position:]})
    section = {"type": "rich_text_section", "elements": pieces}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]


def _piece(token: str) -> Json:
    if token[0] == "@":
        return {"type": "user", "user_id": token[1:]}
    if token[0] == "#":
        return {"type": "channel", "channel_id": token[1:]}
    kind, _, group = token[1:].partition("^")
    if kind == "subteam":
        return {"type": "usergroup", "usergroup_id": group}
    return {"type": "broadcast", "range": kind}
