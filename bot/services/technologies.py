"""The technology radar: moves with their reasons, the list, the picture."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.domain.lanes import FILE_UPLOAD
from bot.domain.service import key_of
from bot.domain.technology import Move, Ring
from bot.errors import UserFacingError
from bot.services.context import Context
from bot.services.receipts import is_first
from bot.services.service_graph import Place, scope_for
from bot.slack.charts import SKETCH, RadarEntry, sketch_radar
from storage.models import OutboxRow, Technology, TechnologyMove
from storage.uow import UnitOfWork

CHART = "radar_chart"
"""The outbox's name for the picture: it is drawn when it is sent."""
NEW_FOR = timedelta(days=30)
"""Ours: so long a move is drawn as one."""


async def move(
    ctx: Context, uow: UnitOfWork, place: Place, wanted: Move, *, source: str = ""
) -> tuple[Technology, TechnologyMove]:
    """Move a technology on the radar in the transaction of `uow`; a new one comes onto it.

    Raises UserFacingError when it stands there already.
    """
    now, key = ctx.clock.now(), key_of(wanted.name)
    await uow.channels.lock_workspace(place.workspace_id)
    # A private or shared channel's moves stay there: it gets an entry of its own.
    scope = await scope_for(uow, place)
    row = await uow.technologies.find(place.workspace_id, key, scopes=(scope,), lock=True)
    was = row.ring if row is not None else ""
    if was == wanted.ring:
        raise UserFacingError(f"{wanted.name} is on {wanted.ring.value} already.")
    if row is None:
        row = Technology(
            workspace_id=place.workspace_id,
            scope=scope,
            key=key,
            name=wanted.name,
            created_by=place.user_id,
            created_at=now,
        )
    row.ring, row.moved_at = wanted.ring.value, now
    made = TechnologyMove(
        workspace_id=place.workspace_id,
        was=was,
        ring=wanted.ring.value,
        reason=wanted.reason[:500],
        source=source,
        moved_by=place.user_id,
        moved_at=now,
    )
    await uow.technologies.move(row, made)
    details: dict[str, object] = {"was": was, "ring": wanted.ring.value}
    await uow.audit.add(
        place.workspace_id,
        place.user_id,
        action="technology.move",
        noun="technology",
        noun_id=row.id,
        at=now,
        details=details if scope else details | {"name": row.name},
    )
    return row, made


async def move_once(
    ctx: Context, place: Place, wanted: Move, *, receipt: str
) -> tuple[Technology, TechnologyMove] | None:
    """Move a technology because somebody says so; None when this act did it before."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        if not await is_first(uow, place, receipt, now=now):
            return None
        return await move(ctx, uow, place, wanted)


async def entries(
    ctx: Context, uow: UnitOfWork, workspace_id: str, *, seen_from: str
) -> list[RadarEntry]:
    """Return the radar as it is seen from a channel, ring by ring, with the latest moves."""
    rows = await uow.technologies.seen(workspace_id, seen_from=seen_from)
    moves = await uow.technologies.moves(workspace_id, [row.id for row in rows])
    last = {made.technology_id: made for made in moves}
    rings = list(Ring)
    rows = sorted(rows, key=lambda row: (rings.index(Ring(row.ring)), row.key))
    return [_entry(ctx, row, last.get(row.id)) for row in rows]


def _entry(ctx: Context, row: Technology, last: TechnologyMove | None) -> RadarEntry:
    lately = last is not None and last.moved_at >= ctx.clock.now() - NEW_FOR
    return RadarEntry(
        name=row.name,
        ring=row.ring,
        was=(last.was or "new") if last is not None and lately else "",
        reason=last.reason if last is not None else "",
        since=row.moved_at,
        source=last.source if last is not None else "",
    )


async def history(
    uow: UnitOfWork, place: Place, name: str
) -> tuple[Technology, Sequence[TechnologyMove]] | None:
    """Return a technology with its moves, oldest first; None for one that is not on the radar."""
    seen = await uow.technologies.seen(place.workspace_id, seen_from=place.channel_id)
    row = next((one for one in seen if one.key == key_of(name)), None)
    if row is None:
        return None
    return row, await uow.technologies.moves(place.workspace_id, [row.id])


async def post_chart(ctx: Context, place: Place, *, receipt: str) -> bool:
    """Have the radar drawn into the channel; False when there is nothing on it."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        if not await uow.technologies.seen(place.workspace_id, seen_from=place.channel_id):
            return False
        await uow.channels.ensure(
            place.workspace_id, place.channel_id, now=now, is_private=place.is_private
        )
        await uow.outbox.add(
            workspace_id=place.workspace_id,
            channel_id=place.channel_id,
            key=f"radar:{receipt}",
            method=FILE_UPLOAD,
            payload={},
            view=CHART,
            now=now,
        )
    return True


async def draw(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> dict[str, Any] | None:
    """Draw the radar as it is seen in the channel."""
    found = await entries(ctx, uow, row.workspace_id, seen_from=row.channel_id)
    return picture(found, comment="The technology radar.") if found else None


def picture(found: Sequence[RadarEntry], *, comment: str) -> dict[str, Any]:
    """Return the arguments of an upload that shows these entries."""
    return {
        SKETCH: sketch_radar("Technology radar", found).as_json(),
        "filename": "radar.png",
        "initial_comment": comment,
    }
