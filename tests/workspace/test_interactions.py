"""Commands, buttons, modals, shortcuts and response URLs through a Bolt app."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.clock import ManualClock
from bot.workspace import SlackError, Workspace, WorkspaceServer
from bot.workspace.seed import BACKEND, LI, MAYA, TOM
from tests.workspace.conftest import Connect, Seen, client_of

LI_OPTION = {"text": {"type": "plain_text", "text": "Li"}, "value": LI}
BUTTONS = [
    {
        "type": "actions",
        "block_id": "choice",
        "elements": [
            {
                "type": "button",
                "action_id": "approve",
                "text": {"type": "plain_text", "text": "Approve"},
                "value": "task-7",
            },
            {
                "type": "static_select",
                "action_id": "owner",
                "placeholder": {"type": "plain_text", "text": "Owner"},
                "options": [LI_OPTION],
            },
        ],
    }
]
MODAL = {
    "type": "modal",
    "callback_id": "task",
    "private_metadata": "channel=C1",
    "title": {"type": "plain_text", "text": "New task"},
    "submit": {"type": "plain_text", "text": "Create"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": {"type": "plain_text", "text": "Title"},
            "element": {"type": "plain_text_input", "action_id": "value"},
        },
        {
            "type": "input",
            "block_id": "size",
            "optional": True,
            "label": {"type": "plain_text", "text": "Size"},
            "element": {
                "type": "static_select",
                "action_id": "value",
                "options": [
                    {"text": {"type": "plain_text", "text": "Small"}, "value": "s"},
                    {"text": {"type": "plain_text", "text": "Large"}, "value": "l"},
                ],
            },
        },
    ],
}


async def test_a_command_and_its_ack(
    workspace: Workspace, app: AsyncApp, connect: Connect, seen: Seen
) -> None:
    """The ack's text shows to the person only; mentions are escaped with their names."""

    async def lead(ack: AsyncAck, command: dict[str, Any]) -> None:
        seen.add(command)
        await ack("On it.")

    app.command("/lead")(lead)
    async with connect(app, workspace):
        answer = await workspace.command(MAYA, "#backend", "/lead", "task for @tom in #general")
    assert answer == {"text": "On it."}
    (command,) = seen.items
    assert command["text"].startswith(f"task for <@{TOM}|tom> in <#C")
    assert command["channel_name"] == "backend"
    assert [message["text"] for message in workspace.whispers(MAYA)] == ["On it."]
    assert workspace.whispers(TOM) == []
    assert workspace.history("#backend") == []


async def test_commands_that_nobody_answers() -> None:
    """Without a connection it is a timeout; an undeclared command is invalid."""
    async with WorkspaceServer(Workspace(ack_seconds=0.01)) as server:
        workspace = server.workspace
        with pytest.raises(SlackError, match="operation_timeout"):
            await workspace.command(MAYA, "#backend", "/lead", "help")
        with pytest.raises(SlackError, match="invalid_command"):
            await workspace.command(MAYA, "#backend", "/other")


async def test_a_click(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient, connect: Connect, seen: Seen
) -> None:
    """The payload has the message, the element's value and what selects hold meanwhile."""

    async def clicked(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        seen.add(body)

    for action in ("approve", "owner"):
        app.action(action)(clicked)
    async with connect(app, workspace):
        ts = (await client.chat_postMessage(channel=BACKEND, text="?", blocks=BUTTONS))["ts"]
        await workspace.click(TOM, "#backend", ts, "owner", selected_option=LI_OPTION)
        await workspace.click(TOM, "#backend", ts, "approve")
        await seen.wait(2)
        with pytest.raises(SlackError, match="action_not_found"):
            await workspace.click(TOM, "#backend", ts, "nothing")
    body = seen.items[1]
    assert body["actions"][0]["value"] == "task-7"
    assert body["actions"][0]["block_id"] == "choice"
    assert body["message"]["ts"] == body["container"]["message_ts"] == ts
    assert body["channel"] == {"id": BACKEND, "name": "backend"}
    assert body["user"]["id"] == TOM
    assert body["state"]["values"]["choice"]["owner"]["selected_option"]["value"] == LI


async def test_responses_to_a_click(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient, connect: Connect, seen: Seen
) -> None:
    """respond() whispers, posts, replaces and deletes."""

    async def clicked(ack: AsyncAck, respond: AsyncRespond, body: dict[str, Any]) -> None:
        await ack()
        await respond("only you")
        await respond("all of you", response_type="in_channel")
        await respond("approved", replace_original=True)
        seen.add(body)

    app.action("approve")(clicked)
    async with connect(app, workspace):
        ts = (await client.chat_postMessage(channel=BACKEND, text="?", blocks=BUTTONS))["ts"]
        await workspace.click(TOM, "#backend", ts, "approve")
        (body,) = await seen.wait(1)
    assert [m["text"] for m in workspace.whispers(TOM)] == ["only you"]
    assert [m["text"] for m in workspace.history("#backend")] == ["approved", "all of you"]
    assert "blocks" not in workspace.history("#backend")[0]
    hook = AsyncWebhookClient(body["response_url"])
    await hook.send(delete_original=True)
    assert [m["text"] for m in workspace.history("#backend")] == ["all of you"]
    assert (await hook.send(text="five")).status_code == 200
    assert (await hook.send(text="six")).status_code == 404


async def test_a_click_on_an_ephemeral_message(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient, connect: Connect, seen: Seen
) -> None:
    """Only its reader sees it; the payload has no message; replacing keeps it ephemeral."""

    async def clicked(ack: AsyncAck, respond: AsyncRespond, body: dict[str, Any]) -> None:
        await ack()
        await respond("done", replace_original=True)
        seen.add(body)

    app.action("approve")(clicked)
    async with connect(app, workspace):
        answer = await client.chat_postEphemeral(
            channel=BACKEND, user=TOM, text="?", blocks=BUTTONS
        )
        await workspace.click(TOM, "#backend", answer["message_ts"], "approve")
        (body,) = await seen.wait(1)
    assert body["container"]["is_ephemeral"]
    assert "message" not in body
    assert [m["text"] for m in workspace.whispers(TOM)] == ["done"]
    assert workspace.history("#backend") == []
    with pytest.raises(SlackApiError, match="user_not_in_channel"):
        await client.chat_postEphemeral(channel=BACKEND, user="U0NOBODY", text="x")


def task_modal(app: AsyncApp, seen: Seen) -> None:
    """Register a command that opens the modal, and its submission with a check."""

    async def lead(
        ack: AsyncAck, command: dict[str, Any], client: AsyncWebClient, body: dict[str, Any]
    ) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=MODAL)

    async def submitted(ack: AsyncAck, view: dict[str, Any]) -> None:
        title = view["state"]["values"]["title"]["value"]["value"]
        if len(title) < 5:
            await ack(response_action="errors", errors={"title": "Say a little more."})
            return
        await ack(response_action="clear")
        seen.add(view)

    async def closed(ack: AsyncAck, view: dict[str, Any]) -> None:
        await ack()
        seen.add(view)

    app.command("/lead")(lead)
    app.view("task")(submitted)
    app.view_closed("task")(closed)


async def test_a_modal_from_open_to_clear(
    workspace: Workspace, app: AsyncApp, connect: Connect, seen: Seen
) -> None:
    """Empty: refused like Slack's client does; short: the app's errors; good: cleared."""
    task_modal(app, seen)
    async with connect(app, workspace):
        await workspace.command(MAYA, "#backend", "/lead")
        view = await workspace.wait_for(lambda: workspace.open_view(MAYA))
        empty = await workspace.submit_view(MAYA, view["id"], {})
        assert empty["errors"] == {"title": "Please complete this required field."}
        short = await workspace.submit_view(MAYA, view["id"], {"title": "Hm"})
        assert short == {"response_action": "errors", "errors": {"title": "Say a little more."}}
        good = {"title": {"value": "Shard the ledger"}, "size": {"value": "l"}}
        assert await workspace.submit_view(MAYA, view["id"], good) == {"response_action": "clear"}
    assert workspace.open_view(MAYA) is None
    (submitted,) = seen.items
    assert submitted["private_metadata"] == "channel=C1"
    size = submitted["state"]["values"]["size"]["value"]
    assert (size["type"], size["selected_option"]["text"]["text"]) == ("static_select", "Large")


async def test_a_closed_modal_tells_the_app(
    workspace: Workspace, app: AsyncApp, connect: Connect, seen: Seen
) -> None:
    """notify_on_close sends view_closed."""
    task_modal(app, seen)
    async with connect(app, workspace):
        await workspace.command(MAYA, "#backend", "/lead")
        view = await workspace.wait_for(lambda: workspace.open_view(MAYA))
        await workspace.actions.close(MAYA, view["id"])
        await seen.wait(1)
    assert workspace.open_view(MAYA) is None


async def test_views_push_update_and_hash(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient, connect: Connect
) -> None:
    """Three views at most; a stale hash conflicts; an unknown view is not found."""
    first = await client.views_open(trigger_id=workspace.triggers.issue(MAYA), view=MODAL)
    view_id = first["view"]["id"]
    for _ in range(2):
        inside = workspace.triggers.issue(MAYA, view_id=view_id)
        await client.views_push(trigger_id=inside, view=MODAL)
    inside = workspace.triggers.issue(MAYA, view_id=view_id)
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=inside, view=MODAL)
    stale = first["view"]["hash"]
    assert (await client.views_update(view_id=view_id, view=MODAL, hash=stale))["ok"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view_id, view=MODAL, hash=stale)
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(view_id="V0NOTHING", view=MODAL)


async def test_trigger_ids_are_good_once_and_for_three_seconds() -> None:
    """Used twice, too late and made up are three different refusals."""
    clock = ManualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    async with WorkspaceServer(Workspace(clock=clock)) as server:
        workspace, client = server.workspace, client_of(server)
        trigger = workspace.triggers.issue(MAYA)
        assert (await client.views_open(trigger_id=trigger, view=MODAL))["ok"]
        with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
            await client.views_open(trigger_id=trigger, view=MODAL)
        late = workspace.triggers.issue(MAYA)
        clock.advance(timedelta(seconds=3.1))
        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            await client.views_open(trigger_id=late, view=MODAL)
        with pytest.raises(SlackApiError, match="invalid_trigger_id"):
            await client.views_open(trigger_id="1.2.3", view=MODAL)


async def test_shortcuts(workspace: Workspace, app: AsyncApp, connect: Connect, seen: Seen) -> None:
    """A message shortcut carries the message, a global one does not."""

    async def noted(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        seen.add(body)

    async def ignore() -> None:
        """Ack the message event."""

    for callback in ("create_task", "new_task"):
        app.shortcut(callback)(noted)
    app.event("message")(ignore)
    async with connect(app, workspace):
        said = await workspace.say(TOM, "#backend", "the cache is cold")
        await workspace.people.shortcut(
            MAYA, "create_task", channel_id=BACKEND, message_ts=said["ts"]
        )
        await workspace.people.shortcut(MAYA, "new_task")
        await seen.wait(2)
    on_message, anywhere = seen.items
    assert on_message["type"] == "message_action"
    assert on_message["message"]["text"] == "the cache is cold"
    assert anywhere["type"] == "shortcut"
    assert "channel" not in anywhere


async def test_the_home_tab(workspace: Workspace, app: AsyncApp, connect: Connect) -> None:
    """Opening Home tells the app, which publishes; an element there carries the view."""
    view = {"type": "home", "blocks": BUTTONS}

    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        assert event["tab"] == "home"
        await client.views_publish(user_id=event["user"], view=view)

    bodies: list[dict[str, Any]] = []

    async def clicked(ack: AsyncAck, body: dict[str, Any]) -> None:
        bodies.append(body)
        await ack()

    app.event("app_home_opened")(opened)
    app.action("approve")(clicked)
    async with connect(app, workspace):
        assert workspace.people.open_home(LI) is None
        home = await workspace.wait_for(lambda: workspace.modals.home(LI))
        await workspace.actions.in_view(LI, home["id"], {"action_id": "approve"})
    assert bodies[0]["container"] == {"type": "view", "view_id": home["id"]}
    assert bodies[0]["view"]["type"] == "home"
