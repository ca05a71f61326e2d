"""Titles, prompts, sessions and the small methods that only report."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace
from bot.workspace.seed import BACKEND, GENERAL, LI, MAYA
from tests.workspace.conftest import Connect
from tests.workspace.test_interactions import MODAL


@pytest.fixture
async def root(client: AsyncWebClient) -> str:
    return str((await client.chat_postMessage(channel=BACKEND, text="plan"))["ts"])


async def test_titles_and_prompts(workspace: Workspace, client: AsyncWebClient, root: str) -> None:
    """They are kept; five prompts are too many."""
    await client.assistant_threads_setTitle(channel_id=BACKEND, thread_ts=root, title="Ledger")
    prompt = {"title": "Plan", "message": "Plan it"}
    await client.assistant_threads_setSuggestedPrompts(
        channel_id=BACKEND, thread_ts=root, prompts=[prompt] * 4
    )
    session = workspace.sessions.get(BACKEND, root)
    assert (session.title, len(session.prompts)) == ("Ledger", 4)
    with pytest.raises(SlackApiError, match="no more than 4 prompts"):
        await client.assistant_threads_setSuggestedPrompts(
            channel_id=BACKEND, thread_ts=root, prompts=[prompt] * 5
        )
    await client.agents_sessions_rename(channel_id=BACKEND, thread_ts=root, title="Shards")
    assert session.title == "Shards"


async def test_sessions_are_checked(client: AsyncWebClient, root: str) -> None:
    """A long title, a stranger as initiator, a channel without the app."""
    for arguments, code in (
        ({"channel_id": BACKEND, "title": "x" * 201}, "invalid_arguments"),
        ({"channel_id": BACKEND, "initiator_user_id": "U0NOBODY"}, "user_not_in_channel"),
        ({"channel_id": GENERAL}, "not_in_channel"),
    ):
        with pytest.raises(SlackApiError, match=code):
            await client.agents_sessions_setStatus(status="active", thread_ts=root, **arguments)


async def test_loading_messages_are_limited(client: AsyncWebClient, root: str) -> None:
    """Eleven are too many."""
    with pytest.raises(SlackApiError, match="loading_messages"):
        await client.assistant_threads_setStatus(
            channel_id=BACKEND, thread_ts=root, status="x", loading_messages=["x"] * 11
        )


async def test_what_only_reports(workspace: Workspace, client: AsyncWebClient) -> None:
    """api.test, team.info, bots.info, users.list."""
    assert (await client.api_test(foo="bar"))["args"]["foo"] == "bar"
    with pytest.raises(SlackApiError, match="my_error"):
        await client.api_test(error="my_error")
    assert (await client.team_info())["team"]["name"] == "Acme"
    assert (await client.bots_info())["bot"]["user_id"] == workspace.identity.bot_user_id
    with pytest.raises(SlackApiError, match="bot_not_found"):
        await client.bots_info(bot="B0OTHER")
    first = await client.users_list(limit=2)
    assert len(first["members"]) == 2
    assert first["response_metadata"]["next_cursor"]
    with pytest.raises(SlackApiError, match="no_such_subteam"):
        await client.usergroups_users_list(usergroup="S0OTHER")


async def test_a_submission_can_push_and_update(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient, connect: Connect
) -> None:
    """push shows a second view, update changes it, a plain ack goes back to the first."""
    renamed = {**MODAL, "title": {"type": "plain_text", "text": "Second"}}
    steps: list[dict[str, Any]] = [
        {"response_action": "push", "view": MODAL},
        {"response_action": "update", "view": renamed},
        {},
    ]

    async def submitted(ack: AsyncAck) -> None:
        await ack(**steps.pop(0))

    app.view("task")(submitted)
    good = {"title": "Shard the ledger"}
    async with connect(app, workspace):
        opened = await client.views_open(trigger_id=workspace.triggers.issue(MAYA), view=MODAL)
        first = opened["view"]["id"]
        pushed = (await workspace.submit_view(MAYA, first, good))["view"]
        assert (pushed["previous_view_id"], pushed["root_view_id"]) == (first, first)
        updated = (await workspace.submit_view(MAYA, pushed["id"], good))["view"]
        assert (updated["id"], updated["title"]["text"]) == (pushed["id"], "Second")
        back = await workspace.submit_view(MAYA, pushed["id"], good)
        assert (back["response_action"], back["view"]["id"]) == ("update", first)
    shown = workspace.open_view(MAYA)
    assert shown is not None
    assert shown["id"] == first


async def test_external_ids(workspace: Workspace, client: AsyncWebClient) -> None:
    """A view can be updated by the app's own id, which is taken for others."""
    view = {**MODAL, "external_id": "task-7"}
    await client.views_open(trigger_id=workspace.triggers.issue(MAYA), view=view)
    assert (await client.views_update(external_id="task-7", view=view))["ok"]
    with pytest.raises(SlackApiError, match="duplicate_external_id"):
        await client.views_open(trigger_id=workspace.triggers.issue(LI), view=view)
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(external_id="other", view=MODAL)


async def test_the_apps_own_messages_do_not_come_back(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient, connect: Connect
) -> None:
    """Slack sends them; Bolt acks and drops them, also under another name."""
    heard: list[str] = []

    async def listen(event: dict[str, Any], ack: AsyncAck) -> None:
        heard.append(event["text"])

    app.event("message")(listen)
    async with connect(app, workspace):
        await client.chat_postMessage(channel=BACKEND, text="me")
        await client.chat_postMessage(channel=BACKEND, text="me, too", username="Database")
        await workspace.settled()
        assert workspace.hub.acked == 2
    assert heard == []
