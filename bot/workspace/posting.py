"""Puts messages into channels and tells everyone: state first, then pages, then the app."""

import copy

from bot.workspace import seed
from bot.workspace.events import Events
from bot.workspace.feed import Feed
from bot.workspace.page_shapes import page_message
from bot.workspace.shapes import Channel, Identity, Json, User
from bot.workspace.state import State


class Posting:
    """The one way in which messages come, change and go."""

    def __init__(self, identity: Identity, state: State, feed: Feed, events: Events) -> None:
        self._identity = identity
        self._state = state
        self._feed = feed
        self._events = events

    def by_user(self, channel: Channel, user: User, text: str, **extra: object) -> Json:
        """Post as a person; `extra` may hold thread_ts, files, subtype."""
        message: Json = {
            "type": "message",
            "ts": self._state.timestamps.next(),
            "user": user.id,
            "team": self._identity.team_id,
            "text": text,
            **{key: value for key, value in extra.items() if value},
        }
        return self.add(channel, message)

    def by_app(self, channel: Channel, content: Json, **extra: object) -> Json:
        """Post as the app; `extra`: thread_ts, username, icons, subtype, files, streaming."""
        return self.add(channel, self.app_message(content, **extra))

    def app_message(self, content: Json, **extra: object) -> Json:
        """Return a message of the app without posting it."""
        identity = self._identity
        message: Json = {
            "type": "message",
            "ts": self._state.timestamps.next(),
            "bot_id": identity.bot_id,
            "app_id": identity.app_id,
            "team": identity.team_id,
            "bot_profile": {
                "id": identity.bot_id,
                "app_id": identity.app_id,
                "name": identity.app_name,
                "team_id": identity.team_id,
                "deleted": False,
            },
            **content,
            **{key: value for key, value in extra.items() if value},
        }
        if "username" in message:
            message.setdefault("subtype", "bot_message")
        else:
            message["user"] = identity.bot_user_id
        return message

    def add(self, channel: Channel, message: Json) -> Json:
        """Store a new message and tell pages and app."""
        root = self._state.put_message(channel.id, message)
        self._tell(channel, "message", message)
        if root is not None:
            self._tell(channel, "message_changed", root)
        self._events.message(channel, message)
        return message

    def change(
        self, channel: Channel, message: Json, changes: Json, *, quiet: bool = False
    ) -> Json:
        """Change a message in place; None removes a property; `quiet` sends the app no event."""
        previous = copy.deepcopy(message)
        for key, value in changes.items():
            if value is None:
                message.pop(key, None)
            else:
                message[key] = value
        self._state.put_message(channel.id, message)
        self._tell(channel, "message_changed", message)
        if not quiet:
            self._events.changed(channel, message, previous)
        return message

    def remove(self, channel: Channel, ts: str) -> None:
        """Delete a message."""
        previous = self._state.message(channel.id, ts)
        root = self._state.delete_message(channel.id, ts)
        self._feed.to_channel(channel, {"type": "message_deleted", "channel": channel.id, "ts": ts})
        if root is not None:
            self._tell(channel, "message_changed", root)
        self._events.deleted(channel, previous)

    def react(self, channel: Channel, message: Json, *, user: str, name: str, add: bool) -> bool:
        """Add or remove a reaction; return False when there was nothing to change."""
        reactions: list[Json] = message.get("reactions", [])
        found = next((one for one in reactions if one["name"] == name), None)
        if add == (found is not None and user in found["users"]):
            return False
        if found is None:
            found = {"name": name, "users": [], "count": 0}
            reactions.append(found)
        (found["users"].append if add else found["users"].remove)(user)
        found["count"] = len(found["users"])
        kept = message["reactions"] = [one for one in reactions if one["count"]]
        if not kept:
            del message["reactions"]
        self._state.put_message(channel.id, message)
        event = {"channel": channel.id, "ts": message["ts"], "reactions": copy.deepcopy(kept)}
        self._feed.to_channel(channel, {"type": "reaction", **event})
        self._events.reaction(channel, message, user=user, name=name, add=add)
        return True

    # Ephemeral messages

    def whisper(self, channel: Channel, user: str, message: Json) -> Json:
        """Show a message to one person only; posting the same `ts` again replaces it."""
        message = {**message, "is_ephemeral": True}
        self._state.ephemerals[channel.id, message["ts"]] = (user, message)
        shown = page_message(channel.id, message)
        event: Json = {"type": "ephemeral", "channel": channel.id, "message": shown}
        if "thread_ts" in message:
            event["thread_ts"] = message["thread_ts"]
        self._feed.to_user(user, event)
        return message

    def slackbot_whispers(self, channel: Channel, user: str, text: str) -> None:
        """Let Slackbot tell one person something."""
        ts = self._state.timestamps.next()
        message = {"type": "message", "user": seed.SLACKBOT, "ts": ts, "text": text}
        self.whisper(channel, user, message)

    def unwhisper(self, channel: Channel, ts: str) -> None:
        """Take an ephemeral message away."""
        user, _ = self._state.ephemerals.pop((channel.id, ts))
        self._feed.to_user(user, {"type": "message_deleted", "channel": channel.id, "ts": ts})

    def _tell(self, channel: Channel, kind: str, message: Json) -> None:
        shown = page_message(channel.id, message)
        self._feed.to_channel(channel, {"type": kind, "message": shown})
