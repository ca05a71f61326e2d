"""Met, missed and not measured; the ratchet; waivers with an end."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.quality_gate import (
    CHECKS,
    Check,
    GateState,
    Judged,
    Observed,
    Policy,
    Waiver,
    judge,
    observe,
)
from bot.domain.quality_gate.judge import is_worse
from bot.reports import read_report
from bot.services.quality_gate_policy import default_policy
from bot.settings_gate import GateSettings
from tests.unit.reports.samples import EVERY

TODAY = date(2026, 11, 26)
SEED = default_policy(GateSettings())


def _one(
    check: Check, seen: Observed, policy: Policy = SEED, *, main: float | None = None
) -> Judged:
    values = {check: main} if main is not None else {}
    verdict = judge(policy, {check: seen}, today=TODAY, main=values)
    return next(one for one in verdict.checks if one.check is check)


@pytest.mark.parametrize(
    ("check", "kept", "missed"),
    [
        (Check.COVERAGE, 80, 79.9),
        (Check.COMPLEXITY, 10, 11),
        (Check.DUPLICATION, 5, 5.1),
        (Check.VULNERABILITIES, 0, 1),
        (Check.LATENCY_P95, 199.9, 200),
        (Check.ERROR_RATE, 0.09, 0.1),
        (Check.COUPLING, 0, 1),
        (Check.DOCUMENTATION, 90.1, 90),
        (Check.API_VERSIONING, 1, 0),
        (Check.MONITORING, 100, 99),
    ],
)
def test_the_seeds_limits(check: Check, kept: float, missed: float) -> None:
    assert _one(check, Observed(kept)).state is GateState.MET
    assert _one(check, Observed(missed)).state is GateState.MISSED


@pytest.mark.parametrize(
    ("check", "value", "said"),
    [
        (Check.COVERAGE, 79.96, "79.96 %, wanted at least 80 %."),
        (Check.COVERAGE, 79.94, "79.9 %, wanted at least 80 %."),
        (Check.DUPLICATION, 5.04, "5.04 %, wanted at most 5 %."),
        (Check.DOCUMENTATION, 90.0, "90 %, wanted over 90 %."),
    ],
)
def test_no_value_is_rounded_to_the_other_side_of_its_limit(
    check: Check, value: float, said: str
) -> None:
    assert _one(check, Observed(value)).why == said
    assert CHECKS[Check.LATENCY_P95].show(199.96, limit=200) == "199.96 ms"
    assert CHECKS[Check.COVERAGE].limit_words(85.55) == "at least 85.55 %"


def test_a_check_is_called_as_in_a_sentence() -> None:
    said = [rule.noun for rule in CHECKS.values()]
    assert {"failed tests", "API versions", "response time (p95)"} <= set(said)
    assert not any("," in one for one in said), "they are listed with commas"


def test_what_has_no_limit_is_not_judged() -> None:
    judged = {one.check for one in judge(SEED, {}, today=TODAY).checks}
    assert judged == set(Check) - {Check.THROUGHPUT, Check.MEMORY}


def test_what_was_skipped_is_not_met_but_a_miss_stays_a_miss() -> None:
    gap = ("pip-audit skipped 1 of 2 packages.",)
    assert _one(Check.VULNERABILITIES, Observed(0, gap)).state is GateState.NOT_MEASURED
    assert _one(Check.VULNERABILITIES, Observed(2, gap)).state is GateState.MISSED
    assert _one(Check.VULNERABILITIES, Observed()).state is GateState.NOT_MEASURED


def test_not_measured_fails_only_where_it_is_required() -> None:
    assert not _one(Check.COVERAGE, Observed()).fails
    assert _one(Check.COVERAGE, Observed(), SEED.require(frozenset({Check.COVERAGE}))).fails


def test_a_gate_of_which_nothing_was_measured_is_not_met() -> None:
    assert judge(SEED, {}, today=TODAY).state is GateState.NOT_MEASURED
    assert judge(SEED, {Check.TESTS: Observed(0)}, today=TODAY).state is GateState.MET


def test_worse_than_main_is_missed_beyond_the_tolerance() -> None:
    assert _one(Check.COVERAGE, Observed(89.6), main=90).state is GateState.MET
    worse = _one(Check.COVERAGE, Observed(89.4), main=90)
    assert worse.state is GateState.MISSED
    assert worse.why == "Worse than main: 89.4 %, 90 % on the main branch."
    assert _one(Check.COMPLEXITY, Observed(9), main=8).state is GateState.MISSED
    assert _one(Check.LATENCY_P95, Observed(150), main=100).state is GateState.MET  # no ratchet
    free = Policy(SEED.limits, ratchet=False)
    assert _one(Check.COVERAGE, Observed(81), free, main=99).state is GateState.MET


def _waived(days: int) -> Policy:
    until = TODAY + timedelta(days=days)
    return SEED.waive((Waiver(Check.COVERAGE, "anna", "Moves soon", until),))


def test_a_waiver_counts_through_its_last_day() -> None:
    last = _one(Check.COVERAGE, Observed(10), _waived(0))
    assert (last.state, last.fails) == (GateState.MISSED, False)
    over = _one(Check.COVERAGE, Observed(10), _waived(-1))
    assert over.fails
    assert over.waiver is None
    assert over.ended is not None


def test_a_waiver_of_something_else_changes_nothing() -> None:
    assert _one(Check.COMPLEXITY, Observed(99), _waived(5)).fails


def test_findings_are_those_beyond_the_limit() -> None:
    seen = observe([read_report(EVERY["lizard csv"])])
    judged = _one(Check.COMPLEXITY, seen[Check.COMPLEXITY])
    assert [one.value for one in judged.findings] == [11]


def test_of_several_reports_the_worst_counts() -> None:
    seen = observe([read_report(EVERY["cobertura"]), read_report(EVERY["lcov"])])
    assert seen[Check.COVERAGE].value == 50
    both = observe([read_report(EVERY["bandit"]), read_report(EVERY["sarif"])])
    assert both[Check.VULNERABILITIES].value == 2


_CHECKS = st.sampled_from([check for check in Check if CHECKS[check].ratchets])
_VALUES = st.floats(0, 100)


@given(_CHECKS, _VALUES, _VALUES, _VALUES)
def test_no_value_is_worse_than_itself_and_of_two_one_is_at_most(
    check: Check, one: float, other: float, tolerance: float
) -> None:
    rule = CHECKS[check]
    assert not is_worse(rule, one, one, tolerance)
    assert not (is_worse(rule, one, other, tolerance) and is_worse(rule, other, one, tolerance))


@given(st.dictionaries(st.sampled_from(Check), st.none() | _VALUES))
def test_a_gate_is_met_only_if_nothing_is_missed(values: dict[Check, float | None]) -> None:
    verdict = judge(SEED, {k: Observed(v) for k, v in values.items()}, today=TODAY)
    missed = [one for one in verdict.checks if one.state is GateState.MISSED]
    assert (verdict.state is GateState.MISSED) == bool(missed)
    for one in verdict.checks:
        if values.get(one.check) is None:
            assert one.state is GateState.NOT_MEASURED
