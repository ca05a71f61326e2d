"""What of standups is past its time: runs that closed long ago, with what belongs to them."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_

from storage.models import (
    Standup,
    StandupAnswer,
    StandupBlocker,
    StandupMember,
    StandupQuestion,
)
from storage.repositories.retention import Stale

_Part = type[StandupAnswer] | type[StandupMember] | type[StandupQuestion]


def standups(before: datetime) -> dict[str, Stale]:
    """Return what closed, or was planned and never opened, before a moment; the parts first.

    A run that last named a blocker stays as long as the blocker: until it is solved so long ago.
    """
    old = or_(
        Standup.closed_at < before, and_(Standup.state == "planned", Standup.opens_at < before)
    )
    held = or_(StandupBlocker.solved_at.is_(None), StandupBlocker.solved_at >= before)
    run = and_(old, ~exists().where(StandupBlocker.standup_id == Standup.id, held))
    solved = and_(~held, exists().where(Standup.id == StandupBlocker.standup_id, old))
    return {
        "standup_blockers": Stale(StandupBlocker, solved),
        "standup_answers": Stale(StandupAnswer, _of(StandupAnswer, run)),
        "standup_members": Stale(StandupMember, _of(StandupMember, run)),
        "standup_questions": Stale(StandupQuestion, _of(StandupQuestion, run)),
        "standups": Stale(Standup, run),
    }


def _of(part: _Part, run: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Standup.id == part.standup_id, run)
