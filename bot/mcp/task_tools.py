"""Tools that list tasks, tell one with its result, and delegate a new one."""

import re
from collections.abc import Sequence

from bot.domain.cursor import number_of_cursor
from bot.domain.task import ENDED, OPEN
from bot.domain.usage import MICROS
from bot.errors import UserFacingError
from bot.mcp import record_shapes as shapes
from bot.mcp.tool import Call, Tool
from bot.services.delegating import delegate
from bot.services.task_report import TaskReport, task_report
from storage.models import Task

_STATES = {"open": OPEN, "ended": ENDED, "all": None}


def number_of(text: str, letter: str) -> int:
    """Return the number of what people call e.g. T-12; raises UserFacingError."""
    found = re.fullmatch(rf"(?:{letter}-)?(\d{{1,9}})", text.strip(), re.IGNORECASE | re.ASCII)
    if found is None:
        raise UserFacingError(f"“{text[:20]}” is no number of mine.", hint=f"E.g. {letter}-12.")
    return int(found[1])


async def _list(call: Call, asked: shapes.ListTasks) -> shapes.TaskList:
    view = await call.view(asked)
    async with call.ctx.database.read() as uow:
        rows = await uow.tasks.page(
            view.workspace_id,
            seen_from=view.channel_id,
            states=_STATES[asked.state],
            before=number_of_cursor(asked.cursor),
            limit=asked.limit + 1,
        )
    more = len(rows) > asked.limit
    shown = rows[: asked.limit]
    return shapes.TaskList(
        tasks=[shapes.TaskLine(**_line(row)) for row in shown],
        next_cursor=str(shown[-1].number) if more else None,
    )


async def _get(call: Call, asked: shapes.GetTask) -> shapes.TaskStory:
    view, number = await call.view(asked), number_of(asked.id, "T")
    async with call.ctx.database.read() as uow:
        task = await uow.tasks.by_number(view.workspace_id, number, seen_from=view.channel_id)
        return _story(await task_report(uow, task.id))


async def _delegate(call: Call, asked: shapes.DelegateTask) -> shapes.DelegatedTask:
    found = await delegate(
        call.ctx,
        call.starter,
        call.agent,
        await call.view(asked),
        text=asked.text,
        key=asked.idempotency_key,
    )
    return shapes.DelegatedTask(task=shapes.TaskLine(**_line(found.task)), is_new=found.is_new)


def _line(row: Task) -> dict[str, object]:
    return {
        "id": row.public_id,
        "title": row.title or row.text[:60],
        "state": row.state.value,
        "reason": row.state_reason,
        "channel": row.channel_id,
        "requested_by": row.requester_id,
        "created_at": row.created_at,
        "ended_at": row.ended_at,
    }


def _story(report: TaskReport) -> shapes.TaskStory:
    cost = report.usage.cost_micros
    made = report.synthesis
    return shapes.TaskStory.model_validate(
        _line(report.task)
        | {
            "text": report.task.text,
            "round": report.task.round,
            "answer": report.task.answer or "",
            "pieces": [_piece(report, item.key) for item in report.assignments],
            "recommendation": made
            and shapes.Recommendation(
                headline=made.headline,
                summary=made.summary,
                risks=list(made.risks),
                next_steps=list(made.next_steps),
                questions=list(made.questions),
            ),
            "decisions": [row.public_id for row in report.decisions],
            "cost_dollars": None if cost is None else cost / MICROS,
        }
    )


def _piece(report: TaskReport, key: str) -> shapes.Piece:
    item = next(one for one in report.assignments if one.key == key)
    output = report.output(key)
    return shapes.Piece(
        specialist=item.specialist,
        title=item.title,
        state=item.state.value,
        headline=output.headline if output else "",
        points=list(output.bullets) if output else [],
    )


TOOLS: Sequence[Tool] = (
    Tool(
        name="list_tasks",
        title="List tasks",
        description="List the tasks that the lead's team has or had, the newest first.",
        scope="records:read",
        arguments=shapes.ListTasks,
        result=shapes.TaskList,
        run=_list,
    ),
    Tool(
        name="get_task",
        title="Get a task",
        description="Tell one task: what was asked for, how far each specialist is, and, once it"
        " is done, the recommendation. After delegate_task, ask again until its state is done,"
        " failed or stopped; paused and awaiting-approval wait for people.",
        scope="records:read",
        arguments=shapes.GetTask,
        result=shapes.TaskStory,
        run=_get,
    ),
    Tool(
        name="delegate_task",
        title="Delegate a task",
        description="Ask the lead and its specialists for work, in the name of this token's"
        " person. A thread is opened in the channel, where people see it and can answer; the"
        " person's rights and the budgets count. Read the result with get_task.",
        scope="tasks:write",
        arguments=shapes.DelegateTask,
        result=shapes.DelegatedTask,
        run=_delegate,
        reads=False,
    ),
)
