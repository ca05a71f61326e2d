"""What a person can do in the workspace: write, command, click, submit, react, open Home."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.workspace import inputs
from bot.workspace.ids import new_id
from bot.workspace.payloads import channel_ref, interaction
from bot.workspace.shapes import Channel, Json, SlackError, User
from bot.workspace.typed import wire_form

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace


class People:
    """Acts for the people of the workspace and sends the app what Slack would send."""

    def __init__(self, workspace: "Workspace") -> None:
        self._w = workspace

    def say(
        self,
        user_id: str,
        channel_id: str,
        text: str,
        *,
        thread_ts: str | None = None,
        files: list[Json] | None = None,
    ) -> Json:
        """Post as a person, who joins a public channel by writing; return the message."""
        w = self._w
        user, channel = w.state.user(user_id), self._room(user_id, channel_id)
        channel = w.state.join(channel, user.id)
        if thread_ts:
            thread_ts = w.state.message(channel.id, thread_ts).get("thread_ts", thread_ts)
        wire = wire_form(text, w.state)
        subtype = "file_share" if files else None
        message = w.posting.by_user(
            channel, user, wire, thread_ts=thread_ts, files=files, subtype=subtype
        )
        bot = w.identity.bot_user_id
        if f"<@{bot}" in wire and bot not in channel.members:
            hint = f"You mentioned <@{bot}>, but they’re not in this channel. Type `/invite` to add"
            w.posting.slackbot_whispers(channel, user.id, f"{hint} them.")
        return message

    def attach(
        self,
        user_id: str,
        channel_id: str,
        name: str,
        body: bytes,
        *,
        text: str = "",
        thread_ts: str | None = None,
    ) -> Json:
        """Upload a file into a channel as a person; return the message."""
        w = self._w
        channel = self._room(user_id, channel_id)
        record = w.uploads.keep(new_id("F"), name, body, user=user_id)
        w.uploads.save({**record, "channels": [channel.id]})
        message = self.say(
            user_id, channel.id, text, thread_ts=thread_ts, files=[w.uploads.info(record["id"])]
        )
        if w.identity.bot_user_id in channel.members:
            shared = {"type": "file_shared", "file_id": record["id"], "user_id": user_id}
            w.events.emit({**shared, "file": {"id": record["id"]}, "channel_id": channel.id})
        return message

    def react(self, user_id: str, channel_id: str, ts: str, name: str, *, add: bool) -> None:
        """Add or remove a reaction as a person; doing it twice changes nothing."""
        w = self._w
        channel = self._room(user_id, channel_id)
        message = w.state.message(channel.id, ts)
        w.posting.react(channel, message, user=w.state.user(user_id).id, name=name, add=add)

    def invite(self, user_id: str, channel_id: str, guest_id: str) -> Channel:
        """Bring someone (or the app) into a channel."""
        w = self._w
        channel, guest = self._room(user_id, channel_id), w.state.user(guest_id)
        if guest.id in channel.members:
            return channel
        channel = w.state.join(channel, guest.id)
        w.posting.by_user(
            channel,
            guest,
            f"<@{guest.id}> has joined the channel",
            subtype="channel_join",
            inviter=user_id,
        )
        w.events.joined(channel, guest.id, inviter=user_id)
        w.feed.to_channel(channel, {"type": "channel", "channel": w.page_channel(channel, user_id)})
        return channel

    def create_channel(self, user_id: str, name: str, *, is_private: bool) -> Channel:
        """Make a channel; raises `name_taken` or `invalid_name`."""
        w = self._w
        name = name.strip().lower().removeprefix("#")
        if not name or len(name) > 80 or not all(c.isalnum() or c in "-_" for c in name):
            raise SlackError("invalid_name")
        if any(channel.name == name for channel in w.state.channels.values()):
            raise SlackError("name_taken")
        now = int(w.clock.now().timestamp())
        channel = Channel(new_id("C"), name, now, user_id, (user_id,), is_private=is_private)
        w.state.put_channel(channel)
        w.feed.to_channel(channel, {"type": "channel", "channel": w.page_channel(channel, user_id)})
        return channel

    def group_message(self, user_id: str, others: Sequence[str]) -> Channel:
        """Begin a direct message of several people and the app."""
        w = self._w
        people = dict.fromkeys((user_id, *others))
        names = [w.state.user(one).name for one in people]
        members = (*people, w.identity.bot_user_id)
        now = int(w.clock.now().timestamp())
        name = f"mpdm-{'--'.join([*names, w.identity.handle])}-1"
        channel = Channel(new_id("C"), name, now, user_id, members, is_private=True, is_mpim=True)
        w.state.put_channel(channel)
        w.feed.to_channel(channel, {"type": "channel", "channel": w.page_channel(channel, user_id)})
        return channel

    def connect(self, user_id: str, channel_id: str, company: str, name: str) -> User:
        """Share a channel with another company: its person `name` comes into it."""
        w = self._w
        channel, team = self._room(user_id, channel_id), f"T0{company.upper()}"
        outsider = next((u for u in w.state.users.values() if u.name == name), None)
        if outsider is None:
            outsider = User(
                new_id("U"), name, f"{name.capitalize()} ({company.capitalize()})",
                "Europe/Stockholm", "a63d8f", company.capitalize(), is_stranger=True, team_id=team,
            )  # fmt: skip
            w.state.put_user(outsider)
        if channel.id.startswith("G"):  # Slack gives a private one another id for good
            old = channel.id
            channel = w.state.renumber(channel, f"C{old[1:]}")
            w.events.renumbered(old, channel)
        teams = tuple(dict.fromkeys((*channel.shared_with, team)))
        channel = replace(channel, shared_with=teams, is_pending_ext_shared=False)
        w.state.put_channel(channel)
        w.events.shared(channel, team)
        w.state.join(channel, outsider.id)
        return outsider

    def disconnect(self, user_id: str, channel_id: str, company: str) -> None:
        """End the sharing of a channel with a company; its people are no members any more."""
        w = self._w
        channel, team = self._room(user_id, channel_id), f"T0{company.upper()}"
        members = tuple(one for one in channel.members if w.state.user(one).team_id != team)
        teams = tuple(one for one in channel.shared_with if one != team)
        channel = replace(channel, members=members, shared_with=teams)
        w.state.put_channel(channel)
        w.events.unshared(channel, team)

    def delete_channel(self, user_id: str, channel_id: str) -> None:
        """Delete a channel for good; its members' apps are told."""
        channel = self._room(user_id, channel_id)
        self._w.state.drop_channel(channel)
        self._w.events.channel_deleted(channel)

    async def command(self, user_id: str, channel_id: str, command: str, text: str) -> Json:
        """Run a slash command and show what the app acked; return the ack's payload.

        Raises SlackError `invalid_command` or `operation_timeout` (no ack within 3 s).
        """
        w = self._w
        user, channel = w.state.user(user_id), self._room(user_id, channel_id)
        if command == "/invite":
            self._invite_by_name(user, channel, text)
            return {}
        if command == "/connect":  # no command of Slack's: here its menus are missing
            company, _, name = (text.strip().lower() or "globex nora").partition(" ")
            self.connect(user.id, channel.id, company, name or "nora")
            return {}
        declared = {one["command"]: one for one in w.features.get("slash_commands", ())}
        if command not in declared:
            raise SlackError("invalid_command")
        if declared[command].get("should_escape"):
            text = wire_form(text, w.state, labels=True)
        payload = {
            "token": w.identity.verification_token,
            "team_id": w.identity.team_id,
            "team_domain": w.identity.domain,
            "channel_id": channel.id,
            "channel_name": channel_ref(channel)["name"],
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": w.identity.app_id,
            "is_enterprise_install": "false",
            "response_url": w.response_urls.issue(channel.id, user.id),
            "trigger_id": w.triggers.issue(user.id),
        }
        answer = await w.hub.request("slash_commands", payload)
        if answer.get("text") or answer.get("blocks"):
            w.responses.show(channel, user.id, answer)
        return answer

    async def shortcut(
        self, user_id: str, callback_id: str, *, channel_id: str = "", message_ts: str = ""
    ) -> Json:
        """Run a global shortcut, or a message shortcut when a message is named."""
        w = self._w
        user = w.state.user(user_id)
        kind = "message_action" if message_ts else "shortcut"
        payload = {
            **interaction(w.identity, kind, user),
            "action_ts": w.state.timestamps.next(),
            "callback_id": callback_id,
            "trigger_id": w.triggers.issue(user.id),
        }
        if message_ts:
            channel = self._room(user_id, channel_id)
            message = w.state.message(channel.id, message_ts)
            thread_ts = message.get("thread_ts", "")
            payload |= {
                "channel": channel_ref(channel),
                "message_ts": message_ts,
                "message": message,
                "response_url": w.response_urls.issue(channel.id, user.id, thread_ts=thread_ts),
            }
        return await w.hub.request("interactive", payload)

    def open_home(self, user_id: str, *, tab: str = "home") -> Json | None:
        """Open the app's Home (or `messages`) tab; return the published view, if any."""
        w = self._w
        view = w.modals.home(w.state.user(user_id).id)
        event: Json = {
            "type": "app_home_opened",
            "user": user_id,
            "channel": w.state.direct(user_id).id,
            "tab": tab,
        }
        if view is not None and tab == "home":
            event["view"] = view
        w.events.emit(event)
        return view

    def stop_session(self, user_id: str, channel_id: str, thread_ts: str) -> None:
        """Press Stop on an agent's session: its streams end and the app is told."""
        w = self._w
        stopped = w.streams.in_thread(channel_id, thread_ts)
        for stream in stopped:
            w.end_stream(stream)
        w.events.emit(
            {
                "type": "agent_session_stopped",
                "channel": channel_id,
                "thread_ts": thread_ts,
                "user": user_id,
                "streaming_message_ts": [stream.ts for stream in stopped],
            }
        )

    def element(self, channel_id: str, ts: str, action_id: str, block_id: str) -> tuple[Json, Json]:
        """Return (block, element) of a message; raises `action_not_found`."""
        _, message = self._w.shown_message(channel_id, ts)
        return inputs.find(message.get("blocks", []), action_id, block_id)

    def _invite_by_name(self, user: User, channel: Channel, text: str) -> None:
        name = text.strip().lstrip("@").lower()
        w = self._w
        guests = [u for u in w.state.users.values() if u.name == name or f"<@{u.id}" in text]
        if not guests:
            raise SlackError("user_not_found")
        self.invite(user.id, channel.id, guests[0].id)

    def _room(self, user_id: str, channel_id: str) -> Channel:
        channel = self._w.state.channel(channel_id)
        if not self._w.state.sees(channel, user_id):
            raise SlackError("channel_not_found")
        return channel
