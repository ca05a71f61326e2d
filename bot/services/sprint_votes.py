"""Estimates by votes: hidden, with reasons, revealed together, asked again where far apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.sprint.estimates import SCALES
from bot.domain.sprint.states import BEFORE_START, CLOSED
from bot.errors import UserFacingError
from bot.services import sprint_facts, sprint_news, sprints
from bot.services.context import Context
from bot.services.sprint_facts import votes_of
from bot.services.sprint_rows import MOST_REASON
from storage.models import Sprint, SprintItem, SprintVote
from storage.uow import UnitOfWork

MOST_AT_ONCE = 20
"""Items of one form."""


@dataclass(frozen=True)
class Ballot:
    """One person's votes and reasons, by the item's id; `rounds` is what was asked."""

    values: Mapping[str, float]
    reasons: Mapping[str, str]
    rounds: Mapping[str, int]


def to_estimate(items: Sequence[SprintItem]) -> list[SprintItem]:
    """Return the items that can be voted on: not closed, and not revealed in their round."""
    return [item for item in items if item.state not in CLOSED and item.revealed_at is None]


async def vote(ctx: Context, sprint: Sprint, ballot: Ballot, *, by: str, receipt: str) -> int:
    """Store a person's votes in place of their earlier ones; returns how many counted.

    Items that were revealed while the form was open take none. Raises UserFacingError for no vote
    at all, one beside the scale, or when all were revealed meanwhile.
    """
    if not ballot.values:
        raise UserFacingError("Estimate at least one item.", hint="Leave out what you cannot know.")
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        sprint = await uow.sprints.get(sprint.workspace_id, sprint.id, lock=True)
        if not await uow.receipts.is_new(sprint.workspace_id, receipt, now=now):
            return 0
        sprints.check_alive(sprint)
        if set(ballot.values.values()) - set(SCALES[sprint.unit]):
            raise UserFacingError("Choose a value of the scale.")
        items = await uow.sprint_items.items(sprint.id)
        counted = [
            item
            for item in to_estimate(items)
            if item.id in ballot.values and ballot.rounds.get(item.id) == item.round
        ]
        if not counted:
            raise UserFacingError(
                "These items were revealed while you had the form open.",
                hint="“Vote again” opens the next round.",
            )
        await uow.sprint_items.put_votes(
            sprint.id, [_vote(sprint, item, ballot, by=by, now=now) for item in counted]
        )
        cleared = {
            item.id: item.round
            for item in to_estimate(items)
            if item.id not in ballot.values and ballot.rounds.get(item.id) == item.round
        }
        await uow.sprint_items.drop_votes(sprint.id, voter=by, rounds=cleared)
        await sprints.announce(ctx, uow, sprint)
    return len(counted)


def _vote(
    sprint: Sprint, item: SprintItem, ballot: Ballot, *, by: str, now: datetime
) -> dict[str, object]:
    return {
        "item_id": item.id,
        "round": item.round,
        "voter": by,
        "workspace_id": sprint.workspace_id,
        "kind": "person",
        "value": ballot.values[item.id],
        "reason": ballot.reasons.get(item.id, "").strip()[:MOST_REASON],
        "basis": "",
        "voted_at": now,
    }


async def reveal(ctx: Context, sprint: Sprint, *, by: str, receipt: str) -> list[SprintItem]:
    """Show all votes that are hidden and take their medians; returns the items that it was.

    Who is far from the others is asked why in the thread. Raises UserFacingError where nobody
    has voted.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        sprint = await uow.sprints.get(sprint.workspace_id, sprint.id, lock=True)
        if not await uow.receipts.is_new(sprint.workspace_id, receipt, now=now):
            return []
        sprints.check_alive(sprint)
        votes = await uow.sprint_items.votes(sprint.id)
        shown = await _show(uow, sprint, votes, now=now)
        if not shown:
            raise UserFacingError(
                "Nobody has voted on what is hidden.", hint="Press *Estimate* first."
            )
        if sprint.state not in BEFORE_START:  # until then `announce` does
            await sprint_facts.weigh(ctx, uow, sprint)
        await sprints.note(uow, sprint, by, "sprint.reveal", now=now)
        await sprint_news.say_votes(ctx, uow, sprint, shown, votes)
        await sprints.announce(ctx, uow, sprint)
    return shown


async def _show(
    uow: UnitOfWork, sprint: Sprint, votes: Sequence[SprintVote], *, now: datetime
) -> list[SprintItem]:
    shown = []
    for item in to_estimate(await uow.sprint_items.items(sprint.id)):
        if not votes_of(item, votes, sprint.unit).voters:
            continue
        item.revealed_at = now
        came_to = votes_of(item, votes, sprint.unit).came_to
        if came_to is not None:
            item.estimate, item.agreed, item.updated_at = came_to.value, came_to.agreed, now
        shown.append(item)
    await uow.session.flush()
    return shown


async def vote_again(ctx: Context, sprint: Sprint, *, by: str, receipt: str) -> int:
    """Open the next round of the items whose votes lie far apart; returns how many.

    What specialists voted stays their vote. Raises UserFacingError where all agree.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        sprint = await uow.sprints.get(sprint.workspace_id, sprint.id, lock=True)
        if not await uow.receipts.is_new(sprint.workspace_id, receipt, now=now):
            return 0
        sprints.check_alive(sprint)
        items = await uow.sprint_items.items(sprint.id)
        wide = [i for i in items if i.state not in CLOSED and i.revealed_at and not i.agreed]
        if not wide:
            raise UserFacingError("No estimates lie far apart; there is nothing to vote again.")
        votes = await uow.sprint_items.votes(sprint.id)
        for item in wide:
            kept = [
                v
                for v in votes
                if v.item_id == item.id and v.round == item.round and v.kind == "specialist"
            ]
            item.round, item.revealed_at, item.updated_at = item.round + 1, None, now
            again = [{**_stays(vote), "round": item.round} for vote in kept]
            await uow.sprint_items.put_votes(sprint.id, again)
        await sprints.note(uow, sprint, by, "sprint.vote-again", now=now)
        await sprints.announce(ctx, uow, sprint)
    return len(wide)


def _stays(vote: SprintVote) -> dict[str, object]:
    names = ("item_id", "voter", "workspace_id", "kind", "value", "reason", "basis", "voted_at")
    return {name: getattr(vote, name) for name in names}
