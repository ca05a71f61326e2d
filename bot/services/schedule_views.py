"""A schedule as its card shows it."""

from datetime import datetime

from bot.domain.schedule import Slot
from bot.domain.schedule.draft import Draft
from bot.domain.schedule.spoken import coming_words, slot_words
from bot.services import schedules
from bot.services.ceremonies import CEREMONIES
from bot.slack.cards.schedule import ScheduleCard
from storage.models import Schedule
from storage.uow import UnitOfWork

RUNS = 5
_STATES = {"done": "begun", "failed": "failed", "missed": "missed", "running": "begins"}


async def card_of(uow: UnitOfWork, row: Schedule, *, now: datetime) -> ScheduleCard:
    """Return a schedule with its next and its last times."""
    runs = await uow.schedules.last_runs(row.id, limit=RUNS)
    card = line_of(row, now=now)
    return ScheduleCard(
        **vars(card) | {"runs": tuple((run.slot, _STATES[run.state]) for run in runs)}
    )


def line_of(row: Schedule, *, now: datetime) -> ScheduleCard:
    """Return a schedule without its last times."""
    coming = schedules.upcoming(schedules.timetable_of(row), now=now)
    zones = len(row.zones)
    following = next((slot for slot in coming if not slot.skipped), None)
    return ScheduleCard(
        schedule_id=row.id,
        public_id=row.public_id,
        draft=schedules.draft_of(row),
        title=_title(row.kind),
        coming=tuple(coming_words(coming, zones=zones)),
        next_slot=_next(following, zones),
        skipped=tuple(coming_words([slot for slot in coming if slot.skipped], zones=zones)),
        is_paused=row.paused_at is not None,
        created_by=row.created_by,
    )


def coming_of(draft: Draft, *, now: datetime) -> list[str]:
    """Return a draft's next times in words; raises UserFacingError for one that cannot be."""
    table = schedules.check(draft, now=now)
    return coming_words(schedules.upcoming(table, now=now), zones=len(draft.zones))


def kinds() -> list[tuple[str, str]]:
    """Return what can be scheduled, with what each does."""
    return [(kind, ceremony.about) for kind, ceremony in CEREMONIES.items()]


def titles() -> list[tuple[str, str]]:
    """Return what can be scheduled, with how each is called."""
    return [(kind, ceremony.title) for kind, ceremony in CEREMONIES.items()]


def _next(slot: Slot | None, zones: int) -> str:
    return f"next {slot_words(slot, zones=zones)}" if slot is not None else "over"


def _title(kind: str) -> str:
    ceremony = CEREMONIES.get(kind)
    return ceremony.title if ceremony is not None else kind
