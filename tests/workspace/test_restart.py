"""A workspace with a state file outlives its process."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from slack_bolt.async_app import AsyncApp

from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.seed import BACKEND, MAYA, TOM
from tests.workspace.conftest import Seen, client_of, connected

_SCRIPT = """
import asyncio, pathlib, sys
from bot.workspace import Workspace, WorkspaceServer

async def main():
    async with WorkspaceServer(Workspace(state_file=pathlib.Path(sys.argv[1]))) as server:
        await server.workspace.say("U0MAYA0001", "#backend", "before the crash")
        sys.stdout.write("said\\n")
        sys.stdout.flush()
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_kill_9_loses_nothing(tmp_path: Path) -> None:
    """What was said before the kill is there afterwards, with its pending event."""
    file = tmp_path / "state.db"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SCRIPT, str(file), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"said\n"
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    workspace = Workspace(state_file=file, rate_scale=None)
    async with WorkspaceServer(workspace) as server:
        assert [m["text"] for m in workspace.history("#backend")] == ["before the crash"]
        app, seen = AsyncApp(client=client_of(server)), Seen(workspace)

        async def heard(body: dict[str, object]) -> None:
            seen.add(body)

        app.event("message")(heard)
        async with connected(app, workspace):
            (body,) = await seen.wait(1)
            await workspace.settled()
        assert body["event"]["text"] == "before the crash"
        assert workspace.store.load("pending") == []


async def test_everything_is_found_again(tmp_path: Path) -> None:
    """Channels, threads, reactions, edits, files and Home; timestamps go on upwards."""
    file = tmp_path / "deep" / "state.db"
    first = Workspace(state_file=file, rate_scale=None)
    async with WorkspaceServer(first) as server:
        client = client_of(server)
        room = first.people.create_channel(MAYA, "incident-7", is_private=True)
        root = await first.say(TOM, "#backend", "root")
        await client.chat_postMessage(channel=BACKEND, text="reply", thread_ts=root["ts"])
        gone = await client.chat_postMessage(channel=BACKEND, text="gone")
        await client.chat_delete(channel=BACKEND, ts=gone["ts"])
        await client.reactions_add(channel=BACKEND, timestamp=root["ts"], name="eyes")
        message = first.people.attach(TOM, BACKEND, "notes one.txt", b"hello")
        await client.views_publish(user_id=MAYA, view={"type": "home", "blocks": []})
        expected = first.history("#backend")
    second = Workspace(state_file=file)
    assert second.history("#backend") == expected
    assert [m["text"] for m in second.thread("#backend", root["ts"])] == ["root", "reply"]
    assert second.state.channel("incident-7") == room
    assert second.uploads.content(message["files"][0]["id"]) == b"hello"
    home = second.modals.home(MAYA)
    assert home is not None
    assert home["type"] == "home"
    assert second.state.timestamps.next() > expected[-1]["ts"]
    await second.close()


async def test_a_running_stream_is_over_after_a_restart(tmp_path: Path) -> None:
    """The message stays, without its streaming mark."""
    file = tmp_path / "state.db"
    first = Workspace(state_file=file, rate_scale=None)
    async with WorkspaceServer(first) as server:
        await client_of(server).chat_startStream(
            channel=BACKEND,
            thread_ts=(await first.say(MAYA, "#backend", "x"))["ts"],
            markdown_text="half",
            recipient_team_id="T1",
            recipient_user_id=MAYA,
        )
    second = Workspace(state_file=file)
    root = second.history("#backend")[0]
    half = second.thread("#backend", root["ts"])[1]
    assert half["text"] == "half"
    assert "streaming" not in half
    await second.close()
