"""What people do in a retrospective's phases: write cards, sort them into topics, vote."""

from collections.abc import Collection, Mapping

from bot.domain.redaction import redact
from bot.domain.retrospective import Phase, changes, read_cards
from bot.errors import UserFacingError
from bot.services import retrospective_news
from bot.services.context import Context
from bot.services.retrospective_marks import mark
from storage.models import RetroCard, RetroGroup, Retrospective, new_id
from storage.uow import UnitOfWork

_OVER = {
    Phase.COLLECT: "takes no cards any more",
    Phase.GROUP: "is not being sorted",
    Phase.VOTE: "takes no votes",
    Phase.DISCUSS: "is not being discussed",
}


def check_phase(row: Retrospective, phase: Phase) -> None:
    """Raise UserFacingError unless a run is in this phase."""
    if row.state != phase:
        raise UserFacingError(
            f"{row.public_id} {_OVER[phase]}.", hint="`/lead retro` shows how it stands."
        )


async def mine(uow: UnitOfWork, row: Retrospective, user_id: str) -> dict[int, list[str]]:
    """Return a person's own cards by column, while they can be told."""
    found: dict[int, list[str]] = {}
    for card in await uow.retrospective_rows.cards(row.id, author=mark(row, user_id)):
        found.setdefault(card.position, []).append(card.text)
    return found


async def write(
    ctx: Context,
    workspace_id: str,
    retrospective_id: str,
    texts: Mapping[int, str],
    *,
    user_id: str,
    receipt: str,
) -> None:
    """Put a person's cards, one a line of each column, in place of their earlier ones.

    Raises UserFacingError for too many, or when the collecting has ended.
    """
    said = {column: read_cards(redact(text)) for column, text in texts.items()}
    async with ctx.database.begin(urgent=True) as uow:
        row = await uow.retrospectives.get(workspace_id, retrospective_id, lock=True)
        if not await uow.receipts.is_new(workspace_id, receipt, now=ctx.clock.now()):
            return
        check_phase(row, Phase.COLLECT)
        author = mark(row, user_id)
        old = await uow.retrospective_rows.cards(row.id, author=author)
        by_id = {card.id: card for card in old}
        for column in range(len(row.columns)):
            here = {card.id: card.text for card in old if card.position == column}
            change = changes(said.get(column, ()), here)
            for card_id in change.gone:
                await uow.session.delete(by_id[card_id])
            uow.session.add_all(
                RetroCard(
                    id=new_id(),
                    workspace_id=workspace_id,
                    retrospective_id=row.id,
                    position=column,
                    text=text,
                    author=author,
                )
                for text in change.new
            )
        await uow.session.flush()
        await retrospective_news.refresh(ctx, uow, row)


async def sort(
    ctx: Context,
    workspace_id: str,
    retrospective_id: str,
    card_ids: Collection[str],
    *,
    title: str,
    receipt: str,
) -> None:
    """Make one topic of these cards; topics that have no card left go.

    Raises UserFacingError without cards, or when it is not being sorted.
    """
    async with ctx.database.begin(urgent=True) as uow:
        row = await uow.retrospectives.get(workspace_id, retrospective_id, lock=True)
        if not await uow.receipts.is_new(workspace_id, receipt, now=ctx.clock.now()):
            return
        check_phase(row, Phase.GROUP)
        cards = await uow.retrospective_rows.cards(row.id)
        chosen = [card for card in cards if card.id in card_ids]
        if not chosen:
            raise UserFacingError("Choose at least one card.")
        groups = await uow.retrospective_rows.groups(row.id)
        name = redact(" ".join(title.split())) or min((c.text for c in chosen), key=len)
        before = [group.position for group in groups if group.id in {c.group_id for c in chosen}]
        made = RetroGroup(
            id=new_id(),
            workspace_id=workspace_id,
            retrospective_id=row.id,
            position=min(before, default=len(groups)),
            title=name[:300],
        )
        uow.session.add(made)
        await uow.session.flush()
        for card in chosen:
            card.group_id = made.id
        await uow.session.flush()
        full = {card.group_id for card in cards}
        for group in groups:
            if group.id not in full:
                await uow.session.delete(group)
        await uow.session.flush()
        await retrospective_news.refresh(ctx, uow, row)


async def vote(
    ctx: Context,
    workspace_id: str,
    retrospective_id: str,
    group_ids: Collection[str],
    *,
    user_id: str,
    receipt: str,
) -> None:
    """Put a person's votes in place of their earlier ones; none takes them back.

    Raises UserFacingError for too many, or when it takes no votes.
    """
    async with ctx.database.begin(urgent=True) as uow:
        row = await uow.retrospectives.get(workspace_id, retrospective_id, lock=True)
        if not await uow.receipts.is_new(workspace_id, receipt, now=ctx.clock.now()):
            return
        check_phase(row, Phase.VOTE)
        known = {group.id for group in await uow.retrospective_rows.groups(row.id)}
        wanted = [group_id for group_id in dict.fromkeys(group_ids) if group_id in known]
        if len(wanted) > row.votes:
            raise UserFacingError(f"You have {row.votes} vote{'s' * (row.votes > 1)}.")
        voter = mark(row, user_id)
        await uow.retrospective_rows.vote_again(workspace_id, row.id, voter, wanted)
        await retrospective_news.refresh(ctx, uow, row)
