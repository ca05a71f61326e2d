"""What the sprints that run want: specialists, services, the days of their tests."""

from datetime import date

from bot.domain.conflict.claims import LONGEST_SUBJECT
from bot.domain.conflict.wants import Kind, Want
from bot.domain.days import day_words
from bot.domain.roots import is_provisional
from bot.services.conflict_work import AtWork, sprint_claimant
from bot.slack.text import clip
from storage.repositories.conflict_notes import OpenItem
from storage.uow import UnitOfWork


async def sprint_wants(uow: UnitOfWork, work: AtWork) -> list[Want]:
    """A sprint wants, from its start, whom and what its items name, and the days of its tests."""
    found = []
    for each in work.items:
        found += [_of_sprint(each, "specialist", name) for name in each.item.specialists]
        if each.item.service:
            found.append(_of_sprint(each, "service", each.item.service))
    by_id = {each.item.id: each for each in work.items}
    sprints = {each.sprint.id for each in work.items}
    for test in await uow.conflict_notes.sprint_tests(work.workspace_id, sprints, today=work.today):
        parts = [by_id[item_id] for item_id in test.items if item_id in by_id]
        found += [
            _of_sprint(part, "slot", _day_of_tests(part.item.service, test.on_day))
            for part in parts
            if part.item.service
        ]
    return found


def _day_of_tests(service: str, day: date) -> str:
    """Return a name for it that a conflict can have: who opens one keeps all of it."""
    tail = f", tests on {day_words(day, weekday=True)}"
    return clip(service, LONGEST_SUBJECT - len(tail)) + tail


def _of_sprint(each: OpenItem, kind: Kind, subject: str) -> Want:
    sprint = each.sprint
    return Want(
        kind,
        subject,
        sprint_claimant(sprint.id),
        sprint.public_id,
        sprint.channel_id,
        each.is_private,
        since=max(sprint.accepted_at or sprint.created_at, each.item.created_at),
        # Its thread begins with a message that may still be on its way.
        speaks=not is_provisional(each.root_ts),
    )
