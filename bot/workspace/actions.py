"""Clicks and submissions: the interactive payloads of messages, modals and Home tabs."""

from typing import TYPE_CHECKING

from bot.workspace import inputs
from bot.workspace.blocks.views import checked_view
from bot.workspace.payloads import channel_ref, interaction
from bot.workspace.shapes import Json, SlackError

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace


class Actions:
    """Sends `block_actions`, `view_submission` and `view_closed`."""

    def __init__(self, workspace: "Workspace") -> None:
        self._w = workspace
        self._selected: dict[tuple[str, str], Json] = {}

    async def in_message(
        self, user_id: str, channel_id: str, ts: str, action: Json, *, state: Json | None = None
    ) -> Json:
        """Use an element of a message (or of an ephemeral one); return the ack's payload.

        `state` is what the elements hold on the person's screen.
        """
        w = self._w
        user, channel = w.state.user(user_id), w.state.channel(channel_id)
        ephemeral, message = w.shown_message(channel.id, ts)
        blocks = message.get("blocks", [])
        done = self._action(blocks, action)
        held = self._selected.setdefault((channel.id, ts), {})
        held.update(state or {})
        self._note(held, done)
        thread_ts = message.get("thread_ts", "")
        container = {
            "type": "message",
            "message_ts": ts,
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        }
        payload = {
            **interaction(w.identity, "block_actions", user),
            "container": {**container, **({"thread_ts": thread_ts} if thread_ts else {})},
            "trigger_id": w.triggers.issue(user.id),
            "channel": channel_ref(channel),
            "state": {"values": inputs.values(blocks, held)},
            "response_url": w.response_urls.issue(
                channel.id, user.id, source_ts=ts, ephemeral=ephemeral, thread_ts=thread_ts
            ),
            "actions": [done],
        }
        if not ephemeral:
            payload["message"] = message
        return await w.hub.request("interactive", payload)

    async def in_view(
        self, user_id: str, view_id: str, action: Json, *, state: Json | None = None
    ) -> Json:
        """Use an element of a modal or a Home tab; return the ack's payload."""
        w = self._w
        user, shown = w.state.user(user_id), w.modals.get(view_id)
        done = self._action(shown.view["blocks"], action)
        shown.values.update(state or {})
        self._note(shown.values, done)
        values = inputs.values(shown.view["blocks"], shown.values)
        payload = {
            **interaction(w.identity, "block_actions", user),
            "container": {"type": "view", "view_id": view_id},
            "trigger_id": w.triggers.issue(user.id, view_id=view_id),
            "view": {**shown.view, "state": {"values": values}},
            "actions": [done],
        }
        return await w.hub.request("interactive", payload)

    async def submit(self, user_id: str, view_id: str, given: Json) -> Json:
        """Submit a modal; return `{response_action, errors?, view?, closed?}`.

        Inputs that Slack's client would not send come back as errors without asking the app.
        """
        w = self._w
        user, shown = w.state.user(user_id), w.modals.get(view_id)
        blocks = shown.view["blocks"]
        values = inputs.values(blocks, {**shown.values, **given})
        errors = inputs.incomplete(blocks, values)
        if errors:
            return {"response_action": "errors", "errors": errors}
        payload = {
            **interaction(w.identity, "view_submission", user),
            "trigger_id": w.triggers.issue(user.id, view_id=view_id),
            "view": {**shown.view, "state": {"values": values}},
            "response_urls": [],
        }
        answer = await w.hub.request("interactive", payload)
        return self._answered(user.id, view_id, answer)

    def _answered(self, user_id: str, view_id: str, answer: Json) -> Json:
        modals = self._w.modals
        match answer.get("response_action"):
            case "errors":
                return {"response_action": "errors", "errors": answer.get("errors") or {}}
            case "update":
                view = modals.update(view_id, checked_view(answer.get("view"), kind="modal"))
                return {"response_action": "update", "view": view}
            case "push":
                view = modals.push(user_id, checked_view(answer.get("view"), kind="modal"))
                return {"response_action": "push", "view": view}
            case "clear":
                modals.clear(user_id)
                return {"response_action": "clear"}
        beneath = modals.close(view_id)
        if beneath is None:
            return {"response_action": "clear"}
        return {"response_action": "update", "view": beneath, "closed": view_id}

    async def close(self, user_id: str, view_id: str) -> None:
        """Close a modal; the app is told when it asked for that."""
        w = self._w
        user, view = w.state.user(user_id), w.modals.get(view_id).view
        if view["clear_on_close"]:
            w.modals.clear(user.id)
        else:
            w.modals.close(view_id)
        if view["notify_on_close"]:
            payload = {**interaction(w.identity, "view_closed", user), "view": view}
            await w.hub.request("interactive", {**payload, "is_cleared": view["clear_on_close"]})

    def _action(self, blocks: list[Json], action: Json) -> Json:
        """Return the action as Slack sends it: the element's own words, the person's choice."""
        action_id, block_id = str(action.get("action_id", "")), str(action.get("block_id") or "")
        block, element = inputs.find(blocks, action_id, block_id)
        own: Json = {name: element[name] for name in ("text", "value", "style") if name in element}
        given = {name: value for name, value in action.items() if value is not None}
        if element["type"] == "feedback_buttons" and "value" not in given:
            raise SlackError("invalid_arguments")
        return {
            **own,
            **given,
            "type": element["type"],
            "action_id": action_id,
            "block_id": block["block_id"],
            "action_ts": self._w.state.timestamps.next(),
        }

    def _note(self, state: Json, action: Json) -> None:
        if inputs.stateful(action["type"]):
            kept = {k: v for k, v in action.items() if k == "type" or k.startswith("selected_")}
            if "value" in action:
                kept["value"] = action["value"]
            state.setdefault(action["block_id"], {})[action["action_id"]] = kept
