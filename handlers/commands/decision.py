"""`/lead decisions` and `decision`: lists, one decision, and what one can do to it in words."""

from collections.abc import Awaitable, Callable
from datetime import date

from bot.domain.access import Act
from bot.domain.days import day_words
from bot.domain.decision import DecisionState, LinkKind
from bot.errors import UserFacingError
from bot.services import (
    decision_challenge,
    decision_dues,
    decision_links,
    decision_search,
    decision_views,
    decisions,
)
from bot.services.decision_challenge import Challenge
from bot.services.decision_rights import require_vote
from bot.slack.cards import decision_details, decision_list, text_post
from bot.slack.post import Post
from handlers.commands.table import Call, closest, number
from handlers.rooms import room_is_private
from storage.models import Decision

SHOWN = 20
_OPEN, _DUE = "open", "due"
_NONE = {_OPEN: "No decision waits for a vote.", _DUE: "No decision is due for a review."}


async def list_decisions(call: Call) -> Post:
    """Show the newest decisions that may be seen from here, or those that fit some words."""
    words = call.words.strip()
    here = call.channel_id
    today = call.desk.ctx.clock.now().date()
    async with call.desk.ctx.database.read() as uow:
        if not words:
            found = await uow.decisions.newest(call.workspace_id, limit=SHOWN, seen_from=here)
        elif words.lower() == _OPEN:
            state = DecisionState.PROPOSED
            found = await uow.decisions.newest(
                call.workspace_id, limit=SHOWN, state=state, seen_from=here
            )
        elif words.lower() == _DUE:
            found = await uow.decisions.due(
                call.workspace_id, today=today, limit=SHOWN, seen_from=here
            )
        else:
            hits = await decision_search.find(uow, call.workspace_id, words, seen_from=here)
            found = [*hits.named, *hits.matching][:SHOWN]
    if words and not found:
        return text_post(
            _NONE.get(words.lower(), "Nothing is recorded on that. `/lead decisions` lists all.")
        )
    return decision_list([decision_views.decision_row(row) for row in found])


async def run_decision(call: Call) -> Post:
    """Show one decision with all its fields, or do what the word behind its number says."""
    name, _, rest = call.words.strip().partition(" ")
    wanted = number(name, "D", noun="decision")
    async with call.desk.ctx.database.read() as uow:
        found = await uow.decisions.by_number(call.workspace_id, wanted, seen_from=call.channel_id)
        card = await decision_views.decision_card_view(
            call.desk.ctx, uow, found, seen_from=call.channel_id
        )
    verb, _, words = rest.strip().partition(" ")
    if not verb:
        return decision_details(card, buttons=True)
    if verb.lower() not in _VERBS:
        meant = closest(verb.lower(), list(_VERBS)) or "challenge"
        raise UserFacingError(
            f"I cannot “{verb[:30]}” a decision.",
            hint=f"Did you mean `/lead decision {found.public_id} {meant}`?",
        )
    act, run = _VERBS[verb.lower()]
    await call.require(act, channel_id=found.channel_id)
    if act == "decide":
        directory = call.desk.directory(call.client, call.workspace_id)
        await require_vote(directory, found, user_id=call.user_id)
    return text_post(await run(call, found, words.strip()))


async def _challenge(call: Call, found: Decision, words: str) -> str:
    private = await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    if private and found.channel_id not in ("", call.channel_id):
        # Words of a private channel would be posted in another.
        raise UserFacingError(
            f"{found.public_id} was decided elsewhere, and this channel is private.",
            hint="Challenge it there, or press *Challenge* on its card.",
        )
    made = await decision_challenge.challenge(
        call.desk.ctx,
        Challenge(
            decision_id=found.id,
            user_id=call.user_id,
            why=words,
            key=call.receipt,
            channel_id=call.channel_id,
            is_private=private,
        ),
    )
    name = made.public_id if made is not None else "It"
    return f"{name} is proposed instead. {found.public_id} stays in force until it is accepted."


async def _deprecate(call: Call, found: Decision, words: str) -> str:
    if not words:
        raise UserFacingError(
            "Say why it does not hold any more.",
            hint=f"E.g. `/lead decision {found.public_id} deprecate we left MySQL`.",
        )
    await decisions.decide(
        call.desk.ctx,
        found.id,
        DecisionState.DEPRECATED,
        by=call.user_id,
        reason=words,
        receipt=call.receipt,
    )
    return f"{found.public_id} is no longer valid."


async def _keep(call: Call, found: Decision, _words: str) -> str:
    kept = await decision_dues.keep(call.desk.ctx, found.id, by=call.user_id, receipt=call.receipt)
    day = kept.review_by
    review = f" Its next review is on {day_words(day, year=True)}." if day else ""
    return f"{kept.public_id} is still right.{review}"


async def _renew(call: Call, found: Decision, words: str) -> str:
    until: date | None = decision_dues.month_after(found, call.desk.ctx.clock.now().date())
    if words:
        until = None if words.lower() in ("for good", "forever") else _day(words)
    renewed = await decision_dues.renew(
        call.desk.ctx, found.id, until=until, by=call.user_id, receipt=call.receipt
    )
    last = renewed.expires_on
    return f"{renewed.public_id} stays " + (
        f"until {day_words(last, year=True)}." if last else "for good."
    )


def _linker(kind: LinkKind, says: str) -> Callable[[Call, Decision, str], Awaitable[str]]:
    async def link(call: Call, found: Decision, words: str) -> str:
        wanted = number(words, "D", noun="decision")
        async with call.desk.ctx.database.read() as uow:
            other = await uow.decisions.by_number(
                call.workspace_id, wanted, seen_from=call.channel_id
            )
        await call.require("decide", channel_id=other.channel_id)
        directory = call.desk.directory(call.client, call.workspace_id)
        await require_vote(directory, other, user_id=call.user_id)
        made = await decision_links.declare(
            call.desk.ctx, found.id, kind, wanted, by=call.user_id, receipt=call.receipt
        )
        # What is only proposed replaces nothing yet.
        waits = kind is LinkKind.SUPERSEDES and made.state is not DecisionState.ACCEPTED
        done = "is to replace" if waits else says
        then = ", once it is accepted" if waits else ""
        return f"{made.public_id} {done} {other.public_id}{then}."

    return link


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise UserFacingError(
            "I need a day, or “for good”.", hint="E.g. `/lead decision D-3 renew 2027-03-31`."
        ) from None


_VERBS: dict[str, tuple[Act, Callable[[Call, Decision, str], Awaitable[str]]]] = {
    "challenge": ("ask", _challenge),
    "deprecate": ("decide", _deprecate),
    "keep": ("decide", _keep),
    "renew": ("decide", _renew),
    "supersedes": ("decide", _linker(LinkKind.SUPERSEDES, "now replaces")),
    "amends": ("decide", _linker(LinkKind.AMENDS, "amends")),
    "relates-to": ("decide", _linker(LinkKind.RELATES_TO, "is related to")),
}
