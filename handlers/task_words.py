"""`stop`, `yes`, `no` and `retry` in a task's thread: what its buttons do, said in words."""

from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.access import Act
from bot.domain.task import TaskState
from bot.domain.thread_word import Word, is_word, needs_thread, word_for
from bot.errors import NotAllowed, UserFacingError
from bot.services import tasks
from bot.services.access import act_to_stop
from handlers.desk import Desk
from handlers.direct_yes import plans_that_wait, which_of
from handlers.reach import whisper
from handlers.second_try import try_of
from handlers.thread_words import task_thread
from storage.models import Task

_NEEDS: dict[Word, Act] = {
    Word.STOP: "ask",
    Word.NO: "ask",
    Word.RETRY: "ask",
    Word.YES: "approve",
}
"""As for the buttons of the same meaning (handlers/access.py)."""
_NEEDS_NO_FILE = (Word.STOP, Word.NO)
"""Whoever attaches a file to another word has something for the specialists to read."""


class TaskWords:
    """A reply that says nothing but such a word is no message for the specialists."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def follow(
        self,
        event: dict[str, Any],
        text: str,
        context: AsyncBoltContext,
        client: AsyncWebClient,
        *,
        addressed: bool,
    ) -> bool:
        """Do what a reply asks of its thread's task; returns whether it was such a word.

        Raises UserFacingError, once, for a person who may not, and where there is nothing to stop.
        """
        if not is_word(text):
            return False
        if await self._is_over(event, context.team_id or ""):
            return True  # delivered again: it may meet another round
        task = await self._task(event, context.team_id or "", addressed=addressed)
        if task is None:
            return await self._outside(event, text, context, client, addressed=addressed)
        word = word_for(text, task.state)
        if word is None or (event.get("files") and word not in _NEEDS_NO_FILE):
            return False
        if word is Word.YES and str(event["ts"]) <= task.read_ts:
            return False  # told late: the plan that waits was made after it, of what came after it
        if await self._is_taken(event, task.workspace_id):
            return False  # delivered again: done before, or read by the specialists
        return await self._carry_out(word, task, event, context, client, addressed=addressed)

    async def _carry_out(
        self,
        word: Word,
        task: Task,
        event: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
        *,
        addressed: bool,
    ) -> bool:
        act = await self._act(word, task, event, client)
        try:
            await self._require(act, event, client, task)
            told = await self._do(word, task, event)
        except UserFacingError as refused:
            if isinstance(refused, NotAllowed) and (
                act == "ask" or not (addressed or await self._may_ask(event, context, client))
            ):
                return False  # refused where it is taken in, once, or only overheard
            if await self._is_told(event, context, over=True):
                raise
            return True
        if await self._is_told(event, context):
            root = event.get("thread_ts")
            await whisper(client, event["channel"], event["user"], told, thread_ts=root)
        return True

    async def _act(
        self, word: Word, task: Task, event: dict[str, Any], client: AsyncWebClient
    ) -> Act:
        if word not in (Word.STOP, Word.NO):
            return _NEEDS[word]
        directory = self._desk.directory(client, task.workspace_id)
        return await act_to_stop(directory, task, user_id=str(event["user"]))

    async def _task(
        self, event: dict[str, Any], workspace_id: str, *, addressed: bool
    ) -> Task | None:
        thread = await task_thread(self._desk, event, workspace_id)
        if thread is None or (thread.mention_only and not addressed):
            return None
        async with self._desk.ctx.database.read() as uow:
            return await uow.tasks.of_thread(thread.id)

    async def _is_taken(self, event: dict[str, Any], workspace_id: str) -> bool:
        async with self._desk.ctx.database.read() as uow:
            return await uow.receipts.is_there(workspace_id, _key(event))

    async def _is_over(self, event: dict[str, Any], workspace_id: str) -> bool:
        async with self._desk.ctx.database.read() as uow:
            return await uow.receipts.is_there(workspace_id, _over(event))

    async def _do(self, word: Word, task: Task, event: dict[str, Any]) -> str:
        """Return what the person is told; the message's own receipt lets it happen once."""
        ctx, user = self._desk.ctx, str(event["user"])
        receipt = _key(event)
        if word in (Word.STOP, Word.NO):
            await tasks.stop(ctx, task.id, by=user, receipt=receipt)
            return f"{task.public_id} is stopped. `retry` here goes on with it."
        if word is Word.YES:
            task = await tasks.approve_plan(ctx, task.id, by=user, receipt=receipt)
        else:
            task = await tasks.resume(ctx, task.id, by=user, receipt=receipt)
        await self._desk.start(task)
        return f"{task.public_id} {went_on(task)}."

    async def _require(
        self, act: Act, event: dict[str, Any], client: AsyncWebClient, task: Task
    ) -> None:
        await self._desk.require(
            act,
            client=client,
            workspace_id=task.workspace_id,
            user_id=str(event["user"]),
            channel_id=task.channel_id,
        )

    async def _may_ask(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> bool:
        return await self._desk.may(
            "ask",
            client=client,
            workspace_id=context.team_id or "",
            user_id=str(event["user"]),
            channel_id=str(event["channel"]),
        )

    async def _outside(
        self,
        event: dict[str, Any],
        text: str,
        context: AsyncBoltContext,
        client: AsyncWebClient,
        *,
        addressed: bool,
    ) -> bool:
        """Follow a word outside of a task's thread where it can mean one task only, or say, once,
        where it belongs; returns whether it was such a word.
        """
        if not addressed:
            return False
        workspace = context.team_id or ""
        waiting = await plans_that_wait(self._desk, event, text, workspace)
        if not waiting and not needs_thread(text):
            return False
        if waiting and await self._is_taken(event, workspace):
            return True
        if len(waiting) == 1:
            (task,) = waiting
            return await self._carry_out(
                Word.YES, task, event, context, client, addressed=addressed
            )
        if await self._is_told(event, context, over=True):
            raise which_of(waiting)
        return True

    async def _is_told(
        self, event: dict[str, Any], context: AsyncBoltContext, *, over: bool = False
    ) -> bool:
        """Claim what is told of a message, once. One that is `over` is followed no more, unless its
        writer edits it. In this order, so that who finds it over says nothing.
        """
        workspace = context.team_id or ""
        first = await self._desk.is_first(workspace, f"task-word:{try_of(event)}")
        if over:
            await self._desk.is_first(workspace, _over(event))
        return first

    async def tell_waiting(self, event: dict[str, Any], task: Task, client: AsyncWebClient) -> None:
        """Say, once to a person, that words alone move nothing while a plan waits for a yes."""
        user, channel = str(event["user"]), str(event["channel"])
        if task.state is not TaskState.AWAITING_APPROVAL:
            return
        key = f"task-word:waits:{task.id}:{task.round}:{user}"
        if await self._desk.is_first(task.workspace_id, key):
            await whisper(
                client,
                channel,
                user,
                f"Noted; {task.public_id} still waits for a `yes` or a `no`. *Change the plan* on"
                " its card plans anew.",
                thread_ts=str(event.get("thread_ts") or event["ts"]),
            )


def _over(event: dict[str, Any]) -> str:
    return f"task-word:over:{try_of(event)}"


def _key(event: dict[str, Any]) -> str:
    return f"message:{event['channel']}:{event['ts']}"


def went_on(task: Task) -> str:
    """Return what became of a task that was taken up again."""
    if task.state is TaskState.AWAITING_APPROVAL:
        return "waits for a `yes` again: its plan has none yet"
    return "goes on"
