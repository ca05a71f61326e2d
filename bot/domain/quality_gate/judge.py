"""Whether each check is met, missed or not measured, and what that comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.quality_gate.checks import CHECKS, Check, Rule
from bot.domain.quality_gate.observe import Observed
from bot.domain.quality_gate.policy import Policy, Waiver
from bot.domain.report import Finding

_SHOWN = 50
_NOTHING = Observed()


class GateState(StrEnum):
    """How a check stands. What nobody measured is never met."""

    MET = "met"
    MISSED = "missed"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Judged:
    """One check's outcome; `why` is a sentence, empty when it is met."""

    check: Check
    state: GateState
    limit: float
    value: float | None = None
    main: float | None = None
    """The value of the main branch that it was compared with."""
    why: str = ""
    waiver: Waiver | None = None
    ended: Waiver | None = None
    """A waiver that counts no more."""
    required: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def fails(self) -> bool:
        """Whether the gate stays shut because of it."""
        bad = self.state is GateState.MISSED or (
            self.required and self.state is GateState.NOT_MEASURED
        )
        return bad and self.waiver is None


@dataclass(frozen=True)
class Verdict:
    """All checks of a gate."""

    checks: tuple[Judged, ...]

    @property
    def state(self) -> GateState:
        """Missed when one check shuts the gate; not measured when nothing was."""
        if any(one.fails for one in self.checks):
            return GateState.MISSED
        if all(one.state is GateState.NOT_MEASURED for one in self.checks):
            return GateState.NOT_MEASURED
        return GateState.MET

    def of(self, state: GateState) -> tuple[Judged, ...]:
        """Return the checks in a state."""
        return tuple(one for one in self.checks if one.state is state)


def judge(
    policy: Policy,
    observed: Mapping[Check, Observed],
    *,
    today: date,
    main: Mapping[Check, float] | None = None,
) -> Verdict:
    """Return how each check with a limit stands; `main` are the main branch's last values."""
    judged = [
        _judged(
            CHECKS[check], policy, observed.get(check, _NOTHING), (main or {}).get(check), today
        )
        for check in Check
        if check in policy.limits
    ]
    return Verdict(tuple(judged))


def _judged(rule: Rule, policy: Policy, seen: Observed, main: float | None, today: date) -> Judged:
    limit = policy.limits[rule.check]
    compared = main if policy.ratchet and rule.ratchets else None
    state, why = _state(rule, limit, seen, compared, policy.tolerance)
    waiver, ended = (None, None)
    if state is not GateState.MET:
        waiver, ended = policy.waiver(rule.check, today)
    return Judged(
        rule.check,
        state,
        limit,
        value=seen.value,
        main=compared,
        why=why,
        waiver=waiver,
        ended=ended,
        required=rule.check in policy.required,
        findings=_beyond(rule, limit, seen)[:_SHOWN] if state is GateState.MISSED else (),
    )


def _state(
    rule: Rule, limit: float, seen: Observed, main: float | None, tolerance: float
) -> tuple[GateState, str]:
    value = seen.value
    if value is not None and not rule.keeps(value, limit):
        return (
            GateState.MISSED,
            f"{rule.show(value, limit=limit)}, wanted {rule.limit_words(limit)}.",
        )
    if value is not None and main is not None and is_worse(rule, value, main, tolerance):
        was = f"{rule.show(value)}, {rule.show(main)} on the main branch"
        return GateState.MISSED, f"Worse than main: {was}."
    if value is None:
        before = f" It was {rule.show(main)} on the main branch." if main is not None else ""
        return GateState.NOT_MEASURED, f"{' '.join(seen.gaps)}{before}".strip()
    if seen.gaps:
        return GateState.NOT_MEASURED, " ".join(seen.gaps)
    return GateState.MET, ""


def is_worse(rule: Rule, value: float, main: float, tolerance: float) -> bool:
    """Whether a value is worse than main's by more than the tolerance."""
    room = tolerance if rule.unit == "%" else abs(main) * tolerance / 100
    loss = main - value if rule.more_is_better else value - main
    return loss > room + 1e-9


def _beyond(rule: Rule, limit: float, seen: Observed) -> tuple[Finding, ...]:
    """The places that are beyond the limit; where a place has no value, all of them."""
    if rule.check in (Check.COVERAGE, Check.COMPLEXITY):
        return tuple(
            one for one in seen.findings if one.value is None or not rule.keeps(one.value, limit)
        )
    return seen.findings
