"""Quality gates with a database: what counts for a service, results kept once, changes told."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.lanes import POST
from bot.domain.quality_gate import (
    Check,
    Judged,
    Observed,
    Policy,
    Verdict,
    Waiver,
    judge,
)
from bot.domain.quality_gate.kept import Checks, beside, failing, over, standing, state_of
from bot.domain.quality_gate.observe import merged
from bot.domain.report import Report
from bot.domain.service import key_of
from bot.errors import UserFacingError
from bot.services import quiet
from bot.services.context import Context
from bot.services.quality_gate_services import observe_services
from bot.slack.cards.quality_gate import GateNews, gate_news
from storage.models import QualityGate, QualityGatePlace
from storage.repositories.quality_gates import Whose
from storage.uow import UnitOfWork

ROOT = "gates"
"""Begins the key of the message whose thread is told a service's results."""
_COMPARED = 30
"""Ours: so many results of the main branch are looked at for a check's last value."""


@dataclass(frozen=True)
class Run:
    """One run of CI: of what, at which commit, with what its reports say."""

    workspace_id: str
    repository: str
    service: str
    commit: str
    branch: str
    reports: Sequence[Report]
    observed: Mapping[Check, Observed]


@dataclass(frozen=True)
class Kept:
    """The verdict, and whether it is a new row."""

    verdict: Verdict
    is_new: bool


async def keep(ctx: Context, run: Run, base: Policy) -> Kept:
    """Judge a run by what people set over `base`, store it, and tell its thread of a change.

    One transaction; the same result of the same commit again changes nothing and tells nobody. One
    that is as it was before another one is new: who ran a commit again until it was met has a gate
    that is met. What a job does not measure stands as the commit's other jobs measured it.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        whose = await whose_of(uow, run)
        await uow.channels.lock_workspace(run.workspace_id)
        policy = await policy_of(uow, whose, base)
        earlier = await uow.quality_gates.history(whose, limit=_COMPARED)
        seen = merged(await observe_services(ctx, uow, whose), run.observed)
        is_main = run.branch.casefold() in ctx.settings.measure.branches
        main = _main_values(earlier, run.commit if is_main else "")
        verdict = judge(policy, seen, today=now.date(), main=main)
        day = "" if run.commit else now.date().isoformat()
        last = await uow.quality_gates.of_commit(whose, run.commit[:64], run.branch[:100])
        if last is not None and day not in ("", last.at.date().isoformat()):
            last = None
        checks = beside(last.checks if last else (), [as_row(one) for one in verdict.checks])
        if last is not None and last.checks == checks:
            return Kept(verdict, is_new=False)
        digest = _digest(whose, run, checks, day=day, after=last.digest if last else "")
        row = QualityGate(
            **whose.columns,
            commit=run.commit[:64],
            branch=run.branch[:100],
            is_main=is_main,
            state=state_of(checks).value,
            checks=checks,
            digest=digest,
            at=now,
        )
        is_new = await uow.quality_gates.keep(run.workspace_id, _values(row))
        if is_new:
            await _measured(uow, whose, run, digest, now=now)
            if is_main:
                await _tell(ctx, uow, whose, row, earlier)
    return Kept(verdict, is_new)


async def whose_of(uow: UnitOfWork, run: Run) -> Whose:
    """Return what a run is of; a service that only one private channel knows stays there."""
    key = key_of(run.service) if run.service else ""
    scopes = await uow.quality_gates.scopes_of(run.workspace_id, key) if key else ()
    if len(scopes) > 1 and "" not in scopes:
        raise UserFacingError(
            f"{len(scopes)} private channels have a service {run.service}.",
            hint="Give them names of their own.",
        )
    scope = scopes[0] if scopes and "" not in scopes else ""
    return Whose(run.workspace_id, key, run.repository, scope)


def _main_values(earlier: Sequence[QualityGate], but: str) -> dict[Check, float]:
    """Return the last value of each check on the main branch, of all commits but one.

    One job may measure coverage and another the API. A commit that runs again is not compared with
    its own first run: what was worse would be met the second time.
    """
    values: dict[Check, float] = {}
    for row in reversed(earlier):
        if not but or row.commit != but[:64]:
            values |= values_of(row)
    return values


async def policy_of(uow: UnitOfWork, whose: Whose, base: Policy) -> Policy:
    """Return `base` with the limits and waivers that people set; a service's own come last."""
    rules = await uow.quality_gates.rules(whose)
    limits = {Check(row.check_name): row.value for row in rules if row.check_name in set(Check)}
    waivers = [
        Waiver(Check(row.check_name), row.owner_id, row.reason, row.until, row.public_id)
        for row in await uow.quality_gates.waivers(whose)
        if row.check_name in set(Check)
    ]
    policy = base.with_limits(limits)
    # What nobody asks for any more cannot be required either.
    kept = frozenset(check for check in policy.required if check in policy.limits)
    return Policy(
        policy.limits, policy.ratchet, policy.tolerance, kept, policy.waivers + tuple(waivers)
    )


def values_of(row: QualityGate | None) -> dict[Check, float]:
    """Return the values of a stored result."""
    return {
        Check(one["check"]): float(one["value"])
        for one in (row.checks if row is not None else ())
        if one.get("value") is not None and one.get("check") in set(Check)
    }


def as_row(one: Judged) -> dict[str, Any]:
    """Return a check as it is stored; a waiver by its name, never with its reason."""
    waiver = one.waiver
    return {
        "check": one.check.value,
        "state": one.state.value,
        "value": one.value,
        "limit": one.limit,
        "why": one.why[:300],
        "fails": one.fails,
        "waiver": (waiver.name or "policy file") if waiver is not None else "",
        "until": waiver.until.isoformat() if waiver is not None else "",
    }


def _digest(whose: Whose, run: Run, checks: Checks, *, day: str, after: str) -> str:
    """Return what names a result; `after` is the name of the commit's result before it."""
    said = [whose.columns, run.commit, run.branch, day, checks]
    text = json.dumps([*said, after] if after else said, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _values(row: QualityGate) -> dict[str, Any]:
    names = ("workspace_id", "scope", "repository", "service", "commit", "branch", "is_main",
             "state", "checks", "digest", "at")  # fmt: skip
    return {name: getattr(row, name) for name in names}


async def _measured(uow: UnitOfWork, whose: Whose, run: Run, digest: str, *, now: datetime) -> None:
    """Keep the reports' numbers as measurements; a private channel's are seen in no KPI."""
    if whose.scope:
        return
    for place, report in enumerate(run.reports):
        for one in report.measurements:
            key = f"{digest}:{place}:{report.kind}:{one.name}"
            await uow.facts.measured(
                whose.workspace_id,
                {
                    "service": whose.service,
                    "repository": whose.repository,
                    "commit": run.commit[:64],
                    "branch": run.branch[:100],
                    "source": report.kind.value,
                    "name": one.name.value,
                    "value": one.value,
                    "unit": one.unit,
                    "at": now,
                    "digest": hashlib.sha256(key.encode()).hexdigest(),
                },
            )


async def _tell(
    ctx: Context, uow: UnitOfWork, whose: Whose, row: QualityGate, earlier: Sequence[QualityGate]
) -> None:
    """Tell another outcome, or other checks that are missed; jobs measure by themselves, so what
    this one did not is as it was on the main branch.
    """
    before = standing(one.checks for one in reversed(earlier))
    checks = over(before, row.checks)
    was, state = state_of(before), state_of(checks)
    if (was, failing(before)) == (state, failing(checks)):
        return
    place = await place_of(uow, whose)
    if place is None or await _is_read_by_others(uow, place):
        return
    root = await uow.outbox.by_key(whose.workspace_id, root_key(place))
    in_thread = root is not None and root.state != "dead"
    name = await name_of(uow, whose)
    news = GateNews(
        name=name,
        state=state,
        commit=row.commit,
        branch=row.branch,
        checks=checks,
        was=was if earlier else "",
    )
    await uow.outbox.add(
        workspace_id=whose.workspace_id,
        channel_id=place.channel_id,
        key=f"gate:{row.digest}",
        method=POST,
        payload=gate_news(news).payload(),
        now=ctx.clock.now(),
        # Not by its ts: the thread's first message may still wait to be sent.
        target_key=root_key(place) if in_thread else None,
        not_before=await quiet.until(ctx, uow, whose.workspace_id, channel_id=place.channel_id),
    )


async def _is_read_by_others(uow: UnitOfWork, place: QualityGatePlace) -> bool:
    """Whether everybody's results would be told where others than this company read."""
    if place.scope:
        return False
    return await uow.channels.is_shared(place.workspace_id, place.channel_id)


async def place_of(uow: UnitOfWork, whose: Whose) -> QualityGatePlace | None:
    """Return where results are told: of just that, else of its service, else of its repository."""
    workspace, scope = whose.workspace_id, whose.scope
    for one in (whose, Whose(workspace, whose.service, "", scope)):
        found = await uow.quality_gates.place(one)
        if found is not None and one.columns != Whose(workspace).columns:
            return found
    if scope or not whose.repository:
        return None  # what a private channel knows is told nowhere else
    return await uow.quality_gates.place(Whose(workspace, "", whose.repository))


def root_key(place: QualityGatePlace) -> str:
    """Return the key of the message whose thread is told."""
    return f"{ROOT}:{place.id}:{place.channel_id}"


async def name_of(uow: UnitOfWork, whose: Whose) -> str:
    """Return how people call it: the service as it is registered, or the repository."""
    if not whose.service:
        return f"repo:{whose.repository}" if whose.repository else "everything"
    found = await uow.services.find(whose.workspace_id, whose.service, seen_from=whose.scope)
    name = found.name if found is not None else whose.service
    return f"{name} ({whose.repository})" if whose.repository else name
