"""KPIs' targets and survey defaults; each number of the founding document is a default here."""

from typing import Annotated

from annotated_types import Ge, Gt, Le
from pydantic import AllowInfNan, Field
from pydantic_settings import BaseSettings

from bot.settings_outside import group as _group

Target = Annotated[float, Ge(0), AllowInfNan(False)]


class KpiSettings(BaseSettings):
    """Targets of the KPIs, and when there is too little to tell one (docs/metrics.md)."""

    model_config = _group("TEAMLEAD_KPI_")

    enough: Annotated[int, Ge(1), Le(1000)] = Field(
        5, description="A share, mean or median of fewer is not told."
    )
    point_days: Annotated[float, Gt(0), Le(100), AllowInfNan(False)] = Field(
        1.0, description="Days that a story point counts for in the debt ratio."
    )
    targets: str = Field(
        "", description="Targets in one line, before the ones below: `on-time 97, mttr 1.5`."
    )
    on_time: Target = Field(95, description="On-time delivery, over so many percent.")
    completion: Target = Field(85, description="Estimated work of a sprint that is done, percent.")
    consistency: Target = Field(80, description="Velocity consistency, percent.")
    defect_escape: Target = Field(2, description="Defects that reach production, under, percent.")
    review_hours: Target = Field(24, description="Until a pull request is reviewed, hours.")
    deployments_week: Target = Field(1, description="Deployments to production a week.")
    deployment_success: Target = Field(99, description="Deployments that succeed, over, percent.")
    lead_time_hours: Target = Field(168, description="From change to production, hours.")
    change_failure: Target = Field(15, description="Deployments that break production, percent.")
    rework: Target = Field(15, description="Deployments that only mend the last one, percent.")
    p95_ms: Target = Field(200, description="Response time of 95 % of requests, under, ms.")
    availability: Target = Field(99.9, description="Availability, over, percent.")
    error_rate: Target = Field(0.1, description="Requests that fail, under, percent.")
    detect_minutes: Target = Field(30, description="Mean time to detect an incident, under.")
    recover_hours: Target = Field(2, description="Mean time to recover, under, hours.")
    coverage: Target = Field(80, description="Lines that tests run, percent.")
    test_reliability: Target = Field(98, description="CI changes without a flaky run, percent.")
    debt_ratio: Target = Field(5, description="Days of debt for 100 days of work, percent.")
    dependency_hours: Target = Field(48, description="Until another team's hand-off is done.")
    documentation: Target = Field(90, description="Services that are documented, over, percent.")
    utilisation: Target = Field(70, description="Specialists of the team that had work, percent.")
    improvements: Target = Field(70, description="Agreed improvements that are done, percent.")
    satisfaction: Target = Field(4.5, description="Team satisfaction, over, of 5.")
    approval: Target = Field(90, description="Stakeholders who approve, over, percent.")
    sla: Target = Field(100, description="Performance targets that are kept, percent.")
    compliance: Target = Field(90, description="Compliance with architecture rules, over, percent.")
    gates: Target = Field(100, description="Quality gates that are met, percent.")
    monitoring: Target = Field(100, description="Services that are monitored, percent.")
    vulnerabilities: Target = Field(0, description="High and critical vulnerabilities, at most.")


class SurveySettings(BaseSettings):
    """How surveys are held, unless a workspace or channel says otherwise (docs/surveys.md)."""

    model_config = _group("TEAMLEAD_SURVEY_")

    minimum: Annotated[int, Ge(3), Le(100)] = Field(
        5, description="Of fewer answers nothing is shown and nothing is kept."
    )
    days: Annotated[int, Ge(1), Le(30)] = Field(
        7, description="How many days a survey of `/lead survey` is open; a schedule names its own."
    )
    reminders: Annotated[int, Ge(0), Le(3)] = Field(
        1, description="How often a survey reminds at most."
    )
    pause_days: Annotated[int, Ge(0), Le(90)] = Field(
        7, description="Days from one survey that showed a result to the next of the same people."
    )
    stakeholders: str = Field(
        "anyone",
        description="Whom stakeholder surveys ask: people, user groups, channels, or `anyone` in"
        " the survey's channel.",
    )
