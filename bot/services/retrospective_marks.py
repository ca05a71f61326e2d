"""Whose card and whose vote it is, without anybody being able to tell.

A card carries a mark: a keyed hash of its writer's id. The key is the retrospective's own, random,
and thrown away when the voting ends; the marks go when the collecting ends, the votes when they
are counted. Until then whoever writes again finds their own cards; afterwards nobody does, the bot
and who runs its database included (docs/retrospective.md).
"""

import hashlib
import secrets

from bot.domain.retrospective import Phase
from bot.errors import UserFacingError
from bot.services import retrospective_news
from bot.services.context import Context
from storage.models import Retrospective


def new_secret() -> str:
    """Return a fresh key for one retrospective."""
    return secrets.token_hex(32)


def mark(row: Retrospective, user_id: str) -> str:
    """Return a person's mark in a retrospective; raises UserFacingError once its key is gone."""
    if not row.secret:
        raise UserFacingError(f"{row.public_id} takes no cards and no votes any more.")
    key = row.secret.encode()
    return hashlib.blake2b(user_id.encode(), key=key, digest_size=32).hexdigest()


async def forget(ctx: Context, workspace_id: str, user_id: str) -> int:
    """Remove what somebody wrote and voted where it can still be told; returns how many rows."""
    removed = 0
    async with ctx.database.read() as uow:
        open_ones = await uow.retrospectives.open_of_workspace(workspace_id)
    for found in open_ones:
        async with ctx.database.begin() as uow:
            row = await uow.retrospectives.get(workspace_id, found.id, lock=True)
            if not row.secret:
                continue
            theirs, rows = mark(row, user_id), uow.retrospective_rows
            votes = await rows.votes(row.id, voter=theirs)
            await rows.drop_votes(row.id, voter=theirs)
            cards = await rows.cards(row.id, author=theirs) if row.state == Phase.COLLECT else ()
            for card in cards:
                await uow.session.delete(card)
            await uow.session.flush()
            removed += len(votes) + len(cards)
            if cards or votes:
                await retrospective_news.refresh(ctx, uow, row)
    return removed
