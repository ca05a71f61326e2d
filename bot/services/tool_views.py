"""What people are shown of tools: servers with their health, repositories, a task's calls."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.domain.tool_call import CallState
from bot.domain.tool_capability import capabilities
from bot.domain.tool_pin import mark_of_all
from bot.services.context import Context
from bot.services.sandbox_views import sandbox_line
from bot.services.tool_offers import tools_of
from bot.services.tool_servers import changes_of, permissions_of
from bot.slack.cards.tool_server import CallLine, RepositoryLine, ServerLine, ToolsCard
from storage.models import Task, ToolServer
from storage.uow import UnitOfWork

COUNTED = timedelta(days=7)
MOST_CALLS = 30
"""Ours: of one task, in a list."""


async def tools_card(
    ctx: Context, uow: UnitOfWork, workspace_id: str, *, seen_from: str
) -> ToolsCard:
    """Return what `/lead tools` shows in a channel."""
    counts = await uow.tool_calls.count_since(workspace_id, ctx.clock.now() - COUNTED)
    servers = await uow.tool_servers.all(workspace_id)
    folders = await uow.code_repositories.all(workspace_id, seen_from=seen_from)
    return ToolsCard(
        servers=tuple(server_line(row, counts) for row in servers),
        repositories=tuple(
            RepositoryLine(name=row.name, fetched_at=row.fetched_at, problem=row.problem)
            for row in folders
        ),
        days=COUNTED.days,
        enabled=ctx.settings.tools.enabled,
        changing=await sandbox_line(ctx, uow, workspace_id, seen_from=seen_from),
    )


def server_line(row: ToolServer, counts: dict[tuple[str, str], int] | None = None) -> ServerLine:
    """Return one server as people are shown it; its command's arguments are the operator's."""
    tools, changed = tools_of(row), changes_of(row)
    mine = {state: n for (server, state), n in (counts or {}).items() if server == row.name}
    return ServerLine(
        server_id=row.id,
        name=row.name,
        reached_by=_reached_by(row),
        can=tuple(sorted(capabilities(tool.name for tool in tools))),
        permissions=dict(permissions_of(row)),
        private=row.private,
        seen_at=row.seen_at,
        problem=row.problem,
        calls=sum(mine.values()),
        failed=sum(mine.get(state.value, 0) for state in (CallState.FAILED, CallState.LOST)),
        changed=tuple((tool.name, tool.description) for tool in tools if tool.name in changed),
        shown=mark_of_all(tools),
    )


def _reached_by(row: ToolServer) -> str:
    """Return a program's name or a host: arguments and paths may hold what is not for everybody."""
    if row.command:
        return f"command {row.command[0].rsplit('/', 1)[-1]}"
    return urlsplit(row.url).hostname or ""


@dataclass(frozen=True)
class TaskCalls:
    """A task's calls, newest first."""

    public_id: str
    lines: tuple[CallLine, ...]


async def task_calls(ctx: Context, uow: UnitOfWork, task: Task) -> TaskCalls:
    """Return which tools a task's specialists used, and what came of it; no contents."""
    rows = await uow.tool_calls.of_task(task.id, limit=MOST_CALLS)
    titles = {name: who.title for name, who in ctx.team.specialists.items()}
    lines = tuple(
        CallLine(
            who=titles.get(row.specialist, row.specialist),
            server=row.server,
            tool=row.tool,
            state=row.state.value,
            size=row.result_size,
            seconds=row.seconds,
            at=_moment(row.ended_at, row.created_at),
        )
        for row in rows
    )
    return TaskCalls(task.public_id, lines)


def _moment(ended: datetime | None, begun: datetime) -> datetime:
    return ended or begun
