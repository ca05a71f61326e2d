"""Channels shared with another company, its people, and group messages, in Slack's form."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace
from bot.workspace.api.conversations import channel_shape
from bot.workspace.seed import BACKEND, GENERAL, MAYA, TOM
from bot.workspace.shapes import Channel
from tests.workspace.conftest import Connect, Seen


async def test_a_channel_is_shared_and_no_longer(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient, connect: Connect, seen: Seen
) -> None:
    async def collect(body: dict[str, Any]) -> None:
        seen.add(body)

    for name in ("channel_shared", "channel_unshared", "message"):
        app.event(name)(collect)
    workspace.events.subscribed |= {"channel_shared", "channel_unshared"}
    async with connect(app, workspace):
        nora = workspace.people.connect(MAYA, BACKEND, "globex", "nora")
        await workspace.say(nora.id, BACKEND, "hello from outside")
        found = (await client.conversations_info(channel=BACKEND))["channel"]
        workspace.people.disconnect(MAYA, BACKEND, "globex")
        await workspace.say(MAYA, BACKEND, "and now?")
        await workspace.settled()
    assert (found["is_shared"], found["is_ext_shared"]) == (True, True)
    assert found["shared_team_ids"] == [workspace.identity.team_id, nora.team_id]
    by_type = {body["event"]["type"]: body["event"] for body in seen.items}
    assert by_type["channel_shared"]["connected_team_id"] == nora.team_id
    assert by_type["channel_unshared"]["is_ext_shared"] is False
    said = {b["event"].get("text"): b["is_ext_shared_channel"] for b in seen.items}
    assert (said["hello from outside"], said["and now?"]) == (True, False)
    assert nora.id not in workspace.state.channel(BACKEND).members
    person = (await client.users_info(user=nora.id))["user"]
    assert (person["is_stranger"], person["team_id"]) == (True, nora.team_id)


async def test_a_private_channel_gets_another_id_as_it_is_shared(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient, connect: Connect, seen: Seen
) -> None:
    async def collect(body: dict[str, Any]) -> None:
        seen.add(body)

    for name in ("channel_id_changed", "message"):
        app.event(name)(collect)
    workspace.events.subscribed |= {"channel_id_changed"}
    members = (MAYA, workspace.identity.bot_user_id)
    state = workspace.state
    state.put_channel(Channel("G0SECRET01", "secret", 1, MAYA, members, is_private=True))
    async with connect(app, workspace):
        said = await workspace.say(MAYA, "G0SECRET01", "hello")
        workspace.people.connect(MAYA, "G0SECRET01", "globex", "nora")
        await workspace.settled()
    (event,) = [b["event"] for b in seen.items if b["event"]["type"] == "channel_id_changed"]
    assert (event["old_channel_id"], event["new_channel_id"]) == ("G0SECRET01", "C0SECRET01")
    assert "G0SECRET01" not in state.channels
    assert state.message("C0SECRET01", said["ts"])["text"] == "hello"


async def test_an_outsider_sees_the_channels_that_they_are_in(workspace: Workspace) -> None:
    nora = workspace.people.connect(MAYA, BACKEND, "globex", "nora")
    state = workspace.state
    assert state.sees(state.channel(BACKEND), nora.id)
    assert not state.sees(state.channel(GENERAL), nora.id)
    assert state.sees(state.channel(GENERAL), TOM)


async def test_connect_is_typed_in_the_demo(workspace: Workspace) -> None:
    await workspace.command(MAYA, "#backend", "/connect", "globex sam")
    channel = workspace.state.channel(BACKEND)
    assert channel.shared_with == ("T0GLOBEX",)
    assert Channel.from_json(channel.to_json()) == channel
    assert "sam" in [workspace.state.user(one).name for one in channel.members]


async def test_a_group_message_has_a_kind_of_its_own(
    workspace: Workspace, app: AsyncApp, connect: Connect, seen: Seen
) -> None:
    async def collect(body: dict[str, Any]) -> None:
        seen.add(body)

    app.event("message")(collect)
    workspace.events.subscribed |= {"message.mpim"}
    group = workspace.people.group_message(MAYA, [TOM])
    async with connect(app, workspace):
        await workspace.say(TOM, group.id, "hello both")
        await workspace.settled()
    assert [body["event"]["channel_type"] for body in seen.items] == ["mpim"]
    shape = channel_shape(workspace, group)
    assert (shape["is_mpim"], shape["is_private"]) == (True, True)
    assert shape["name"] == "mpdm-maya--tom--teamlead-1"
    assert not workspace.state.sees(group, "U0LIWEI001")
