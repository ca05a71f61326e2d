"""Streamed messages, sessions and status lines."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.messages.chunk import PlanUpdateChunk, TaskUpdateChunk
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import ManualClock
from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.seed import BACKEND, MAYA

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
async def server(clock: ManualClock) -> AsyncIterator[WorkspaceServer]:
    async with WorkspaceServer(Workspace(clock=clock, rate_scale=None)) as running:
        yield running


@pytest.fixture
async def root(client: AsyncWebClient) -> str:
    return str((await client.chat_postMessage(channel=BACKEND, text="plan"))["ts"])


async def started(client: AsyncWebClient, root: str, text: str = "Hello") -> str:
    """Start a stream in the thread; return its ts."""
    answer = await client.chat_startStream(
        channel=BACKEND,
        thread_ts=root,
        markdown_text=text,
        recipient_team_id="T1",
        recipient_user_id=MAYA,
    )
    return str(answer["ts"])


async def test_the_sdk_helper_streams(
    workspace: Workspace, client: AsyncWebClient, root: str
) -> None:
    """chat_stream adds up text, tasks and closing blocks into one message."""
    stream = await client.chat_stream(
        channel=BACKEND,
        thread_ts=root,
        recipient_team_id="T1",
        recipient_user_id=MAYA,
        task_display_mode="plan",
    )
    task = TaskUpdateChunk(id="db", title="Database", status="in_progress", details="look")
    await stream.append(chunks=[PlanUpdateChunk(title="Three steps"), task])
    shown = workspace.thread("#backend", root)[1]
    assert shown["streaming"]
    await stream.append(
        markdown_text="**Fine**",
        chunks=[TaskUpdateChunk(id="db", title="Database", status="complete", details="ed")],
    )
    divider = {"type": "divider"}
    await stream.stop(markdown_text=" indeed", blocks=[divider])
    message = workspace.thread("#backend", root)[1]
    assert "streaming" not in message
    assert message["text"] == "**Fine** indeed"
    plan, markdown, end = message["blocks"]
    assert (plan["type"], plan["title"]) == ("plan", "Three steps")
    assert plan["tasks"][0]["status"] == "complete"
    assert "looked" in str(plan["tasks"][0]["details"])
    assert markdown["text"] == "**Fine** indeed"
    assert end["type"] == "divider"


async def test_a_stream_ends_after_five_minutes(
    client: AsyncWebClient, root: str, clock: ManualClock
) -> None:
    """Then append and stop are refused, and chat.update is the way out."""
    ts = await started(client, root)
    with pytest.raises(SlackApiError, match="streaming_state_conflict"):
        await client.chat_update(channel=BACKEND, ts=ts, text="whole")
    clock.advance(timedelta(minutes=5, seconds=1))
    for call in (client.chat_appendStream, client.chat_stopStream):
        with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
            await call(channel=BACKEND, ts=ts, markdown_text="more")
    assert (await client.chat_update(channel=BACKEND, ts=ts, text="whole"))["ok"]


async def test_a_stream_has_room_for_so_much(
    workspace: Workspace, client: AsyncWebClient, root: str
) -> None:
    """Beyond about 11,900 characters it is msg_too_long, and what stood there stays."""
    ts = await started(client, root, "x" * 11_000)
    with pytest.raises(SlackApiError, match="msg_too_long"):
        await client.chat_appendStream(channel=BACKEND, ts=ts, markdown_text="y" * 1_000)
    await client.chat_stopStream(channel=BACKEND, ts=ts)
    assert workspace.thread("#backend", root)[1]["text"] == "x" * 11_000


async def test_what_a_stream_needs(client: AsyncWebClient, root: str) -> None:
    """Recipients in channels, one kind of content, known chunks."""
    with pytest.raises(SlackApiError, match="missing_recipient_team_id"):
        await client.chat_startStream(channel=BACKEND, thread_ts=root, markdown_text="x")
    with pytest.raises(SlackApiError, match="invalid_thread_ts"):
        await client.chat_startStream(
            channel=BACKEND, thread_ts="", recipient_team_id="T1", recipient_user_id=MAYA
        )
    ts = await started(client, root)
    with pytest.raises(SlackApiError, match="invalid_thread_ts"):
        await client.assistant_threads_setStatus(channel_id=BACKEND, thread_ts=ts, status="x")
    text = {"type": "markdown_text", "text": "x"}
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.chat_appendStream(channel=BACKEND, ts=ts, markdown_text="x", chunks=[text])
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.chat_appendStream(channel=BACKEND, ts=ts, chunks=[{"type": "song"}])
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await client.chat_stopStream(channel=BACKEND, ts=root)


async def test_the_status_line(
    workspace: Workspace, client: AsyncWebClient, root: str, clock: ManualClock
) -> None:
    """It goes away with the next message and after two minutes."""
    session = workspace.sessions.get(BACKEND, root)

    async def say_thinking() -> None:
        await client.assistant_threads_setStatus(
            channel_id=BACKEND, thread_ts=root, status="is thinking…", loading_messages=["hm"]
        )
        assert session.status == "is thinking…"

    await say_thinking()
    await client.chat_postMessage(channel=BACKEND, text="done", thread_ts=root)
    assert session.status == ""
    await say_thinking()
    clock.advance(timedelta(minutes=2))
    await workspace.wait_for(lambda: session.status == "")


async def test_agent_sessions(workspace: Workspace, client: AsyncWebClient, root: str) -> None:
    """States are checked; pressing Stop ends the streams of the thread."""
    await client.agents_sessions_setStatus(
        channel_id=BACKEND, thread_ts=root, status="processing", title="Ledger"
    )
    session = workspace.sessions.get(BACKEND, root)
    assert (session.state, session.title) == ("processing", "Ledger")
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.agents_sessions_setStatus(channel_id=BACKEND, thread_ts=root, status="busy")
    ts = await started(client, root)
    workspace.people.stop_session(MAYA, BACKEND, root)
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await client.chat_appendStream(channel=BACKEND, ts=ts, markdown_text="more")
    stopped = workspace.thread("#backend", root)[1]
    assert "streaming" not in stopped


async def test_processing_without_a_stop_subscription_warns(
    workspace: Workspace, client: AsyncWebClient, root: str
) -> None:
    """Slack would show a dead spinner; the warning says so."""
    workspace.events.subscribed -= {"agent_session_stopped"}
    answer = await client.agents_sessions_setStatus(
        channel_id=BACKEND, thread_ts=root, status="processing"
    )
    assert answer["warning"] == "missing_agent_session_stopped_event_subscription"
