"""Channels, people and messages of the workspace, written through to the state file."""

from collections.abc import Iterable
from dataclasses import replace

from bot.clock import Clock
from bot.workspace import seed
from bot.workspace.feed import may_see
from bot.workspace.ids import Timestamps
from bot.workspace.shapes import Channel, Identity, Json, SlackError, User, UserGroup
from bot.workspace.store import Store


class State:
    """Everything that a restart must find again; keys are Slack's ids."""

    def __init__(self, identity: Identity, store: Store, clock: Clock) -> None:
        self._identity = identity
        self._store = store
        self._created = int(clock.now().timestamp())
        self.timestamps = Timestamps(clock)
        self.users: dict[str, User] = {user.id: user for user in seed.users(identity)}
        self.groups: dict[str, UserGroup] = {group.id: group for group in seed.GROUPS}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Json]] = {}
        self.ephemerals: dict[tuple[str, str], tuple[str, Json]] = {}
        self._replies: dict[tuple[str, str], list[str]] = {}
        self._load()

    def _load(self) -> None:
        stored = [Channel.from_json(value) for _, value in self._store.load("channel")]
        for _, value in self._store.load("user"):
            self.users[value["id"]] = User(**value)
        for channel in stored or seed.channels(self._identity, self._created):
            self.put_channel(channel)
        for key, message in self._store.load("message"):
            channel_id = key.split("/")[0]
            if message.pop("streaming", False):
                self._store.put("message", key, message)
            self.messages[channel_id][message["ts"]] = message
            self._index(channel_id, message)
            self.timestamps.seen(message["ts"])

    # Channels

    def put_channel(self, channel: Channel) -> None:
        """Add or change a channel."""
        self.channels[channel.id] = channel
        self.messages.setdefault(channel.id, {})
        self._store.put("channel", channel.id, channel.to_json())

    def drop_channel(self, channel: Channel) -> None:
        """Delete a channel with its messages."""
        del self.channels[channel.id]
        self._store.delete("channel", channel.id)
        for ts in self.messages.pop(channel.id):
            self._store.delete("message", f"{channel.id}/{ts}")

    def renumber(self, channel: Channel, new: str) -> Channel:
        """Give a channel another id, with its messages."""
        messages, fresh = self.messages[channel.id], replace(channel, id=new)
        self.drop_channel(channel)
        self.put_channel(fresh)
        for ts in sorted(messages):
            self.put_message(new, messages[ts])
        return fresh

    def channel(self, name_or_id: str) -> Channel:
        """Return a channel by id, `#name`, or the id of a person (their direct message)."""
        if name_or_id in self.channels:
            return self.channels[name_or_id]
        user = self.users.get(name_or_id)
        if user is not None and not user.is_bot:
            return self.direct(user.id)
        name = name_or_id.removeprefix("#")
        for channel in self.channels.values():
            if channel.name == name and not channel.is_im:
                return channel
        raise SlackError("channel_not_found")

    def direct(self, user_id: str) -> Channel:
        """Return the direct message between a person and the app."""
        for channel in self.channels.values():
            if channel.is_im and channel.user == user_id:
                return channel
        channel = seed.direct(self._identity, user_id, self._created)
        self.put_channel(channel)
        return channel

    def join(self, channel: Channel, user_id: str) -> Channel:
        """Make `user_id` a member; joining twice changes nothing."""
        if user_id not in channel.members:
            channel = replace(channel, members=(*channel.members, user_id))
            self.put_channel(channel)
        return channel

    def sees(self, channel: Channel, user_id: str) -> bool:
        """Say whether somebody may read a channel; guests and outsiders only those they are in."""
        user = self.users.get(user_id)
        return may_see(channel, user_id, inside_only=user is not None and user.is_inside_only)

    def put_user(self, user: User) -> None:
        """Add or change a person."""
        self.users[user.id] = user
        self._store.put("user", user.id, user.to_json())

    def user(self, user_id: str) -> User:
        """Return a person or bot; raises `user_not_found`."""
        if user_id not in self.users:
            raise SlackError("user_not_found")
        return self.users[user_id]

    # Messages

    def message(self, channel_id: str, ts: str) -> Json:
        """Return a message; raises `message_not_found`."""
        found = self.messages.get(channel_id, {}).get(ts)
        if found is None:
            raise SlackError("message_not_found")
        return found

    def put_message(self, channel_id: str, message: Json) -> Json | None:
        """Add or change a message; return its root when it is a reply whose counts changed."""
        fresh = message["ts"] not in self.messages[channel_id]
        self.messages[channel_id][message["ts"]] = message
        self._save(channel_id, message)
        if fresh and self._index(channel_id, message):
            return self._count(channel_id, message["thread_ts"])
        return None

    def delete_message(self, channel_id: str, ts: str) -> Json | None:
        """Remove a message; return its root when it was a reply."""
        message = self.messages[channel_id].pop(ts)
        self._store.delete("message", f"{channel_id}/{ts}")
        root_ts = message.get("thread_ts", ts)
        if root_ts == ts:
            return None
        self._replies[channel_id, root_ts].remove(ts)
        return self._count(channel_id, root_ts)

    def thread(self, channel_id: str, ts: str) -> list[Json]:
        """Return the root (when it exists) and its replies, oldest first."""
        room = self.messages[channel_id]
        root = [room[ts]] if ts in room else []
        return root + [room[reply] for reply in self._replies.get((channel_id, ts), [])]

    def timeline(self, channel_id: str) -> list[Json]:
        """Return what the channel itself shows, oldest first: no replies unless broadcast."""
        return [message for message in self._sorted(channel_id) if not hidden_reply(message)]

    def _sorted(self, channel_id: str) -> Iterable[Json]:
        room = self.messages[channel_id]
        return (room[ts] for ts in sorted(room))

    def _save(self, channel_id: str, message: Json) -> None:
        self._store.put("message", f"{channel_id}/{message['ts']}", message)

    def _index(self, channel_id: str, message: Json) -> bool:
        root_ts = str(message.get("thread_ts", message["ts"]))
        if root_ts == message["ts"]:
            return False
        self._replies.setdefault((channel_id, root_ts), []).append(message["ts"])
        return True

    def _count(self, channel_id: str, root_ts: str) -> Json | None:
        root = self.messages[channel_id].get(root_ts)
        if root is None:
            return None
        replies = [self.messages[channel_id][ts] for ts in self._replies[channel_id, root_ts]]
        people = dict.fromkeys(reply.get("user") or reply.get("bot_id", "") for reply in replies)
        if replies:
            root.update(
                thread_ts=root_ts,
                reply_count=len(replies),
                reply_users=list(people),
                reply_users_count=len(people),
                latest_reply=replies[-1]["ts"],
            )
        else:
            for name in ("reply_count", "reply_users", "reply_users_count", "latest_reply"):
                root.pop(name, None)
        self._save(channel_id, root)
        return root


def hidden_reply(message: Json) -> bool:
    """Say whether the message shows only inside its thread."""
    root_ts = message.get("thread_ts", message["ts"])
    return bool(root_ts != message["ts"] and message.get("subtype") != "thread_broadcast")
