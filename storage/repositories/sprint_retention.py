"""What of sprints is past its time: votes with their reasons; items and estimates stay."""

from datetime import datetime

from sqlalchemy import exists

from storage.models import Sprint, SprintVote
from storage.repositories.retention import Stale


def sprint_votes(before: datetime) -> Stale:
    """Return the votes of sprints that ended before a moment; forecasts need none of them."""
    ended = exists().where(Sprint.id == SprintVote.sprint_id, Sprint.ended_at < before)
    return Stale(SprintVote, ended)
