"""KPIs of running systems and of code: response times, availability, incidents, tests, debt."""

from bot.domain.kpi.kpi import Area, Kpi

_TECHNICAL = (Area.TECHNICAL,)
_BOTH = (Area.TECHNICAL, Area.SUCCESS)
_PROMETHEUS = "samples of Prometheus"
_INCIDENTS = "incidents of Alertmanager, Sentry, PagerDuty or the incident webhook"
_RESPONSE = "API response time (P50, P95, P99)"


def _response(name: str, share: str, target: str = "") -> Kpi:
    return Kpi(
        name,
        f"Response time {name.upper()}",
        _TECHNICAL,
        f"Mean of the sampled {name.upper()}: {share} of the requests are answered in this time.",
        _PROMETHEUS,
        "ms",
        "lower",
        of="samples",
        target=target,
        meets="<",
        by_service=True,
        seed=_RESPONSE,
    )


TECHNICAL = (
    _response("p50", "half"),
    _response("p95", "95 %", "p95_ms"),
    _response("p99", "99 %"),
    Kpi(
        "availability",
        "Availability",
        _BOTH,
        "Mean of the sampled availability.",
        _PROMETHEUS,
        "%",
        "higher",
        of="samples",
        target="availability",
        by_service=True,
        seed="System availability and uptime",
    ),
    Kpi(
        "error-rate",
        "Error rate",
        _TECHNICAL,
        "Mean of the sampled share of requests that fail.",
        _PROMETHEUS,
        "%",
        "lower",
        of="samples",
        target="error_rate",
        meets="<",
        by_service=True,
        seed="Error rate and mean time to recovery",
    ),
    Kpi(
        "mttd",
        "Mean time to detection",
        _BOTH,
        "Mean time from an incident's beginning to its detection, of those of level 2 and more"
        " whose beginning is known.",
        _INCIDENTS,
        "min",
        "lower",
        of="incidents",
        target="detect_minutes",
        meets="<",
        by_service=True,
        seed="Incident Response",
    ),
    Kpi(
        "mttr",
        "Mean time to recovery",
        _BOTH,
        "Mean time from detection to resolution of the incidents of level 2 and more that were"
        " resolved in the window; beside it, until they were acknowledged, where that was told.",
        _INCIDENTS,
        "h",
        "lower",
        of="incidents",
        target="recover_hours",
        meets="<",
        by_service=True,
        seed="Recovery Performance",
    ),
    Kpi(
        "coverage",
        "Code coverage",
        _TECHNICAL,
        "Mean of the newest line coverage of each repository and service in the window; of the main"
        " branch where it reported.",
        "Cobertura and LCOV reports",
        "%",
        "higher",
        of="repositories and services",
        target="coverage",
        meets=">=",
        least=1,
        by_service=True,
        seed="Code coverage and test reliability",
    ),
    Kpi(
        "test-reliability",
        "Test reliability",
        _TECHNICAL,
        "Of the commits and workflows whose runs ended: those that did not both fail and succeed.",
        "CI runs of GitHub or GitLab",
        "%",
        "higher",
        of="commits and workflows",
        target="test_reliability",
        meets=">=",
        by_service=True,
        seed="Code coverage and test reliability",
    ),
    Kpi(
        "debt-ratio",
        "Technical debt ratio",
        _TECHNICAL,
        "Days of effort in the debts that are open, divided by the days of work done in sprints"
        " that ended in the window. A story point counts as TEAMLEAD_KPI_POINT_DAYS days.",
        "`/lead debt` and `/lead sprint`",
        "%",
        "lower",
        of="items done",
        target="debt_ratio",
        meets="<=",
        days=90,
        now=True,
        seed="Technical debt ratio",
    ),
    Kpi(
        "sla",
        "Performance standards",
        _BOTH,
        "Of the performance targets that were measured in the window: those that their newest"
        " measurement keeps.",
        "`/lead targets`",
        "%",
        "higher",
        of="targets",
        target="sla",
        meets=">=",
        least=1,
        now=True,
        seed="Performance Standards",
    ),
)
