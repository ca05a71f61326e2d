"""What of retrospectives is past its time: cards and topics; actions and lessons stay."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists

from storage.models import RetroCard, RetroGroup, Retrospective
from storage.repositories.retention import Stale


def retrospectives(before: datetime) -> dict[str, Stale]:
    """Return cards, then topics, of retrospectives that closed before a moment."""
    return {
        "retro_cards": Stale(RetroCard, _of(RetroCard, before)),
        "retro_groups": Stale(RetroGroup, _of(RetroGroup, before)),
    }


def _of(part: type[RetroCard] | type[RetroGroup], before: datetime) -> ColumnElement[bool]:
    return exists().where(
        Retrospective.id == part.retrospective_id, Retrospective.closed_at < before
    )
