"""The table of KPIs holds all that was asked for, judges honestly, and is read as people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.kpi import KPIS, Area, Kpi, Measured, amount, judge, of_area, read, sign, told
from bot.errors import UserFacingError
from bot.settings import KpiSettings
from bot.slack.cards.kpi import home_kpis, how_modal, line_of
from storage.repositories.kpis import FROM_DORA, MEASURES

SEED = {
    "Sprint velocity and consistency", "Story point completion rate",
    "Defect escape rate to production", "Code review turnaround time",
    "Deployment frequency and success rate", "API response time (P50, P95, P99)",
    "System availability and uptime", "Error rate and mean time to recovery",
    "Code coverage and test reliability", "Technical debt ratio",
    "Cross-team dependency resolution time", "Knowledge sharing and documentation quality",
    "Specialist utilization and skill development", "Innovation and technology adoption rate",
    "Process improvement implementation", "Delivery Performance", "Performance Standards",
    "Team Satisfaction", "Stakeholder Satisfaction", "Architecture Consistency", "Code Quality",
    "Documentation Coverage", "Monitoring Coverage", "Security Compliance", "Incident Response",
    "Recovery Performance", "Deployment Success", "Capacity Management",
}  # fmt: skip
"""The founding document's performance metrics and success criteria, line by line. Its “Quality
Metrics” is the defect escape rate and “System Availability” the availability, in other words."""
NUMBERS = {
    "on-time": "> 95 %", "defect-escape": "< 2 %", "satisfaction": "> 4.5 of 5",
    "approval": "> 90 %", "mttd": "< 30 min", "mttr": "< 2 h", "deployment-success": "> 99 %",
    "availability": "> 99.9 %", "compliance": "> 90 %", "documentation": "> 90 %",
    "monitoring": "≥ 100 %", "vulnerabilities": "≤ 0", "p95": "< 200 ms", "error-rate": "< 0.1 %",
    "coverage": "≥ 80 %",
}  # fmt: skip
DORA = {"deployment-frequency", "lead-time", "change-failure", "restore-time", "rework"}


def test_the_seeds_list_is_whole() -> None:
    assert {kpi.seed for kpi in KPIS.values() if kpi.seed} == SEED
    assert {kpi.name for kpi in of_area(Area.DORA)} == DORA
    defaults = KpiSettings()
    said = {name: sign(KPIS[name], getattr(defaults, KPIS[name].target)) for name in NUMBERS}
    assert said == NUMBERS


def test_each_line_can_be_computed_and_explained() -> None:
    assert KPIS.keys() == MEASURES.keys() | FROM_DORA.keys()
    for kpi in KPIS.values():
        assert kpi.formula.endswith("."), kpi.name
        assert kpi.source, kpi.name
        assert not kpi.target or kpi.target in KpiSettings.model_fields, kpi.name
        assert kpi.better != "neither" or not kpi.target, kpi.name
    used = {kpi.target for kpi in KPIS.values()} - {""}
    assert used == KpiSettings.model_fields.keys() - {"enough", "point_days", "targets"}


HIGH, LOW = KPIS["on-time"], KPIS["mttr"]


def test_a_tile_says_where_the_number_went_and_of_how_many() -> None:
    """Less time to recover is better, and is less."""
    found = judge(LOW, Measured(1.5, 9), Measured(3.0, 9), enough=5, target=2, days=30)
    assert found.trend == "better"
    (tiles,) = home_kpis([found])
    assert tiles["fields"][0]["text"] == "Mean time to recovery\n✅ *1.5 h* ↘ n=9"


@pytest.mark.parametrize(
    ("name", "now", "before", "said"),
    [
        ("tasks", Measured(0.0, 0), Measured(0.0, 0), "🔹 *Tasks done* 0 · as before"),
        ("tasks", Measured(1200.0, 1200), Measured(9.0, 9),
         "🔹 *Tasks done* 1,200 · ↗ better (was 9)"),
        ("mttr", Measured(1.5, 2254), Measured(1.51, 9),
         "✅ *Mean time to recovery* 1.5 h · target &lt; 2 h · n=2,254 · as before (1.51 h)"),
        ("coverage", Measured(81.0, 1, "of branch a&b"), Measured(None, 0),
         "🔹 *Code coverage* 81 % · n=1 · of branch a&amp;b"),
        ("deployment-frequency", Measured(0.0, 0), Measured(2.0, 9),
         "🔹 *Deployment frequency* 0 a week · ↘ worse (was 2 a week)"),
    ],
)  # fmt: skip
def test_a_line_says_nothing_twice(name: str, now: Measured, before: Measured, said: str) -> None:
    target = 2.0 if name == "mttr" else None
    found = judge(KPIS[name], now, before, enough=5, target=target, days=30)
    assert line_of(found) == said


def test_what_is_too_little_is_said_once() -> None:
    found = judge(LOW, Measured(None, 0), Measured(None, 0), enough=5, target=2, days=30)
    how = str(how_modal([found], read("mttr"))["blocks"])
    assert "*Mean time to recovery* (no data)" in how


def test_how_it_is_computed_says_of_which_branch_it_is() -> None:
    now = Measured(81.0, 3, "1 of 3 not of a main branch")
    found = judge(KPIS["coverage"], now, Measured(), enough=5, target=None, days=30)
    how = str(how_modal([found], read("coverage"))["blocks"])
    assert "n=3 repositories and services. 1 of 3 not of a main branch. Window" in how


@pytest.mark.parametrize(
    ("kpi", "now", "before", "state", "trend"),
    [
        (HIGH, Measured(95.1, 5), Measured(90, 5), "met", "better"),
        (HIGH, Measured(95.0, 5), Measured(97, 5), "missed", "worse"),
        (HIGH, Measured(95.5, 5), Measured(95.2, 5), "met", "same"),
        (HIGH, Measured(100, 4), Measured(90, 5), "few", ""),
        (HIGH, Measured(100, 5), Measured(90, 4), "met", ""),
        (HIGH, Measured(None, 9), Measured(90, 5), "few", ""),
        (LOW, Measured(1.9, 5), Measured(3, 5), "met", "better"),
        (LOW, Measured(2.0, 5), Measured(1, 5), "missed", "worse"),
        (KPIS["velocity"], Measured(12, 1), Measured(10, 1), "told", "up"),
        (KPIS["tasks"], Measured(0, 0), Measured(3, 3), "told", "worse"),
        (KPIS["documentation"], Measured(91, 1), Measured(10, 1), "met", ""),
    ],
)  # fmt: skip
def test_how_a_figure_is_judged(
    kpi: Kpi, now: Measured, before: Measured, state: str, trend: str
) -> None:
    target = getattr(KpiSettings(), kpi.target) if kpi.target else None
    found = judge(kpi, now, before, enough=5, target=target, days=30)
    assert (found.state, found.trend) == (state, trend)
    assert (found.value is None) == (state == "few"), "too few is no number"


def test_what_people_type() -> None:
    asked = read("DORA 90d Billing API here")
    assert (asked.area, asked.days, asked.service, asked.here) == (
        Area.DORA, 90, "Billing API", True,
    )  # fmt: skip
    assert read("p95 sprint chart").kpi is KPIS["p95"]
    assert read("").kpi is None
    with pytest.raises(UserFacingError) as wrong:
        read("velocty")
    assert "velocity" in str(wrong.value.hint)
    with pytest.raises(UserFacingError):
        read("velocity 0d")


@given(st.text(max_size=40))
def test_any_words_are_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        found = read(text)
    except UserFacingError:
        return
    assert found.days is None or 1 <= found.days <= 366


def test_amounts() -> None:
    assert [amount(v, u) for v, u in ((99.95, "%"), (4.25, "of 5"), (0.041, "%"), (1200, ""))] == [
        "99.95 %", "4.25 of 5", "0.04 %", "1,200",
    ]  # fmt: skip
    assert [amount(v, "h") for v in (0, 0.4, 0.001, 1.5)] == ["0 h", "24 min", "0.06 min", "1.5 h"]


@pytest.mark.parametrize(
    ("name", "value", "n", "target", "said"),
    [
        ("on-time", 44.444, 9, None, "44 %"),
        ("on-time", 44.444, 900, None, "44.44 %"),
        ("on-time", 95.24, 21, 95.0, "95.24 %"),  # "95 %" would miss a target of more than 95
        ("on-time", 90.48, 21, 95.0, "90 %"),
        ("availability", 99.95, 6, 99.9, "99.95 %"),  # samples are others' measurements
        ("task-time", 1.25, 4, None, "1.25 h"),
    ],
)
def test_a_share_is_as_exact_as_what_was_counted(
    name: str, value: float, n: int, target: float | None, said: str
) -> None:
    measured = Measured(value, n)
    found = judge(KPIS[name], measured, measured, enough=1, target=target, days=30)
    assert told(found, value) == said


@pytest.mark.parametrize("kpi", KPIS.values(), ids=lambda kpi: kpi.name)
def test_a_kpi_is_found_by_the_title_that_people_read(kpi: Kpi) -> None:
    asked = read(f"{kpi.title.lower()} 30d")
    assert (asked.kpi, asked.days, asked.service) == (kpi, 30, "")
