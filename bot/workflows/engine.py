"""Starts and stops the durable engine, and takes over the unfinished work of dead processes."""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from dbos import DBOS, DBOSConfig, SetWorkflowID, WorkflowHandleAsync, WorkflowStatus

from bot.domain.decision import DecisionState
from bot.errors import DatabaseAway, ExternalError, UserFacingError
from bot.services import tasks, workers
from bot.services.context import Context
from bot.services.decisions import redraft_failed
from bot.workflows import holder
from bot.workflows.decision import run_revision
from bot.workflows.dispatch import Dispatcher
from bot.workflows.errors import new_error_id
from bot.workflows.executors import AdvisoryLocks, ExecutorLocks, FileLocks
from bot.workflows.serializer import JsonSerializer
from bot.workflows.task import run_task
from storage.files import begin_private, database_file, engine_file, lock_folder
from storage.migrate import RESTART_LOG
from storage.models import Decision, Task

log = structlog.get_logger(__name__)

APPLICATION_VERSION = "1"
"""Raise it only when waiting work must not go on under new code; else use DBOS.patch_async."""

BOT = "bot"
"""The kind of every process that works tasks of Slack, whatever command started it."""

_MAX_SLOTS = 64
_THREADS = 16
"""Steps' rows are written in them, a millisecond each; without a limit 50 tasks made 40."""
_CONNECTIONS = 4
"""To the engine's SQLite file, which one can write at a time; each holds 2 MB of its pages."""
_STARTING = timedelta(seconds=10)
"""Between taking a task and its run's first row lie milliseconds; after this long it was lost."""
_ALIVE = frozenset({"PENDING", "ENQUEUED", "DELAYED"})
"""The library's words for a run that is under way or will be."""


class AlreadyRunning(UserFacingError):
    """A living process of this kind works on the same database."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            "Another Teamlead already works on this.",
            hint="Stop it first, or give this one its own TEAMLEAD_HOME.",
        )
        self.kind = kind


class Engine:
    """The durable engine of this process; there can be one at a time."""

    def __init__(self, context: Context, *, kind: str, only: bool) -> None:
        """`kind` names what the process is: `bot`, or `ask-<task id>` for one terminal task.

        With `only` there may be one living process of the kind on the database; without it
        several take `<kind>-0`, `<kind>-1` and so on.
        """
        self._context = context
        self._kind = kind
        self._only = only
        self._locks: ExecutorLocks | None = None
        self._lost = asyncio.Event()
        self._launched_at = 0.0
        self._dispatcher = Dispatcher(context, self._begin)
        self._background: list[asyncio.Task[None]] = []
        self.executor_id = ""

    async def launch(self) -> None:
        """Take an executor's lock, go on with its unfinished work, accept new work."""
        database = self._context.database
        if database.dialect == "sqlite":
            file = database_file(database.engine.url)
            self._locks = FileLocks(lock_folder(file))
            url = f"sqlite:///{engine_file(file)}"
            _enable_wal(engine_file(file))
        else:
            self._locks = AdvisoryLocks(database.engine)
            url = database.engine.url.render_as_string(hide_password=False)
        try:
            self.executor_id = await self._take_lock(self._locks)
        except UserFacingError:
            await self._locks.close()
            raise
        logging.getLogger("dbos").setLevel(logging.WARNING)
        holder.hold(self._context, self)
        self._context.gate.open()
        self._context.caller.is_called(self.executor_id, since=self._context.clock.now())
        try:
            DBOS(config=_config(url, self.executor_id, kind=self._kind))
            DBOS.launch()
            if database.dialect == "sqlite":
                _restart_log(engine_file(file))
        except BaseException:  # also cancelled: what was opened is closed
            await self.close()
            raise
        self._launched_at = self._context.clock.monotonic()
        self._background = [asyncio.create_task(self._watch(self._locks), name="lock-watch")]
        if self._kind == BOT:
            self._background.append(asyncio.create_task(self._dispatcher.run(), name="dispatch"))
        log.debug("engine.launched", executor_id=self.executor_id)

    async def _take_lock(self, locks: ExecutorLocks) -> str:
        if self._only:
            if await locks.take(self._kind):
                return self._kind
            raise AlreadyRunning(self._kind)
        for slot in range(_MAX_SLOTS):
            if await locks.take(f"{self._kind}-{slot}"):
                return f"{self._kind}-{slot}"
        raise UserFacingError(f"{_MAX_SLOTS} processes already work on this database.")

    async def _watch(self, locks: ExecutorLocks) -> None:
        """End all work at once when the lock is gone: another process may do it by now."""
        await locks.lost()
        log.error("engine.lock_lost", executor_id=self.executor_id)
        self._lost.set()
        await holder.interrupt()

    async def wait_lost(self) -> None:
        """Return when this process has lost its lock, and with it the right to work."""
        await self._lost.wait()

    @property
    def running(self) -> int:
        """How many tasks are being worked in this process."""
        return len(holder.running())

    async def start_task(self, task_id: str, workflow_id: str) -> None:
        """Say that a task wants its turn; it may wait for it if many are at work."""
        self._dispatcher.wake()

    def ended(self) -> None:
        """A run is over: there is room for another, or the same task goes on in a next round."""
        self._dispatcher.wake()

    async def _begin(self, task: Task) -> None:
        await self._start(task.id, task.workflow_id)

    async def _start(self, task_id: str, workflow_id: str) -> WorkflowHandleAsync[str]:
        with SetWorkflowID(workflow_id):
            return await DBOS.start_workflow_async(run_task, task_id)

    async def run_task(self, task_id: str, workflow_id: str) -> None:
        """Start or join a task's run at once and wait for its end, its pause or its question.

        All that it does is stored then; that it is over, the library may still be writing down.
        """
        with holder.awaiting(workflow_id) as worked:
            handle = await self._start(task_id, workflow_id)
            ended = asyncio.create_task(handle.get_result(polling_interval_sec=0.05))
            either: set[asyncio.Future[Any]] = {worked, ended}
            try:
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if ended.done():
                    await ended
            finally:
                ended.cancel()

    async def start_revision(self, decision_id: str, revision: int) -> None:
        """Start redrafting a decision in this process; a second start joins the first."""
        async with self._context.database.read() as uow:
            decision = await uow.decisions.get(decision_id)
        with SetWorkflowID(_revision_id(decision, revision)):
            await DBOS.start_workflow_async(run_revision, decision_id)

    async def sweep(self, *, surface: str) -> int:
        """Start again what ended without ending its task, and redrafts that never started.

        Returns how many. What runs already stays as it is, so this can be called at any time.
        """
        async with self._context.database.read() as uow:
            begun = await uow.turns.begun(surface=surface)
            sent_back = await uow.decisions.in_state(
                DecisionState.CHANGES_REQUESTED, surface=surface
            )
        started = 0
        for task in await self._without_run(begun):
            started += await tasks.renew_run(self._context, task.id, run=task.run) is not None
        for decision in sent_back:
            revision = decision.revision + 1
            status = await DBOS.get_workflow_status_async(_revision_id(decision, revision))
            if status is None:
                await self.start_revision(decision.id, revision)
                started += 1
            elif status.status not in _ALIVE:  # its end could not be written down
                await self._reopen(decision.id)
        if started:
            self._dispatcher.wake()
        return started

    async def _reopen(self, decision_id: str) -> None:
        error_id = new_error_id()
        log.warning("decision.redraft_lost", decision_id=decision_id, error_id=error_id)
        lost = ExternalError("The redraft broke off.", retryable=True)
        await redraft_failed(self._context, decision_id, lost, error_id=error_id)

    async def _without_run(self, begun: Sequence[Task]) -> list[Task]:
        """Return those whose run is over, or was never begun although somebody meant to."""
        here = set(holder.running())
        suspects = [task for task in begun if task.id not in here]
        if not suspects:
            return []
        found = await DBOS.list_workflows_async(
            workflow_ids=[task.workflow_id for task in suspects],
            load_input=False,
            load_output=False,
        )
        runs = {run.workflow_id: run for run in found}
        missed = self._context.clock.now() - _STARTING
        return [
            task
            for task in suspects
            if self._is_over(runs.get(task.workflow_id), late=task.updated_at < missed)
        ]

    def _is_over(self, run: WorkflowStatus | None, *, late: bool) -> bool:
        """Whether no process is at a run, which is none of those under way here."""
        if run is None:
            return late
        if run.status == "PENDING" and run.executor_id == self.executor_id:
            # Its end could not be written down, e.g. on a full disk. What the library takes up at
            # its launch stands under our name, too, a moment before it runs.
            settled = self._context.clock.monotonic() - self._launched_at > _STARTING.seconds
            return late and settled
        return run.status not in _ALIVE

    async def start_again(self, task: Task) -> None:
        """Give a task a new run when its present one is over.

        A run can end before its task does, e.g. when the database was away for too long; it
        would give its stored end for ever.
        """
        status = await DBOS.get_workflow_status_async(task.workflow_id)
        if status is not None and status.status not in _ALIVE:
            await tasks.renew_run(self._context, task.id, run=task.run)

    async def take_over(self) -> int:
        """Go on with the work of processes of this kind that died; returns how many runs.

        A free lock says that its process is gone (see executors.py); it is kept from then on.
        """
        if self._only or self._locks is None:
            return 0
        pending = await DBOS.list_workflows_async(
            status="PENDING", load_input=False, load_output=False
        )
        owners = {run.executor_id for run in pending if run.executor_id} - {self.executor_id}
        taken = 0
        for executor_id in sorted(owners):
            if executor_id.startswith(f"{self._kind}-") and await self._locks.take(executor_id):
                self._context.caller.took_over(executor_id)
                # Private, but the only door to what the library does at its own launch.
                runs = await asyncio.to_thread(DBOS._recover_pending_workflows, [executor_id])
                log.warning("engine.took_over", executor_id=executor_id, runs=len(runs))
                await workers.taken_over(
                    self._context, executor_id, by=self.executor_id, runs=len(runs)
                )
                taken += len(runs)
        return taken

    async def close(self, grace_seconds: float = 0) -> None:
        """Stop: begin nothing more, let calls under way finish for so long, say what waits.

        Unfinished runs go on at the next launch, or in another process.
        """
        for work in self._background:
            work.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        self._background = []
        if grace_seconds and not self._lost.is_set():
            left = await self._context.gate.shut(grace_seconds)
            log.info("engine.drained", running=self.running, calls_left=left)
            try:
                await tasks.note_interrupted(self._context, holder.running())
            except DatabaseAway as away:  # the cards stay as they are; the end must not wait
                log.warning("engine.interruption_untold", kind=away.kind)
        await holder.interrupt()
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=0)
        # The library made its own threads this loop's default; they are gone now.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        holder.release()
        if self._locks is not None:
            await self._locks.close()


def _revision_id(decision: Decision, revision: int) -> str:
    """A redraft that failed may be asked for again: the moment of asking makes it another one."""
    asked = decision.decided_at.isoformat() if decision.decided_at else ""
    return f"decision:{decision.id}:{revision}:{asked}"


def _config(url: str, executor_id: str, *, kind: str) -> DBOSConfig:
    return DBOSConfig(
        # Recovered work goes through a queue that all processes of one name share: `ask` must
        # not pick up what the bot has to tell in Slack.
        name=f"teamlead-{kind}",
        system_database_url=url,
        application_version=f"{APPLICATION_VERSION}-{kind}",
        executor_id=executor_id,
        serializer=JsonSerializer(),
        log_level="WARNING",
        enable_otlp=False,
        max_executor_threads=_THREADS,
        **({"sys_db_pool_size": _CONNECTIONS} if url.startswith("sqlite") else {}),
        notification_listener_polling_interval_sec=0.5,  # also how long an end takes
    )


def _restart_log(file: Path) -> None:
    """Write over what the library's tables left in its log (`storage.migrate.RESTART_LOG`)."""
    connection = sqlite3.connect(file, timeout=0)
    connection.execute(f"PRAGMA {RESTART_LOG}").close()
    connection.close()


def _enable_wal(file: Path) -> None:
    """Turn on WAL, which stays with the file: a step costs a fifth of the time (ENGINE.md)."""
    file.parent.mkdir(parents=True, exist_ok=True)
    begin_private(str(file))  # runs name tasks and channels
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
