"""Decides which events the app is sent and writes them in Slack's form."""

import copy
import uuid

from bot.clock import Clock
from bot.workspace.ids import new_id
from bot.workspace.payloads import event_callback, rich_text
from bot.workspace.seed import SLACKBOT
from bot.workspace.shapes import Channel, Identity, Json
from bot.workspace.sockets import SocketHub
from bot.workspace.state import State
from bot.workspace.store import Store

_SUBSCRIPTION = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}

_TOMBSTONE: Json = {
    "type": "message",
    "subtype": "tombstone",
    "user": SLACKBOT,
    "text": "This message was deleted.",
    "hidden": True,
}
_OF_REPLIES = frozenset({"reply_count", "reply_users", "reply_users_count", "latest_reply"})


class Events:
    """Sends only what the manifest subscribes to and only from channels the app is in."""

    def __init__(
        self,
        manifest: Json,
        identity: Identity,
        state: State,
        *,
        hub: SocketHub,
        store: Store,
        clock: Clock,
    ) -> None:
        settings = manifest.get("settings", {})
        self.subscribed = frozenset(settings.get("event_subscriptions", {}).get("bot_events", ()))
        self._identity = identity
        self._state = state
        self._hub = hub
        self._store = store
        self._clock = clock

    def emit(self, event: Json, *, subscription: str = "") -> None:
        """Queue an event when its type (or `subscription`) is subscribed to."""
        if (subscription or event["type"]) not in self.subscribed:
            return
        event = copy.deepcopy(event)
        event.setdefault("event_ts", self._state.timestamps.next())
        now = int(self._clock.now().timestamp())
        payload = event_callback(self._identity, event, at=now, shared=self._is_shared(event))
        self._store.put("pending", payload["event_id"], payload)
        self._hub.spawn(self._deliver(payload))

    def _is_shared(self, event: Json) -> bool:
        item = event.get("item") or {}
        channel = self._state.channels.get(str(event.get("channel") or item.get("channel")))
        return channel is not None and bool(channel.shared_with)

    def resume(self) -> None:
        """Deliver what a killed process had not got acked."""
        pending = [payload for _, payload in self._store.load("pending")]
        for payload in sorted(pending, key=lambda payload: str(payload["event"]["event_ts"])):
            self._hub.spawn(self._deliver(payload))

    async def _deliver(self, payload: Json) -> None:
        await self._hub.deliver(payload)
        self._store.delete("pending", payload["event_id"])

    # One method per kind of event

    def message(self, channel: Channel, message: Json) -> None:
        """Tell of a new message: `message`, and `app_mention` when it names the app."""
        if self._identity.bot_user_id not in channel.members:
            return
        common = {
            key: value for key, value in message.items() if key not in ("reactions", "streaming")
        }
        text = str(message.get("text", ""))
        if "blocks" not in common and text:
            common["blocks"] = rich_text(text, new_id("b"))
        root = self._state.messages[channel.id].get(str(message.get("thread_ts")), message)
        if root is not message and "user" in root:
            common["parent_user_id"] = root["user"]
        by_person = "bot_id" not in message
        event = {**common, "channel": channel.id, "event_ts": message["ts"]}
        self._mention(channel, event)
        if by_person:
            event["client_msg_id"] = str(uuid.uuid4())
        event.update(type="message", channel_type=channel.kind)
        self.emit(event, subscription=_SUBSCRIPTION[channel.kind])

    def _mention(self, channel: Channel, event: Json) -> None:
        by_person = "bot_id" not in event and "user" in event
        mentioned = f"<@{self._identity.bot_user_id}" in str(event.get("text", ""))
        if mentioned and by_person and not channel.is_im:
            mention = {key: value for key, value in event.items() if key != "files"}
            mention.pop("subtype", None)
            self.emit({**mention, "type": "app_mention"})

    def changed(self, channel: Channel, message: Json, previous: Json) -> None:
        """Tell of an edited message; one that names the app now is a mention, too, be it again."""
        self._hidden(channel, "message_changed", message=message, previous_message=previous)
        if self._identity.bot_user_id not in channel.members:
            return
        if message.get("text") != previous.get("text"):
            ts = self._state.timestamps.next()
            edited = {"user": message.get("user"), "ts": ts}
            self._mention(channel, {**message, "channel": channel.id, "edited": edited})

    def deleted(self, channel: Channel, previous: Json) -> None:
        """Tell of a deleted message; one with replies leaves a tombstone, told of as an edit."""
        ts = previous["ts"]
        if previous.get("reply_count"):
            kept = {name: previous[name] for name in previous if name in _OF_REPLIES}
            self.changed(channel, {**_TOMBSTONE, **kept, "ts": ts, "thread_ts": ts}, previous)
            return
        self._hidden(channel, "message_deleted", deleted_ts=ts, previous_message=previous)

    def _hidden(self, channel: Channel, subtype: str, **extra: Json | str) -> None:
        if self._identity.bot_user_id not in channel.members:
            return
        ts = self._state.timestamps.next()
        event = {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "channel": channel.id,
            "channel_type": channel.kind,
            "ts": ts,
            "event_ts": ts,
            **extra,
        }
        self.emit(event, subscription=_SUBSCRIPTION[channel.kind])

    def reaction(self, channel: Channel, message: Json, *, user: str, name: str, add: bool) -> None:
        """Tell of a reaction added or removed."""
        if self._identity.bot_user_id not in channel.members:
            return
        event = {
            "type": "reaction_added" if add else "reaction_removed",
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": channel.id, "ts": message["ts"]},
            "item_user": message.get("user", self._identity.bot_user_id),
        }
        self.emit(event)

    def channel_deleted(self, channel: Channel) -> None:
        """Tell that a channel is gone."""
        if self._identity.bot_user_id in channel.members:
            kind = "group_deleted" if channel.is_private else "channel_deleted"
            self.emit({"type": kind, "channel": channel.id})

    def shared(self, channel: Channel, team_id: str) -> None:
        """Tell that another company has come into a channel."""
        if self._identity.bot_user_id in channel.members:
            event = {"type": "channel_shared", "connected_team_id": team_id}
            self.emit({**event, "channel": channel.id})

    def renumbered(self, old: str, channel: Channel) -> None:
        """Tell that a private channel has another id, as it is being shared."""
        if self._identity.bot_user_id in channel.members:
            ids = {"old_channel_id": old, "new_channel_id": channel.id}
            self.emit({"type": "channel_id_changed", **ids})

    def unshared(self, channel: Channel, team_id: str) -> None:
        """Tell that another company is no longer in a channel."""
        if self._identity.bot_user_id in channel.members:
            event = {"type": "channel_unshared", "previously_connected_team_id": team_id}
            still = bool(channel.shared_with)
            self.emit({**event, "channel": channel.id, "is_ext_shared": still})

    def joined(self, channel: Channel, user: str, *, inviter: str = "") -> None:
        """Tell that someone (perhaps the app itself) has joined a channel."""
        if self._identity.bot_user_id not in channel.members:
            return
        event: Json = {
            "type": "member_joined_channel",
            "user": user,
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": self._identity.team_id,
        }
        if inviter:
            event["inviter"] = inviter
        self.emit(event)
