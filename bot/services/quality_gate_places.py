"""Where a gate's results are told: chosen, moved and ended by people; each act once."""

from dataclasses import dataclass, replace

from bot.domain.lanes import POST
from bot.domain.quality_gate.words import Subject
from bot.errors import UserFacingError
from bot.services import quiet
from bot.services.context import Context
from bot.services.quality_gate_rules import note, whose_from
from bot.services.quality_gates import root_key
from bot.services.service_graph import Place
from bot.slack.cards.quality_gate import HIDDEN, gate_moved, gate_root
from bot.slack.post import Post
from storage.models import QualityGatePlace, new_id
from storage.uow import UnitOfWork


@dataclass(frozen=True)
class Told:
    """A subject's name, and where it was told before: a channel, `HIDDEN`, or empty."""

    name: str
    before: str = ""


async def told_in(uow: UnitOfWork, row: QualityGatePlace | None, place: Place) -> str:
    """Return the channel where results are told; another private one is not named."""
    if row is None or row.channel_id == place.channel_id:
        return row.channel_id if row is not None else ""
    channel = await uow.channels.find(row.workspace_id, row.channel_id)
    return row.channel_id if channel is not None and not channel.is_private else HIDDEN


async def told_now(ctx: Context, place: Place, subject: Subject) -> tuple[str, bool]:
    """Return the channel where a subject's results are told, and whether it is private or unknown;
    an empty one where they are told nowhere.
    """
    async with ctx.database.read() as uow:
        whose, _ = await whose_from(uow, place, subject)
        row = await uow.quality_gates.place(whose)
        if row is None:
            return "", False
        return row.channel_id, await told_in(uow, row, replace(place, channel_id="")) == HIDDEN


def _check_from(row: QualityGatePlace | None, place: Place, allowed: str) -> None:
    if row is not None and row.channel_id not in (place.channel_id, allowed):
        raise UserFacingError("Somebody moved that meanwhile.", hint="Type it again.")


async def tell_here(
    ctx: Context, place: Place, subject: Subject, *, receipt: str, moved_from: str = ""
) -> Told:
    """Tell a subject's results in this channel's thread from now on.

    Where they were told until now hears of it, without the name of a private channel. `moved_from`
    is the other channel in which the person may decide that; raises UserFacingError for a third.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        whose, name = await whose_from(uow, place, subject)
        await uow.channels.ensure(
            place.workspace_id, place.channel_id, now=now, is_private=place.is_private
        )
        await uow.channels.lock_workspace(place.workspace_id)
        if not await uow.receipts.is_new(place.workspace_id, receipt, now=now):
            return Told(name)
        row = await uow.quality_gates.place(whose)
        _check_from(row, place, moved_from)
        before = await told_in(uow, row, place)
        if row is None:
            row = QualityGatePlace(id=new_id(), **whose.columns)
            uow.session.add(row)
        elif row.channel_id != place.channel_id:
            to = HIDDEN if place.is_private else place.channel_id
            await _say_there(ctx, uow, row, gate_moved(name, to), receipt)
        row.channel_id, row.set_by, row.set_at = place.channel_id, place.user_id, now
        await uow.session.flush()
        await uow.outbox.add(
            workspace_id=place.workspace_id,
            channel_id=place.channel_id,
            key=root_key(row),
            method=POST,
            payload=gate_root(name).payload(),
            now=now,
        )
        await note(ctx, uow, place, whose, "gate.place", {})
    return Told(name, before if before != place.channel_id else "")


async def tell_nowhere(
    ctx: Context, place: Place, subject: Subject, *, receipt: str, moved_from: str = ""
) -> Told:
    """Tell a subject's results nowhere; raises UserFacingError when they are told nowhere."""
    async with ctx.database.begin() as uow:
        whose, name = await whose_from(uow, place, subject)
        await uow.channels.lock_workspace(place.workspace_id)
        row = await uow.quality_gates.place(whose)
        if not await uow.receipts.is_new(place.workspace_id, receipt, now=ctx.clock.now()):
            return Told(name)
        if row is None:
            raise UserFacingError(f"The results of {name} are told nowhere.")
        _check_from(row, place, moved_from)
        before = await told_in(uow, row, place)
        if row.channel_id != place.channel_id:
            await _say_there(ctx, uow, row, gate_moved(name, ""), receipt)
        await uow.session.delete(row)
        await note(ctx, uow, place, whose, "gate.place", {})
    return Told(name, before if before != place.channel_id else "")


async def _say_there(
    ctx: Context, uow: UnitOfWork, row: QualityGatePlace, post: Post, receipt: str
) -> None:
    """Say it in the thread where results were told until now; call it before the row changes."""
    root = await uow.outbox.by_key(row.workspace_id, root_key(row))
    await uow.outbox.add(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        key=f"gate-moved:{receipt}",
        method=POST,
        payload=post.payload(),
        now=ctx.clock.now(),
        thread_ts=root.sent_ts if root is not None else None,
        not_before=await quiet.until(ctx, uow, row.workspace_id, channel_id=row.channel_id),
    )
