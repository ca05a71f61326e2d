"""KPIs of a place and time: which windows, which rows may be counted, how they are judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bot.domain.kpi import KPIS, Asked, Kpi, KpiValue, Scope, judge, of_area
from bot.domain.kpi.kpi import Measured
from bot.domain.kpi.targets import targets_of
from bot.domain.sprint.states import SprintState
from bot.errors import UserFacingError
from bot.services.context import Context
from bot.services.workspace_settings import effective
from storage.uow import UnitOfWork

NOT_BY_CHANNEL = frozenset({"documentation", "monitoring", "adoption"})
"""What knows no channel, besides the KPIs that know a service."""
_WHOLE = (SprintState.RUNNING, SprintState.ENDED)


@dataclass(frozen=True)
class Seat:
    """From where it is asked: rows of private channels count only if they are among `rooms`."""

    workspace_id: str
    rooms: frozenset[str]
    channel_id: str = ""
    apart: bool = False
    """Others than this company read there: only the channel's own rows count (`seated`)."""

    @classmethod
    def of_channel(cls, workspace_id: str, channel_id: str) -> "Seat":
        """Return the seat of who asks in a channel."""
        return cls(workspace_id, frozenset({channel_id}), channel_id)


async def seated(uow: UnitOfWork, seat: Seat) -> Seat:
    """Return the seat with what is known of who reads there."""
    if not seat.channel_id:
        return seat
    apart = await uow.channels.is_shared(seat.workspace_id, seat.channel_id)
    return replace(seat, apart=apart)


def chosen(asked: Asked) -> tuple[Kpi, ...]:
    """Return the KPIs that somebody asks for, without those that cannot be told so narrowly.

    Raises UserFacingError where none is left.
    """
    found: tuple[Kpi, ...] = tuple(KPIS.values())
    if asked.kpi is not None:
        found = (asked.kpi,)
    elif asked.area is not None:
        found = of_area(asked.area)
    if asked.service:
        found = tuple(kpi for kpi in found if kpi.by_service)
        _check(found, "a service", "Leave the service out, or take `technical` or `dora`.")
    if asked.here:
        found = tuple(kpi for kpi in found if knows_channel(kpi))
        _check(found, "a channel", "Leave `here` out.")
    return found


def knows_channel(kpi: Kpi) -> bool:
    """Whether a KPI's rows belong to channels."""
    return not kpi.by_service and kpi.name not in NOT_BY_CHANNEL


def _check(found: Sequence[Kpi], narrow: str, hint: str) -> None:
    if not found:
        raise UserFacingError(f"None of these is known for {narrow}.", hint=hint)


async def values(
    ctx: Context, uow: UnitOfWork, seat: Seat, asked: Asked, *, kpis: Iterable[Kpi] | None = None
) -> list[KpiValue]:
    """Return the KPIs that are asked for, or these, each with the window before.

    Raises UserFacingError for an unknown service, and without a sprint to look at.
    """
    seat = await seated(uow, seat)
    wanted = list(chosen(asked) if kpis is None else kpis)
    service = await service_of(uow, seat, asked)
    targets = await targets_here(ctx, uow, seat)
    since, until = await _window(ctx, uow, seat, asked)
    found: dict[str, KpiValue] = {}
    for days in dict.fromkeys(_days(kpi, asked, since, until) for kpi in wanted):
        begin = since or until - timedelta(days=days)
        scope = scope_of(ctx, seat, begin, until, service=service, here=asked.here)
        some = [kpi for kpi in wanted if _days(kpi, asked, since, until) == days]
        found |= await judged(ctx, uow, scope, some, days=days, targets=targets)
    return [found[kpi.name] for kpi in wanted]


TILES = ("on-time", "deployment-success", "mttr", "satisfaction", "gates", "tasks")
"""Ours: what a lead looks at first; those with too little data show no tile."""


async def tiles(
    ctx: Context, uow: UnitOfWork, workspace_id: str, rooms: Iterable[str]
) -> list[KpiValue]:
    """Return the few KPIs of the Home tab; `rooms` are private channels that the person is in."""
    seat = Seat(workspace_id, frozenset(rooms))
    return await values(ctx, uow, seat, Asked(), kpis=[KPIS[name] for name in TILES])


async def judged(
    ctx: Context,
    uow: UnitOfWork,
    scope: Scope,
    kpis: Sequence[Kpi],
    *,
    days: int,
    targets: Mapping[str, float],
) -> dict[str, KpiValue]:
    """Return KPIs of one window by name, against `targets`."""
    now = await measured(uow, scope, kpis)
    before = await measured(uow, scope.before(), [kpi for kpi in kpis if not kpi.now])
    return {
        kpi.name: judge(
            kpi,
            now[kpi.name],
            before.get(kpi.name, now[kpi.name]),
            enough=ctx.settings.kpi.enough,
            target=targets.get(kpi.name),
            days=days,
        )
        for kpi in kpis
    }


async def measured(uow: UnitOfWork, scope: Scope, kpis: Sequence[Kpi]) -> dict[str, Measured]:
    """Return what KPIs are by name; apart, those that know no channel are not measured."""
    told = [kpi.name for kpi in kpis if not scope.apart or knows_channel(kpi)]
    found = {kpi.name: Measured(None, 0) for kpi in kpis}
    return found | await uow.kpis.measure(told, scope)


async def targets_here(ctx: Context, uow: UnitOfWork, seat: Seat) -> dict[str, float]:
    """Return the KPIs' targets by name: what was chosen in Slack before the operator's."""
    rules = await effective(ctx, uow, seat.workspace_id, channel_id=seat.channel_id)
    usual = {
        kpi.name: float(getattr(ctx.settings.kpi, kpi.target))
        for kpi in KPIS.values()
        if kpi.target
    }
    return usual | targets_of(str(rules.values["kpi_targets"].value))


def scope_of(
    ctx: Context,
    seat: Seat,
    since: datetime,
    until: datetime,
    *,
    service: str = "",
    here: bool = False,
) -> Scope:
    """Return whose rows are counted."""
    return Scope(
        workspace_id=seat.workspace_id,
        since=since,
        until=until,
        rooms=seat.rooms,
        channel_id=seat.channel_id if here or seat.apart else "",
        apart=seat.apart,
        service=service,
        team=frozenset(ctx.team.specialists),
        point_days=ctx.settings.kpi.point_days,
        main_branches=ctx.settings.measure.branches,
    )


def _days(kpi: Kpi, asked: Asked, since: datetime | None, until: datetime) -> int:
    if since is not None:
        return max(1, round((until - since) / timedelta(days=1)))
    return asked.days or kpi.days


async def service_of(uow: UnitOfWork, seat: Seat, asked: Asked) -> str:
    """Return the key of the service that is asked for, empty for none; raises UserFacingError."""
    if not asked.service:
        return ""
    found = await uow.services.find(seat.workspace_id, asked.service, seen_from=seat.channel_id)
    if found is None:
        raise UserFacingError(
            f"I know no KPI, area or service “{asked.service[:40]}”.",
            hint="`/lead metrics` shows all KPIs, `/lead services` all services.",
        )
    return found.key


async def _window(
    ctx: Context, uow: UnitOfWork, seat: Seat, asked: Asked
) -> tuple[datetime | None, datetime]:
    """Return the newest sprint's time where it is asked for; else no beginning, and now."""
    now = ctx.clock.now()
    if not asked.sprint:
        return None, now
    found = await uow.sprints.newest(seat.workspace_id, seat.channel_id, states=_WHOLE)
    if not found:
        raise UserFacingError(
            "No sprint has begun here.",
            hint="`/lead sprint plan` plans one; `30d` is the last month.",
        )
    sprint = found[0]
    begin = datetime.combine(sprint.starts_on, time(), tzinfo=UTC)
    # The end itself belongs to it.
    end = sprint.ended_at + timedelta(seconds=1) if sprint.ended_at else now
    return min(begin, end - timedelta(days=1)), end
