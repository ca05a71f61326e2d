"""One look at all that comes up by time: a process with nothing to do asks one question."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.decision import DecisionState
from bot.domain.task import AT_WORK, ENDED, TaskState
from bot.domain.worktree import WorktreeState
from storage.models import (
    ArchitectureReview,
    Channel,
    CodeRepository,
    Decision,
    DecisionDue,
    Escalation,
    Forgetting,
    HandOff,
    LearningItem,
    RetroAction,
    Retrospective,
    Schedule,
    Sprint,
    Standup,
    Survey,
    Task,
    ToolServer,
    Workspace,
    Worktree,
)
from storage.models.base import UtcDateTime
from storage.prepared import Prepared
from storage.repositories.base import Repository, app_is_there

_NOW: ColumnElement[Any] = bindparam("now", type_=UtcDateTime)


def _come(
    moment: InstrumentedAttribute[Any], workspace_id: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    return exists().where(moment <= _NOW, app_is_there(workspace_id))


def _one_of(states: frozenset[TaskState]) -> ColumnElement[bool]:
    # A prepared statement takes no lists.
    return or_(*(Task.state == state for state in sorted(states)))


def _in_slack(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    here = (Channel.workspace_id == Task.workspace_id) & (Channel.id == Task.channel_id)
    return exists().where(condition, here, Channel.surface == "slack")


_SENT_BACK = exists().where(
    Decision.workspace_id == Workspace.id, Decision.state == DecisionState.CHANGES_REQUESTED
)
_LOOKS: dict[str, ColumnElement[bool]] = {
    "schedules": _come(Schedule.next_slot_at, Schedule.workspace_id),
    "resume-due": _in_slack((Task.state == TaskState.PAUSED) & (Task.resume_at <= _NOW)),
    "sweep": or_(
        _in_slack(_one_of(AT_WORK) & (Task.started_run == Task.run)),
        # By workspace, as the index is.
        exists(Workspace.id).where(_SENT_BACK),
    ),
    "escalations": _come(Escalation.due_at, Escalation.workspace_id),
    "standups": _come(Standup.due_at, Standup.workspace_id),
    "architecture-reviews": _come(ArchitectureReview.due_at, ArchitectureReview.workspace_id),
    "retrospectives": or_(
        _come(Retrospective.due_at, Retrospective.workspace_id),
        _come(RetroAction.remind_at, RetroAction.workspace_id),
        _come(LearningItem.remind_at, LearningItem.workspace_id),
    ),
    "surveys": _come(Survey.due_at, Survey.workspace_id),
    "sprints": _come(Sprint.due_at, Sprint.workspace_id),
    "decisions-due": exists().where(
        DecisionDue.told_at.is_(None),
        DecisionDue.due_at <= _NOW,
        Decision.id == DecisionDue.decision_id,
        app_is_there(Decision.workspace_id),
    ),
    "hand-offs": _come(HandOff.remind_at, HandOff.workspace_id),
    "tool-servers": _come(ToolServer.check_at, ToolServer.workspace_id),
    "worktrees": or_(
        exists().where(
            Worktree.state == WorktreeState.OPEN,
            Task.id == Worktree.task_id,
            or_(_one_of(ENDED), Task.round != Worktree.round),
            app_is_there(Worktree.workspace_id),
        ),
        _come(Worktree.branch_at, Worktree.workspace_id),
        # The machine is tried before a specialist's step asks, and folders are removed at once.
        exists().where(CodeRepository.writable, app_is_there(CodeRepository.workspace_id)),
    ),
    # Also where the app was removed: a wish to be forgotten waits for nobody.
    "forgetting": exists().where(Forgetting.due_at <= _NOW),
}
"""What each sweep would find something of, by its id; the sweep itself looks again, and locks."""
LOOKED_FOR = frozenset(_LOOKS)
_DUE = Prepared(select(*_LOOKS.values()))


class DueRepository(Repository):
    """Of the whole database: what is due is a process's work, not anybody's to see."""

    async def names(self, now: datetime) -> frozenset[str]:
        """Return the ids of the sweeps for which there is something to do at `now`."""
        found = await _DUE.one(self.session, now=now)
        return frozenset(name for name, there in zip(_LOOKS, found or (), strict=True) if there)
