"""Turns a decision and what belongs to it into the plain values that its cards show."""

from bot.domain.days import day_words
from bot.domain.decision import BACKWARD, DecisionState, LinkKind
from bot.domain.roots import provisional
from bot.domain.setting import ANYONE, Effective
from bot.domain.setting.kinds import People
from bot.services.context import Context
from bot.services.workspace_settings import effective
from bot.slack.cards.decision_form import FormTerms
from bot.slack.views import DecisionCard, DecisionRow, LinkLine
from storage.models import Decision, DecisionSource
from storage.uow import UnitOfWork

_OPEN = (DecisionState.PROPOSED, DecisionState.CHANGES_REQUESTED)


async def decision_card_view(
    ctx: Context, uow: UnitOfWork, decision: Decision, *, seen_from: str | None = None
) -> DecisionCard:
    """Return a decision's card.

    Other decisions are named on it only if they may be seen from `seen_from`, by default the
    decision's own channel.
    """
    seen_from = decision.channel_id if seen_from is None else seen_from
    settings = await effective(ctx, uow, decision.workspace_id, channel_id=decision.channel_id)
    # Where one vote settles it, an open one has none.
    is_free = decision.quorum == 1 and decision.state is DecisionState.PROPOSED
    votes = () if is_free else await uow.decision_parts.votes(decision)
    record = decision.record
    source = await uow.decision_sources.of(decision.id) if decision.thread_id is None else None
    return DecisionCard(
        decision_id=decision.id,
        public_id=decision.public_id,
        revision=decision.revision,
        state=decision.state,
        proposal=record,
        review_by=decision.review_by,
        needs=_needs(decision, settings),
        decided_by=decision.decided_by,
        decided_at=decision.decided_at,
        reason=decision.reason,
        source_url=record.source_url,
        redraftable=decision.task_id is not None or decision.author_id is not None,
        author_id=decision.author_id,
        quorum=decision.quorum,
        yes=tuple(vote.user_id for vote in votes if vote.verdict == "yes"),
        no=tuple(vote.user_id for vote in votes if vote.verdict == "no"),
        expires_on=decision.expires_on,
        links=await _links(uow, decision, seen_from),
        source=_source(source),
    )


async def form_terms(uow: UnitOfWork, decision: Decision) -> FormTerms:
    """Return the terms that the form shows for a decision that is there already."""
    onward = await uow.decision_parts.onward(decision.id)
    numbers = {
        kind: tuple(row.number for found, row in onward if found is kind) for kind in LinkKind
    }
    return FormTerms(
        quorum=decision.quorum,
        approvers=tuple(decision.approvers),
        review_by=decision.review_by,
        expires_on=decision.expires_on,
        supersedes=numbers[LinkKind.SUPERSEDES],
        amends=numbers[LinkKind.AMENDS],
        relates_to=numbers[LinkKind.RELATES_TO],
    )


async def posted_at(uow: UnitOfWork, decision: Decision) -> str:
    """Return the ts of the newest card that was posted of a decision; empty for none."""
    revisions = range(decision.revision, 0, -1)
    keys = [
        *(decision_key(decision.id, number) for number in revisions),
        decision_root(decision.id),
    ]
    for key in keys:
        row = await uow.outbox.by_key(decision.workspace_id, key)
        if row is not None and row.sent_ts:
            return row.sent_ts
    return ""


def decision_key(decision_id: str, revision: int) -> str:
    """Return the outbox key of a revision's card."""
    return f"decision:{decision_id}:{revision}"


def decision_root(decision_id: str) -> str:
    """Return the outbox key of a card that starts its decision's thread, if it does."""
    return provisional(decision_id)


def decision_row(decision: Decision, *, url: str = "") -> DecisionRow:
    """Return a decision's line in a list; `url` is where its card stands."""
    return DecisionRow(
        public_id=decision.public_id,
        title=decision.title,
        state=decision.state,
        decided_by=decision.decided_by,
        decided_at=decision.decided_at,
        review_by=decision.review_by,
        decision_id=decision.id,
        revision=decision.revision,
        url=url,
        outcome=str(decision.body.get("outcome") or ""),
    )


def _needs(decision: Decision, settings: Effective) -> str:
    who = tuple(decision.approvers) or settings.people("decide")
    if ANYONE in who:
        return "anyone here" if decision.quorum == 1 else f"{decision.quorum} people, anyone here"
    some = "one" if decision.quorum == 1 else str(decision.quorum)
    return f"{some} of {People().show(who)}"


async def _links(uow: UnitOfWork, decision: Decision, seen_from: str) -> tuple[LinkLine, ...]:
    found: list[LinkLine] = []
    for kind, own, row in await uow.decision_parts.links(decision.id):
        words = _onward(kind, decision.state) if own else _backward(kind, row.state)
        # One of a private channel is not even named elsewhere.
        if words and await uow.decisions.is_visible(row, seen_from=seen_from):
            found.append(LinkLine(words, row.public_id, row.title))
    return tuple(found)


def _onward(kind: LinkKind, own: DecisionState) -> str:
    if kind is LinkKind.SUPERSEDES:
        return "Would replace" if own in _OPEN else _MEANT.get(own, "Replaces")
    return "Amends" if kind is LinkKind.AMENDS else "Related to"


_MEANT = {DecisionState.REJECTED: "Was to replace"}


def _backward(kind: LinkKind, other: DecisionState) -> str:
    if kind is not LinkKind.SUPERSEDES:
        return BACKWARD[kind].capitalize()
    if other is DecisionState.REJECTED:
        return ""
    return "Challenged by" if other in _OPEN else "Replaced by"


def _source(source: DecisionSource | None) -> str:
    if source is None:
        return ""
    unclear = f"; it says of its status: “{source.raw_status}”" if source.problems else ""
    # A set of files outside of Git is known by its place on the server, which is nobody's business.
    path = source.body.get("path", "") if source.path.startswith("/") else source.path
    read = f", read {day_words(source.imported_at, year=True)}"
    return f"from the file {path}{read}{unclear if source.raw_status else ''}"
