"""The local workspace as one object: its state, what people do in it, and what the app did."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bot.clock import Clock, SystemClock
from bot.workspace import scopes, seed
from bot.workspace.actions import Actions
from bot.workspace.events import Events
from bot.workspace.faults import Faults
from bot.workspace.feed import Feed, may_see
from bot.workspace.grants import Grants
from bot.workspace.modals import Modals
from bot.workspace.people import People
from bot.workspace.posting import Posting
from bot.workspace.rates import RateLimits
from bot.workspace.recorder import RecordedCall, Recorder
from bot.workspace.responses import Responses
from bot.workspace.sessions import Sessions
from bot.workspace.shapes import Channel, Identity, Json, SlackError
from bot.workspace.sockets import ACK_SECONDS, RETRY_SPACING, SocketHub
from bot.workspace.state import State
from bot.workspace.steps import Steps
from bot.workspace.store import Store
from bot.workspace.streams import Stream, Streams
from bot.workspace.triggers import ResponseUrls, Triggers
from bot.workspace.uploads import Uploads

_T = TypeVar("_T")


class Workspace:
    """A Slack workspace with one app in it.

    `manifest` is the app's manifest as a dict; `state_file` makes the state survive a restart;
    `rate_scale` multiplies Slack's rates (None: no rate limits); `seed` fixes the faults' dice;
    `ack_seconds` is how long the app has to answer, and to open a modal (Slack: 3 for both);
    `identity` names another team than Acme.
    """

    def __init__(
        self,
        *,
        manifest: Json | None = None,
        state_file: Path | None = None,
        clock: Clock | None = None,
        rate_scale: float | None = 1.0,
        ack_seconds: float = ACK_SECONDS,
        retry_spacing: tuple[float, ...] = RETRY_SPACING,
        seed_number: int = 0,
        identity: Identity | None = None,
        bot_token: str = "xoxb-local-teamlead",
        app_token: str = "xapp-1-local-teamlead",
    ) -> None:
        self.manifest = seed.DEFAULT_MANIFEST if manifest is None else manifest
        self.features: Json = self.manifest.get("features", {})
        self.scopes = scopes.granted(self.manifest)
        self.bot_token = bot_token
        self.app_token = app_token
        self.clock: Clock = clock or SystemClock()
        name = self.manifest.get("display_information", {}).get("name", "Teamlead")
        self.identity = replace(identity or Identity(), app_name=name)
        self.store = Store(state_file)
        self.state = State(self.identity, self.store, self.clock)
        self.grants = Grants(self.clock, self.store, bot_token)
        self.recorder = Recorder()
        self.faults = Faults(seed_number)
        self.rates = RateLimits(self.clock, scale=rate_scale)
        self.feed = Feed(self.recorder)
        self.hub = SocketHub(
            self.clock,
            self.faults,
            self.recorder,
            app_id=self.identity.app_id,
            ack_seconds=ack_seconds,
            retry_spacing=retry_spacing,
            seed=seed_number,
        )
        self.events = Events(
            self.manifest,
            self.identity,
            self.state,
            hub=self.hub,
            store=self.store,
            clock=self.clock,
        )
        self.posting = Posting(self.identity, self.state, self.feed, self.events)
        self.modals = Modals(self.identity, self.store, self.feed)
        self.streams = Streams()
        self.sessions = Sessions(self.clock, self.feed, self.hub)
        self.uploads = Uploads(self.identity, self.store, self.clock)
        self.triggers = Triggers(self.clock, seconds=ack_seconds)
        self.response_urls = ResponseUrls(self.clock)
        self.responses = Responses(self)
        self.people = People(self)
        self.actions = Actions(self)
        self.steps = Steps(self)
        self.base_url = "http://127.0.0.1"

    def at(self, base_url: str) -> None:
        """Say where the server listens, so that URLs in payloads lead back to it."""
        self.base_url = self.uploads.base = self.response_urls.base = base_url

    async def close(self) -> None:
        """End deliveries and release the state file; what was not acked stays in it."""
        self.feed.close_all()
        await self.hub.close()
        self.store.close()

    # What the app did

    @property
    def calls(self) -> list[RecordedCall]:
        """Return every API call in order."""
        return self.recorder.calls

    def calls_of(self, method: str) -> list[RecordedCall]:
        """Return the calls of one method, also the refused ones."""
        return [call for call in self.calls if call.method == method]

    async def wait_for(
        self,
        predicate: Callable[[], _T | None],
        timeout: float = 60.0,  # noqa: ASYNC109 - the error names the last calls
    ) -> _T:
        """Return the first true value of `predicate`, looked at after every change."""
        return await self.recorder.wait_for(predicate, timeout)

    async def settled(self, timeout: float = 60.0) -> None:  # noqa: ASYNC109 - see wait_for
        """Wait until every event has been acked."""
        await self.wait_for(lambda: self.hub.busy == 0, timeout)

    def history(self, channel: str) -> list[Json]:
        """Return what a channel shows, oldest first."""
        return self.state.timeline(self.state.channel(channel).id)

    def thread(self, channel: str, ts: str) -> list[Json]:
        """Return a thread, root first."""
        return self.state.thread(self.state.channel(channel).id, ts)

    def whispers(self, user: str) -> list[Json]:
        """Return the ephemeral messages that a person sees."""
        return [message for owner, message in self.state.ephemerals.values() if owner == user]

    def open_view(self, user: str) -> Json | None:
        """Return the modal on top of a person's screen."""
        return self.modals.top(user)

    def shown_message(self, channel: str, ts: str) -> tuple[bool, Json]:
        """Return (is ephemeral, message); raises `message_not_found`."""
        whispered = self.state.ephemerals.get((channel, ts))
        if whispered is not None:
            return True, whispered[1]
        return False, self.state.message(channel, ts)

    def end_stream(self, stream: Stream, **changes: object) -> Json:
        """Finish a streamed message."""
        self.streams.end(stream)
        channel = self.state.channel(stream.channel)
        message = self.state.message(stream.channel, stream.ts)
        return self.posting.change(channel, message, {"streaming": None, **changes}, quiet=True)

    # What people do

    async def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Json:
        """Post as a person; return the message."""
        return self.people.say(user, channel, text, thread_ts=thread_ts)

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Json:
        """Run a slash command; return the ack's payload."""
        return await self.people.command(user, channel, command, text)

    async def click(
        self, user: str, channel: str, message_ts: str, action_id: str, **choice: object
    ) -> Json:
        """Click an element of a message; `choice` adds e.g. `selected_option`, `block_id`."""
        room = self.state.channel(channel)
        action = {"action_id": action_id, **choice}
        return await self.actions.in_message(user, room.id, message_ts, action)

    async def submit_view(self, user: str, view_id: str, values: Json) -> Json:
        """Submit a modal; `values` is `{block_id: {action_id: value}}` or `{block_id: value}`."""
        return await self.actions.submit(user, view_id, values)

    def uninstall(self) -> None:
        """Remove the app: its tokens end, and it is told of both."""
        self.grants.revoke()
        tokens = {"oauth": [], "bot": [self.identity.bot_user_id]}
        self.events.emit({"type": "tokens_revoked", "tokens": tokens})
        self.events.emit({"type": "app_uninstalled"})

    # For the server

    def ticket(self) -> str:
        """Return a ticket for the WebSocket, valid also after a restart of the server."""
        nonce = secrets.token_hex(8)
        return f"{nonce}-{self._sign(nonce)}"

    def admits(self, ticket: str) -> bool:
        """Say whether a WebSocket with this ticket may connect."""
        nonce, _, signature = ticket.partition("-")
        return hmac.compare_digest(signature, self._sign(nonce))

    def _sign(self, nonce: str) -> str:
        return hmac.new(self.app_token.encode(), nonce.encode(), hashlib.sha256).hexdigest()

    def app_channel(self, channel_id: str) -> Channel:
        """Return a channel that the app may know of; raises `channel_not_found`."""
        channel = self.state.channel(channel_id)
        if not may_see(channel, self.identity.bot_user_id):
            raise SlackError("channel_not_found")
        return channel

    def page_channel(self, channel: Channel, user: str) -> Json:
        """Return a channel in the page's form, seen by `user`."""
        shape: Json = {
            "id": channel.id,
            "name": channel.name,
            "is_im": channel.is_im,
            "is_private": channel.is_private,
            "is_member": user in channel.members,
            "app_is_member": self.identity.bot_user_id in channel.members,
            "topic": channel.topic,
        }
        return {**shape, "user": self.identity.bot_user_id} if channel.is_im else shape
