"""Several processes on one PostgreSQL, as real ones: they share the work and know of each other."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import aiohttp
import psycopg
import pytest

from bot.cli.bot_process import BotProcess
from bot.workspace import WorkspaceServer
from tests.support.databases import PostgresServer
from tests.support.processes import Home, kill, patience, teamlead, until
from tests.support.stage import Stage, words
from tests.support.workspaces import patient_workspace

BILLING = "we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps"

pytestmark = [pytest.mark.postgres, pytest.mark.chaos]


@dataclass
class Scene:
    """A workspace that outlives the processes, and the database that they share."""

    stage: Stage
    home: Home
    database: str

    def start(
        self, command: str, **more: str
    ) -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
        """Start `teamlead COMMAND` with the offline playbook."""
        workspace = self.stage.workspace
        return teamlead(
            self.home,
            *command.split(),
            TEAMLEAD_MODEL_PROVIDER="offline",
            SLACK_API_URL=self.stage.server.api_url,
            SLACK_BOT_TOKEN=workspace.bot_token,
            SLACK_APP_TOKEN=workspace.app_token,
            TEAMLEAD_OUTBOX_PER_CHANNEL_SECONDS="0",
            **{"DATABASE_URL": self.database, **more},
        )

    async def workers(self) -> list[dict[str, Any]]:
        """Return what `teamlead workers --json` says, by command."""
        async with self.start("workers --json") as process:
            out, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        return sorted(json.loads(out), key=lambda worker: str(worker["command"]))


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    with postgres_server.fresh() as url:
        yield url


@pytest.fixture
async def scene(tmp_path: Path, postgres_url: str) -> AsyncIterator[Scene]:
    workspace = patient_workspace()
    async with WorkspaceServer(workspace) as slack:
        stage = Stage(workspace, slack, cast(BotProcess, None))
        yield Scene(stage, Home(tmp_path, ""), postgres_url)


async def up(process: asyncio.subprocess.Process) -> str:
    """Wait for the line that says a process works; return the address of its health, if any."""
    assert process.stderr is not None
    seen: list[str] = []
    try:
        async with patience():
            while line := (await process.stderr.readline()).decode():
                seen.append(line)
                if "Ctrl-C ends it" in line:
                    return line.partition("Health: ")[2].partition("/readyz")[0]
    except TimeoutError:
        raise AssertionError(f"it does not come up: {''.join(seen)}") from None
    raise AssertionError(f"it ended: {''.join(seen)}")


async def end(process: asyncio.subprocess.Process) -> None:
    """Ask it to end; it must do so without a complaint."""
    async with patience():
        process.terminate()
        _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    assert "Traceback" not in errors.decode()


async def test_an_ear_and_a_worker_share_the_work(scene: Scene) -> None:
    """Both live, a task is worked once, and each end is on record."""
    async with scene.start("run") as ear, scene.start("worker --http-port 0") as worker:
        url = await up(worker)
        await up(ear)
        async with aiohttp.ClientSession() as http:
            await ready(http, url)
        alive = await scene.workers()
        assert [(w["command"], w["state"]) for w in alive] == [
            ("run", "alive"),
            ("worker", "alive"),
        ]
        assert {w["pid"] for w in alive} == {ear.pid, worker.pid}
        assert len({w["id"] for w in alive}) == 2

        root = await scene.stage.mention(BILLING)
        await until(lambda: "Decision proposed" in words(scene.stage.thread(root)), process=worker)
        await end(ear)
        await end(worker)

    keys = [post["metadata"]["event_payload"]["key"] for post in scene.stage.thread(root)]
    assert len(keys) == len(set(keys))
    assert [worker["state"] for worker in await scene.workers()] == ["stopped", "stopped"]


async def test_a_worker_goes_on_alone(scene: Scene) -> None:
    """The ear is killed right after it took a message in: the worker answers all the same."""
    async with scene.start("worker") as worker:
        await up(worker)
        async with scene.start("run") as ear:
            await up(ear)
            root = await scene.stage.mention(BILLING)
            reacted = scene.stage.workspace.calls_of
            await until(lambda: bool(reacted("reactions.add")), process=ear)
            await kill(ear)
        await until(lambda: "Decision proposed" in words(scene.stage.thread(root)), process=worker)
        await end(worker)


async def test_one_process_at_a_time_on_sqlite(scene: Scene, tmp_path: Path) -> None:
    """A worker beside a bot on SQLite says so in one sentence, exit code 2."""
    database = f"sqlite:///{tmp_path / 'one.db'}"
    async with scene.start("run", DATABASE_URL=database) as ear:
        await up(ear)
        async with scene.start("worker", DATABASE_URL=database) as worker:
            _, errors = await worker.communicate()
        assert worker.returncode == 2
        assert len(errors.decode().strip().splitlines()) == 1
        assert "already" in errors.decode()
        await end(ear)


async def readiness(http: aiohttp.ClientSession, url: str) -> tuple[int, dict[str, str]]:
    """Ask `/readyz`; return status and what is not ready."""
    async with http.get(f"{url}/readyz") as answer:
        return answer.status, (await answer.json())["not_ready"]


async def ready(http: aiohttp.ClientSession, url: str) -> None:
    """Wait until all is ready: each question takes as long as its answer."""
    async with patience():
        while (await readiness(http, url)) != (200, {}):
            continue


async def test_a_database_that_does_not_answer_is_not_ready(scene: Scene) -> None:
    """503 that names it while it hangs, 200 when it is back; alive all the time."""
    connection = await psycopg.AsyncConnection.connect(scene.database)
    async with (
        connection,
        scene.start("worker --http-port 0") as worker,
        aiohttp.ClientSession() as http,
    ):
        url = await up(worker)
        await ready(http, url)
        await connection.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")
        status, problems = await readiness(http, url)
        assert (status, list(problems)) == (503, ["database"])
        async with http.get(f"{url}/healthz") as alive:
            assert alive.status == 200
        await connection.rollback()
        await ready(http, url)
        await end(worker)


async def test_a_process_that_loses_its_lock_ends_at_once(scene: Scene) -> None:
    """Another process may work on its tasks from then on: one line, exit code 1."""
    async with scene.start("worker", TEAMLEAD_LOG_FORMAT="json") as worker:
        await up(worker)
        async with await psycopg.AsyncConnection.connect(scene.database) as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d"
                " ON d.oid = database WHERE locktype = 'advisory' AND datname = current_database()"
            )
        async with patience():
            _, errors = await worker.communicate()
    assert worker.returncode == 1
    assert '"event": "engine.lock_lost"' in errors.decode()
