"""What people do about a blocker: somebody takes it, it is solved, it is escalated."""

from bot.domain.hand_off_words import Asked
from bot.domain.lanes import POST
from bot.errors import UserFacingError
from bot.services import escalations, standup_news
from bot.services.context import Context
from bot.services.directory import Directory
from bot.services.escalation_policy import freeze
from bot.services.escalations import Report
from bot.services.hand_offs import NewHandOff, place_of, request
from bot.slack.cards import text_post
from bot.slack.text import escape, mention
from storage.models import StandupBlocker
from storage.repositories.standups import root_key
from storage.uow import UnitOfWork


async def take(
    ctx: Context, workspace_id: str, blocker_id: str, *, by: str, receipt: str, owner_id: str = ""
) -> None:
    """Let a person own a blocker, or whoever they name; who is named reads it in the thread.

    Raises UserFacingError when it is solved or somebody else's.
    """
    owner = owner_id or by
    async with ctx.database.begin() as uow:
        blocker = await _open(ctx, uow, workspace_id, blocker_id, receipt)
        if blocker is None or blocker.owner_id == owner:
            return
        if blocker.owner_id:
            raise UserFacingError(f"<@{blocker.owner_id}> took {blocker.public_id} already.")
        blocker.owner_id = owner
        if owner != by:
            await uow.outbox.add(
                workspace_id=workspace_id,
                channel_id=blocker.channel_id,
                key=f"standup:{blocker.standup_id}:{blocker.id}:{owner}",
                target_key=root_key(blocker.standup_id),
                method=POST,
                payload=text_post(
                    f"{mention(owner)}, {mention(by)} accepted that you take"
                    f" {blocker.public_id}: {escape(blocker.text)}"
                ).payload(),
                now=ctx.clock.now(),
            )
        await _tell(ctx, uow, blocker, by, "take")


async def solve(ctx: Context, workspace_id: str, blocker_id: str, *, by: str, receipt: str) -> None:
    """Say that a blocker blocks no more. Raises UserFacingError when somebody said so before."""
    async with ctx.database.begin() as uow:
        blocker = await _open(ctx, uow, workspace_id, blocker_id, receipt)
        if blocker is None:
            return
        blocker.solved_by, blocker.solved_at = by, ctx.clock.now()
        await _tell(ctx, uow, blocker, by, "solve")


async def escalate(
    ctx: Context,
    directory: Directory,
    blocker: StandupBlocker,
    *,
    by: str,
    receipt: str,
) -> None:
    """Ask who leads about a blocker. Raises UserFacingError when it is solved or escalated."""
    workspace, channel = blocker.workspace_id, blocker.channel_id
    policy = await freeze(ctx, directory, workspace_id=workspace, channel_id=channel)
    async with ctx.database.begin() as uow:
        found = await _open(ctx, uow, workspace, blocker.id, receipt)
        if found is None:
            return
        if found.escalation_id is not None:
            raise UserFacingError(f"{found.public_id} is escalated already.")
        report = Report(
            workspace_id=workspace,
            channel_id=channel,
            title=f"{found.public_id} {found.text}",
            level=2,
            key=receipt,
            user_id=by,
            owner_id=found.owner_id or "",
            impact=f"Named in {found.times} standup{'s' * (found.times > 1)}.",
            source="standup",
        )
        case = await escalations.store(ctx, uow, report, policy, policy.others)
        found.escalation_id = case.id
        await _tell(ctx, uow, found, by, "escalate")


async def hand_over(
    ctx: Context,
    blocker: StandupBlocker,
    team: str,
    *,
    by: str,
    team_is_private: bool,
) -> None:
    """Ask another team for what unblocks it, once, as a hand-off.

    Raises UserFacingError when it is solved, or where nobody said where that team is.
    """
    if blocker.solved_at is not None:
        raise UserFacingError(f"{blocker.public_id} is solved already.")
    channel, _ = await place_of(ctx, blocker.workspace_id, team)
    row = await request(
        ctx,
        NewHandOff(
            workspace_id=blocker.workspace_id,
            channel_id=blocker.channel_id,
            team_channel_id=channel,
            direction="out",
            team=team,
            asked=Asked(f"{blocker.public_id} {blocker.text}", None),
            user_id=by,
            key=f"standup-blocker:{blocker.id}:{team}",
            team_is_private=team_is_private,
        ),
    )
    if row is None:
        raise UserFacingError(f"The {team} team is asked for {blocker.public_id} already.")


async def _open(
    ctx: Context, uow: UnitOfWork, workspace_id: str, blocker_id: str, receipt: str
) -> StandupBlocker | None:
    """Return the blocker, locked; None when this act was done before."""
    blocker = await uow.standup_rows.blocker(workspace_id, blocker_id, lock=True)
    if not await uow.receipts.is_new(workspace_id, receipt, now=ctx.clock.now()):
        return None
    if blocker.solved_at is not None:
        raise UserFacingError(f"{blocker.public_id} is solved already.")
    return blocker


async def _tell(ctx: Context, uow: UnitOfWork, blocker: StandupBlocker, by: str, act: str) -> None:
    now = ctx.clock.now()
    blocker.updated_at = now
    await uow.session.flush()
    await uow.audit.add(
        blocker.workspace_id,
        by,
        action=f"blocker.{act}",
        noun="blocker",
        noun_id=blocker.id,
        at=now,
    )
    standup = await uow.standups.get(blocker.workspace_id, blocker.standup_id)
    await standup_news.refresh(ctx, uow, standup)
