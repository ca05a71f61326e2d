"""Events reach a Bolt app as Slack would send them."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace
from bot.workspace.seed import BACKEND, GENERAL, MAYA, PAYMENTS, TOM
from tests.workspace.conftest import Connect, Seen


def listen(app: AsyncApp, seen: Seen, *names: str) -> None:
    """Collect every event of these types."""

    async def collect(body: dict[str, Any]) -> None:
        seen.add(body)

    for name in names:
        app.event(name)(collect)


async def test_a_mention_comes_as_app_mention_and_as_message(
    workspace: Workspace, app: AsyncApp, connect: Connect, seen: Seen
) -> None:
    """One mention, two events with their own ids, the same ts and the text in wire form."""
    listen(app, seen, "app_mention", "message")
    async with connect(app, workspace):
        said = await workspace.say(MAYA, "#backend", "@teamlead plan a < b in #general")
        bodies = await seen.wait(2)
    events = {body["event"]["type"]: body["event"] for body in bodies}
    assert set(events) == {"app_mention", "message"}
    assert {event["ts"] for event in events.values()} == {said["ts"]}
    bot = workspace.identity.bot_user_id
    assert events["app_mention"]["text"] == f"<@{bot}> plan a &lt; b in <#{GENERAL}|>"
    assert events["message"]["channel_type"] == "channel"
    assert events["message"]["blocks"][0]["elements"][0]["elements"][0]["user_id"] == bot
    assert len({body["event_id"] for body in bodies}) == 2
    assert bodies[0]["team_id"] == workspace.identity.team_id


async def test_a_direct_message_comes_as_message_im_only(
    workspace: Workspace, app: AsyncApp, connect: Connect, seen: Seen
) -> None:
    """A mention in a direct message yields no app_mention."""
    listen(app, seen, "app_mention", "message")
    async with connect(app, workspace):
        await workspace.say(TOM, TOM, f"<@{workspace.identity.bot_user_id}> hello")
        await workspace.settled()
    assert [body["event"]["type"] for body in seen.items] == ["message"]
    assert seen.items[0]["event"]["channel_type"] == "im"


async def test_nothing_is_heard_from_channels_without_the_app(
    workspace: Workspace, app: AsyncApp, connect: Connect, seen: Seen
) -> None:
    """No event from #general; the author is told; after an invitation there are events."""
    listen(app, seen, "app_mention", "message", "member_joined_channel")
    async with connect(app, workspace):
        await workspace.say(MAYA, "#general", "@teamlead are you here?")
        await workspace.settled()
        assert seen.items == []
        assert "not in this channel" in workspace.whispers(MAYA)[0]["text"]
        await workspace.command(MAYA, "#general", "/invite", "@teamlead")
        await workspace.say(MAYA, "#general", "@teamlead and now?")
        await workspace.settled()
    types = [body["event"]["type"] for body in seen.items]
    assert "member_joined_channel" in types
    assert "app_mention" in types


async def test_unsubscribed_events_are_not_sent(
    workspace: Workspace, app: AsyncApp, connect: Connect, seen: Seen
) -> None:
    """The manifest's bot_events decide; here reactions are subscribed, topics are not."""
    listen(app, seen, "reaction_added", "app_home_opened")

    async def ignore() -> None:
        """Ack the message itself; Bolt leaves unheard events unacked."""

    app.event("message")(ignore)
    workspace.events.subscribed -= {"app_home_opened"}
    async with connect(app, workspace):
        said = await workspace.say(MAYA, "#backend", "hello")
        workspace.people.react(TOM, BACKEND, said["ts"], "eyes", add=True)
        workspace.people.open_home(MAYA)
        await workspace.settled()
    (body,) = seen.items
    assert body["event"]["reaction"] == "eyes"
    assert body["event"]["item"] == {"type": "message", "channel": BACKEND, "ts": said["ts"]}
    assert body["event"]["item_user"] == MAYA


async def test_edits_and_deletions_are_told(
    workspace: Workspace, client: AsyncWebClient, connect: Connect, seen: Seen
) -> None:
    """An update sends message_changed, a deletion message_deleted, hidden both."""
    app = AsyncApp(client=client, ignoring_self_events_enabled=False)
    listen(app, seen, "message")
    async with connect(app, workspace):
        posted = await client.chat_postMessage(channel=BACKEND, text="one")
        await client.chat_update(channel=BACKEND, ts=posted["ts"], text="two")
        await client.chat_delete(channel=BACKEND, ts=posted["ts"])
        await seen.wait(3)
        await workspace.settled()
    events = {body["event"].get("subtype"): body["event"] for body in seen.items}
    assert set(events) == {None, "message_changed", "message_deleted"}
    assert events["message_changed"]["previous_message"]["text"] == "one"
    assert events["message_changed"]["message"]["text"] == "two"
    assert workspace.history("#backend") == []


async def test_a_mention_that_is_edited_in_is_told_of_as_one(
    workspace: Workspace, client: AsyncWebClient, connect: Connect, seen: Seen
) -> None:
    """Slack sends `app_mention` with the message's own ts, and each time such a text is changed."""
    app = AsyncApp(client=client, ignoring_self_events_enabled=False)
    listen(app, seen, "app_mention", "message")
    async with connect(app, workspace):
        bot = workspace.identity.bot_user_id
        said = await workspace.say(MAYA, BACKEND, "an API")
        for text in (f"<@{bot}> an API", f"<@{bot}> an API for invoices", "never mind"):
            workspace.posting.change(workspace.state.channel(BACKEND), said, {"text": text})
        await seen.wait(6)
        await workspace.settled()
    events = [body["event"] for body in seen.items]
    told = [event for event in events if event["type"] == "app_mention"]
    assert [event["text"] for event in told] == [
        f"<@{bot}> an API",
        f"<@{bot}> an API for invoices",
    ]
    assert {event["ts"] for event in told} == {said["ts"]}
    assert all(event["edited"]["user"] == MAYA for event in told)


async def test_a_deleted_message_with_replies_is_told_of_as_an_edit(
    workspace: Workspace, client: AsyncWebClient, connect: Connect, seen: Seen
) -> None:
    """It leaves a tombstone, as in Slack; a reply goes like any message."""
    app = AsyncApp(client=client, ignoring_self_events_enabled=False)
    listen(app, seen, "message")
    async with connect(app, workspace):
        root = await client.chat_postMessage(channel=BACKEND, text="root")
        said = await client.chat_postMessage(channel=BACKEND, text="reply", thread_ts=root["ts"])
        await client.chat_delete(channel=BACKEND, ts=root["ts"])
        await client.chat_delete(channel=BACKEND, ts=said["ts"])
        await seen.wait(4)
        await workspace.settled()
    events = {body["event"].get("subtype"): body["event"] for body in seen.items}
    gone = events["message_changed"]
    assert (gone["message"]["subtype"], gone["message"]["ts"]) == ("tombstone", root["ts"])
    assert gone["previous_message"]["text"] == "root"
    assert events["message_deleted"]["deleted_ts"] == said["ts"]


async def test_a_duplicate_delivery_carries_the_same_event_id(
    workspace: Workspace, app: AsyncApp, connect: Connect, seen: Seen
) -> None:
    """With `duplicate` on, the listener runs twice for one event, marked as a retry."""
    retries: list[list[str] | None] = []

    async def note(body: dict[str, Any], request: Any) -> None:
        retries.append(request.headers.get("x-slack-retry-num"))
        seen.add(body)

    app.event("message")(note)
    workspace.faults.next_calls("message", "duplicate")
    async with connect(app, workspace):
        await workspace.say(MAYA, "#backend", "hello")
        bodies = await seen.wait(2)
        await workspace.settled()
    assert bodies[0]["event_id"] == bodies[1]["event_id"]
    assert ["1"] in retries


async def test_events_wait_for_a_connection(
    workspace: Workspace, app: AsyncApp, connect: Connect, seen: Seen
) -> None:
    """What is said while the app is away is delivered when it comes back."""
    listen(app, seen, "message")
    await workspace.say(MAYA, "#backend", "while you were out")
    async with connect(app, workspace):
        (body,) = await seen.wait(1)
    assert body["event"]["text"] == "while you were out"


async def test_a_disconnect_frame_makes_the_app_come_again(
    workspace: Workspace, app: AsyncApp, connect: Connect, seen: Seen
) -> None:
    """After refresh_requested the SDK opens a new connection and hears on."""
    listen(app, seen, "message")
    async with connect(app, workspace):
        await workspace.hub.refresh()
        await workspace.wait_for(lambda: workspace.hub.connections == 1)
        await workspace.say(MAYA, "#backend", "still there?")
        await seen.wait(1)
        await workspace.settled()
    assert len(workspace.calls_of("apps.connections.open")) == 2


async def test_a_cut_connection_makes_the_app_come_again(
    workspace: Workspace, app: AsyncApp, connect: Connect, seen: Seen
) -> None:
    """A connection closed without a word is replaced and nothing is lost."""
    listen(app, seen, "message")
    async with connect(app, workspace):
        await workspace.hub.drop_connections()
        await workspace.say(MAYA, "#backend", "and now?")
        await seen.wait(1)
        await workspace.settled()


async def test_private_channels_stay_private(
    workspace: Workspace, app: AsyncApp, connect: Connect, seen: Seen
) -> None:
    """The app hears nothing from a private channel that it is not in."""
    listen(app, seen, "message")
    async with connect(app, workspace):
        await workspace.say(MAYA, PAYMENTS, "secret")
        await workspace.settled()
    assert seen.items == []
