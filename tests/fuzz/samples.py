"""One payload at least for each surface: real ones where a tour met it, else one made up."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.workspace.payloads import event_callback, interaction
from bot.workspace.seed import MAYA
from bot.workspace.shapes import Json
from bot.workspace.workspace import Workspace
from handlers.surfaces import Surface

_INTERACTIVE = {
    "block_actions": "action",
    "view_submission": "view",
    "shortcut": "shortcut",
    "message_action": "shortcut",
}
AT = 1_700_000_000
TS = f"{AT}.000100"
TRIGGER = "1.2.3"


@dataclass(frozen=True)
class Sample:
    """A payload, the kind of envelope that Slack sends it in, and the surface it is for."""

    envelope: str
    surface: tuple[str, str]
    payload: Json


def of_envelope(envelope: Json) -> Sample:
    """Return what Slack's side sent, with the surface it is for."""
    kind, payload = str(envelope["type"]), envelope["payload"]
    if kind == "events_api":
        return Sample(kind, ("event", str(payload["event"]["type"])), payload)
    if kind == "slash_commands":
        return Sample(kind, ("command", str(payload["command"])), payload)
    return Sample(kind, (_INTERACTIVE.get(payload["type"], "other"), _name(payload)), payload)


def _name(payload: Json) -> str:
    if payload["type"] == "block_actions":
        return str(payload["actions"][0]["action_id"])
    if payload["type"] in ("view_submission", "view_closed"):
        return str(payload["view"]["callback_id"])
    return str(payload.get("callback_id", ""))


def invented(
    surfaces: Iterable[Surface], met: Iterable[Sample], *, workspace: Workspace, channel: str
) -> list[Sample]:
    """Return a payload for each surface that the tour did not meet."""
    known = {sample.surface for sample in met}
    value = _carried(met)
    missing = [s for s in surfaces if (s.kind, s.name) not in known]
    return [_invent(surface, workspace, channel, value) for surface in missing]


def _carried(met: Iterable[Sample]) -> str:
    """Return what a real button carried, so that made-up ones name a thing that exists."""
    merged: dict[str, Any] = {}
    for sample in met:
        for action in sample.payload.get("actions") or ():
            try:
                carried = json.loads(str(action.get("value") or ""))
            except ValueError:
                continue
            merged |= carried if isinstance(carried, dict) else {}
    return json.dumps(merged)


def _invent(surface: Surface, workspace: Workspace, channel: str, value: str) -> Sample:
    """Return a payload that has the form and names nothing in particular."""
    makers = {"command": _command, "action": _action, "view": _view, "shortcut": _shortcut}
    make = makers.get(surface.kind, _event)
    where = {"id": channel, "name": "backend"}
    envelope, payload = make(surface.name, workspace, where, value)
    return Sample(envelope, (surface.kind, surface.name), payload)


def _command(name: str, workspace: Workspace, where: Json, _value: str) -> tuple[str, Json]:
    who = {"team_id": workspace.identity.team_id, "user_id": MAYA, "channel_id": where["id"]}
    return "slash_commands", {"command": name, "text": "help", "trigger_id": TRIGGER, **who}


def _event(name: str, workspace: Workspace, where: Json, _value: str) -> tuple[str, Json]:
    event: Json = {"type": name, "channel": where["id"], "user": MAYA, "tab": "home"}
    event |= {"ts": TS, "thread_ts": TS, "event_ts": TS, "item": {"type": "file"}, "reaction": "x"}
    event |= {"old_channel_id": "G0OLD00001", "new_channel_id": where["id"]}
    event |= {"function": {"callback_id": name}, "inputs": {}, "function_execution_id": "Fx1"}
    return "events_api", event_callback(workspace.identity, event, at=AT)


def _action(name: str, workspace: Workspace, where: Json, value: str) -> tuple[str, Json]:
    action = {"action_id": name, "block_id": "b", "type": "button", "value": value}
    more: Json = {"actions": [{**action, "action_ts": TS}], "trigger_id": TRIGGER, "channel": where}
    container = {"type": "message", "message_ts": TS, "channel_id": where["id"]}
    return "interactive", {**_by_maya(workspace, "block_actions"), **more, "container": container}


def _view(name: str, workspace: Workspace, _where: Json, value: str) -> tuple[str, Json]:
    view = {"callback_id": name, "private_metadata": value, "id": "V1", "hash": "h", "blocks": []}
    more: Json = {"type": "modal", "state": {"values": {}}, "team_id": workspace.identity.team_id}
    return "interactive", {**_by_maya(workspace, "view_submission"), "view": {**view, **more}}


def _shortcut(name: str, workspace: Workspace, where: Json, _value: str) -> tuple[str, Json]:
    message = {"type": "message", "ts": TS, "text": "we chose Kafka", "user": MAYA}
    more: Json = {"callback_id": name, "channel": where, "message": message, "trigger_id": TRIGGER}
    return "interactive", {**_by_maya(workspace, "message_action"), **more}


def _by_maya(workspace: Workspace, kind: str) -> Json:
    return interaction(workspace.identity, kind, workspace.state.user(MAYA))
