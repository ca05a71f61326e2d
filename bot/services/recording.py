"""Decisions that people write down themselves, from a message where something was decided."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.decision import (
    DecisionProposal,
    DecisionRecord,
    DecisionState,
    LinkKind,
    Verdict,
    Vote,
    tally,
)
from bot.domain.events import DecisionProposed
from bot.domain.roots import provisional
from bot.domain.setting import Effective
from bot.errors import UserFacingError
from bot.services import decision_moves
from bot.services.context import Context
from bot.services.decision_links import connect
from bot.services.decision_rights import check_named, check_quorum
from bot.services.workspace_settings import effective
from storage.models import Decision
from storage.uow import UnitOfWork


@dataclass(frozen=True)
class Terms:
    """Under which terms a decision is made; what is None follows from the channel's settings."""

    quorum: int | None = None
    approvers: tuple[str, ...] = ()
    """Users and user groups that have a vote; empty: whoever may decide there."""
    review_by: date | None = None
    expires_on: date | None = None
    """The last day of a provisional decision."""
    supersedes: tuple[int, ...] = ()
    amends: tuple[int, ...] = ()
    relates_to: tuple[int, ...] = ()

    @property
    def links(self) -> dict[LinkKind, tuple[int, ...]]:
        """The decisions that it points at, by number."""
        return {
            LinkKind.SUPERSEDES: self.supersedes,
            LinkKind.AMENDS: self.amends,
            LinkKind.RELATES_TO: self.relates_to,
        }


@dataclass(frozen=True)
class Record:
    """A decision that a person writes down, from a message of the thread `root_ts`.

    Without one its card starts a thread of its own. `key` names the act, so that its second
    delivery records nothing.
    """

    workspace_id: str
    channel_id: str
    root_ts: str
    user_id: str
    title: str
    context: str
    outcome: str
    source_url: str
    key: str
    accepted: bool = False
    is_private: bool = False
    more: DecisionProposal | None = None
    """Its other fields, e.g. options and drivers; title, context and outcome are those above."""
    terms: Terms = Terms()


async def record(ctx: Context, wanted: Record) -> Decision | None:
    """Store it and show it in the message's thread; None when it was recorded before.

    It belongs to no task: the lead redrafts only what it wrote itself. Whether the person may is
    asked before (`bot.services.access`). Raises UserFacingError for a title or outcome of no words.
    """
    if not wanted.title.strip() or not wanted.outcome.strip():
        raise UserFacingError("A decision needs a title and an outcome.")
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.ensure(
            wanted.workspace_id, wanted.channel_id, now=now, is_private=wanted.is_private
        )
        if not await uow.receipts.claim(wanted.workspace_id, wanted.key, now=now):
            return None
        return await store(ctx, uow, wanted)


async def store(ctx: Context, uow: UnitOfWork, wanted: Record) -> Decision:
    """Store and show it in the transaction of `uow`, which has claimed the act's key.

    One that is accepted already counts as its author's yes; more may be needed. Raises
    UserFacingError for terms that make no sense.
    """
    place = {"channel_id": wanted.channel_id}
    settings = await effective(ctx, uow, wanted.workspace_id, **place)
    decision = await uow.decisions.add(await _decision(ctx, uow, wanted, settings))
    touched: list[Decision] = []
    for kind, numbers in wanted.terms.links.items():
        touched += await connect(ctx, uow, decision, kind, numbers)
    await relate(uow, decision, new=True)
    if wanted.accepted:
        touched += await _say_yes(ctx, uow, decision)
    details: dict[str, object] = {"state": decision.state.value}
    await decision_moves.note(ctx, uow, decision, "record", by=wanted.user_id, details=details)
    await ctx.announcer.announce(uow, DecisionProposed("", decision_id=decision.id))
    await decision_moves.tell(ctx, uow, *(row for row in touched if row is not decision))
    return decision


def id_of(wanted: Record) -> str:
    """Return the id that a decision has or will have: the same act always makes the same one."""
    name = f"{wanted.workspace_id}:{wanted.key}"
    return hashlib.blake2b(name.encode(), digest_size=16).hexdigest()


async def relate(uow: UnitOfWork, decision: Decision, *, new: bool = False) -> None:
    """Store which services a decision affects and who implements it, as its record says."""
    record = decision.record
    await uow.decision_parts.relate(
        decision, services=record.services, specialists=record.specialists, new=new
    )


async def _say_yes(ctx: Context, uow: UnitOfWork, decision: Decision) -> list[Decision]:
    user = decision.author_id or ""
    if decision.approvers and user not in decision.approvers:
        raise UserFacingError(
            "You named others who must agree, so it is not accepted yet.",
            hint="Record it as proposed.",
        )
    vote = Vote(user, Verdict.YES)
    await uow.decision_parts.vote(decision, vote, now=ctx.clock.now())
    count = tally([vote], quorum=decision.quorum, rejection="one")
    if count.outcome is DecisionState.PROPOSED:
        return []
    return await decision_moves.settle(ctx, uow, decision, count.outcome, by=user)


async def _decision(ctx: Context, uow: UnitOfWork, wanted: Record, settings: Effective) -> Decision:
    now, terms = ctx.clock.now(), wanted.terms
    identifier = id_of(wanted)
    root = wanted.root_ts or provisional(identifier)
    thread = await uow.threads.ensure(wanted.workspace_id, wanted.channel_id, root, now=now)
    made = contents(wanted)
    return Decision(
        id=identifier,
        workspace_id=wanted.workspace_id,
        channel_id=wanted.channel_id,
        thread_id=thread.id,
        task_id=None,
        number=await uow.channels.next_decision_number(wanted.workspace_id),
        title=made.title[:200],
        state=DecisionState.PROPOSED,
        body=made.model_dump(mode="json"),
        author_id=wanted.user_id,
        quorum=quorum_of(terms, settings, author_id=wanted.user_id),
        rejection=settings.rejection,
        approvers=list(terms.approvers),
        review_by=terms.review_by or (now + timedelta(days=settings.review_days)).date(),
        expires_on=terms.expires_on,
        created_at=now,
        updated_at=now,
    )


def contents(wanted: Record) -> DecisionRecord:
    """Return all fields of what is to be recorded."""
    said = {"title": wanted.title, "context": wanted.context, "outcome": wanted.outcome}
    fields = (wanted.more.model_dump() if wanted.more else {}) | {
        name: text.strip() for name, text in said.items()
    }
    if wanted.source_url:
        fields["source_url"] = wanted.source_url
    return DecisionRecord.model_validate(fields)


def quorum_of(terms: Terms, settings: Effective, *, author_id: str) -> int:
    """Return how many yeses it needs: as set, or more where asked for.

    Nobody asks for fewer than the channel's rule. Named people need be no more than they are, but
    nobody names only themselves where more than one yes is needed: raises UserFacingError.
    """
    check_named(settings.quorum, terms.approvers, author_id=author_id)
    only_people = bool(terms.approvers) and all(item[0] in "UW" for item in terms.approvers)
    least = min(settings.quorum, len(terms.approvers)) if only_people else settings.quorum
    if terms.quorum is None:
        return least
    check_quorum(terms.quorum, terms.approvers)
    return max(terms.quorum, least)
