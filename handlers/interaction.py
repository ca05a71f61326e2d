"""What a person did in Slack as one value, so that no handler repeats Bolt's list of arguments."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.directory import Directory
from bot.services.people_names import DirectoryFor
from handlers.modals import named, named_errors
from handlers.triggers import card_key, click_key, view_key

PEOPLE = "people"
"""Where Bolt's context has `Desk.directory`."""
Json = dict[str, Any]
Listener = Callable[..., Awaitable[None]]
"""What Bolt calls; it fills arguments in by their names."""


@dataclass(frozen=True)
class Interaction:
    """Who did it in which workspace, and how to answer; `client` is that workspace's."""

    ack: AsyncAck
    body: Json
    context: AsyncBoltContext
    client: AsyncWebClient

    @property
    def workspace(self) -> str:
        """The workspace's id."""
        return self.context.team_id or ""

    @property
    def user(self) -> str:
        """Who did it."""
        return self.context.user_id or ""

    async def open(self, view: Json) -> None:
        """Show a modal; Slack takes it for three seconds after what the person did."""
        trigger = self.body["trigger_id"]
        await self.client.views_open(trigger_id=trigger, view=await self.shown(view))

    async def shown(self, view: Json) -> Json:
        """Return a modal in which people who are meant by their ids show by name."""

        return await named(view, _people(self.context, self.client))


@dataclass(frozen=True)
class Click(Interaction):
    """A button that was pressed, or another element of a message that was used."""

    action: Json

    @property
    def value(self) -> Any:
        """What the button carries; `bot.slack.payloads` reads it."""
        return self.action.get("value")

    @property
    def key(self) -> str:
        """Names this click: its second delivery changes nothing."""
        return click_key(self.body, self.action)

    @property
    def card_key(self) -> str:
        """Names the button: pressed again, it does nothing more."""
        return card_key(self.body, self.action)


@dataclass(frozen=True)
class Submission(Interaction):
    """A modal that was sent."""

    view: Json

    async def refuse(self, errors: Mapping[str, str]) -> None:
        """Say under the form's fields what is wrong with them; the form stays open."""
        said = await errors_for(errors, self.context, self.client)
        await self.ack(response_action="errors", errors=said)

    @property
    def values(self) -> Json:
        """What its fields hold, by block and element."""
        values: Json = self.view["state"]["values"]
        return values

    @property
    def metadata(self) -> Any:
        """What the modal carries unseen; `bot.slack.payloads` reads it."""
        return self.view.get("private_metadata")

    @property
    def key(self) -> str:
        """Names this sending: its second delivery changes nothing."""
        return view_key(self.view)


async def errors_for(
    errors: Mapping[str, str], context: AsyncBoltContext, client: AsyncWebClient
) -> Json:
    """Return what is said under fields as one person reads it: people by name."""
    return await named_errors(errors, _people(context, client))


def _people(context: AsyncBoltContext, client: AsyncWebClient) -> DirectoryFor:
    async def directory() -> Directory:
        found: Directory = context[PEOPLE](client, context.team_id or "")
        return found

    return directory


def clicked(handle: Callable[[Click], Awaitable[None]]) -> Listener:
    """Return what Bolt calls for a button."""

    async def listener(
        ack: AsyncAck, body: Json, context: AsyncBoltContext, client: AsyncWebClient, action: Json
    ) -> None:
        await handle(Click(ack, body, context, client, action))

    return _named(listener, handle)


def submitted(handle: Callable[[Submission], Awaitable[None]]) -> Listener:
    """Return what Bolt calls for a modal that was sent."""

    async def listener(
        ack: AsyncAck, body: Json, context: AsyncBoltContext, client: AsyncWebClient, view: Json
    ) -> None:
        await handle(Submission(ack, body, context, client, view))

    return _named(listener, handle)


def _named(listener: Listener, handle: Callable[..., Awaitable[None]]) -> Listener:
    """Give it the handler's name and words, for logs and the reference.

    Not `functools.wraps`: Bolt would look behind it for the names of arguments.
    """
    listener.__name__, listener.__doc__ = handle.__name__, handle.__doc__
    return listener
