"""Every setting that people may change in Slack: its name, limits, default and who may set it."""

import difflib

from bot.domain.kpi.targets import EXPECTS, read_targets
from bot.domain.quiet import DAYS_EXPECT, HOURS_EXPECT, read_days, read_hours
from bot.domain.retrospective.cards import columns_text, read_columns
from bot.domain.setting.kinds import (
    Choice,
    Money,
    People,
    Phrase,
    Switch,
    Value,
    Whole,
)
from bot.domain.setting.places import TeamPlace
from bot.domain.setting.resolve import WORKSPACE
from bot.domain.setting.setting import OWN
from bot.domain.setting.setting import Setting as Setting
from bot.domain.setting.table_escalation import ESCALATION
from bot.domain.setting.weights import Weights
from bot.errors import UserFacingError


def _lower(mine: Value, others: Value) -> bool:
    return float(str(mine)) < float(str(others))


def _is_less(mine: Value, others: Value) -> bool:
    return mine == "offline" and others != "offline"


_TABLE = (
    Setting("task_budget", "Most that one task may cost.", Money(10_000), "budget", "per_task"),
    Setting(
        "channel_budget",
        "Most that one channel may cost in a UTC day.",
        Money(100_000),
        "budget",
        "per_channel_day",
    ),
    Setting(
        "day_budget",
        "Most that the whole workspace may cost in a UTC day.",
        Money(1_000_000),
        "budget",
        "per_day",
        scopes=frozenset({WORKSPACE}),
    ),
    Setting(
        "budget_warning",
        "When so many percent of a budget are gone I say so in the thread, once; 0: never.",
        Whole(0, 100, unit="percent"),
        "budget",
        "warn_percent",
    ),
    Setting(
        "approve_above",
        "A plan that will probably cost more waits for a yes; your own value can only be lower.",
        Money(10_000),
        "budget",
        "approve_above",
        scopes=OWN,
        narrows=_lower,
    ),
    Setting(
        "model",
        "Who works new tasks; for yourself you can only choose offline.",
        Choice(("auto", "claude", "offline")),
        "model",
        "provider",
        scopes=OWN,
        narrows=_is_less,
        personal=Choice(("offline",)),
    ),
    Setting(
        "parallel_assignments",
        "Assignments of one task at work at once.",
        Whole(1, 20),
        "limit",
        "parallel_assignments",
    ),
    Setting(
        "review_days",
        "Days until an accepted decision comes up for review.",
        Whole(1, 3_650, unit="days"),
        "decision",
        "review_days",
    ),
    *(
        Setting(
            f"team_{field}",
            f"Where the {field.replace('_', '-')} team takes hand-offs.",
            TeamPlace(),
            "teams",
            field,
            scopes=frozenset({WORKSPACE}),
        )
        for field in ("main_orchestrator", "frontend", "mobile", "devops", "security", "testing")
    ),
    Setting(
        "team_inbox",
        "The channel that shows what other teams ask of us.",
        TeamPlace(),
        "teams",
        "inbox",
        scopes=frozenset({WORKSPACE}),
    ),
    Setting(
        "week_hours",
        "Hours a week that one person or specialist has for planned work.",
        Whole(5, 168, unit="hours"),
        "conflict",
        "week_hours",
    ),
    Setting(
        "conflict_notes",
        "Whether I say in a task's thread, unasked, that others want the same.",
        Switch(),
        "conflict",
        "notes",
    ),
    Setting(
        "matrix_criteria",
        "Criteria with weights in percent that a new matrix begins with.",
        Weights(),
        "matrix",
        "criteria",
    ),
    Setting(
        "retro_columns",
        "What cards a retrospective asks for.",
        Phrase(
            "two to five names, e.g. What worked, What failed, Ideas",
            lambda text: columns_text(read_columns(text)),
        ),
        "retrospective",
        "columns",
    ),
    Setting(
        "retro_votes",
        "How many votes each person has in a retrospective.",
        Whole(1, 10, unit="votes"),
        "retrospective",
        "votes",
    ),
    Setting(
        "assessment_enough",
        "A share or a median of fewer than so many is not told in an assessment.",
        Whole(1, 100),
        "retrospective",
        "enough",
    ),
    Setting(
        "survey_minimum",
        "Of fewer answers nothing of a survey is shown or kept; counts for surveys opened later.",
        Whole(3, 100, unit="answers"),
        "survey",
        "minimum",
        scopes=frozenset({WORKSPACE}),
    ),
    Setting(
        "survey_stakeholders",
        "Whom stakeholder surveys ask; anyone: the members of the channel.",
        People(),
        "survey",
        "stakeholders",
    ),
    Setting(
        "kpi_targets",
        "Targets of KPIs here, before those of the operator; `/lead metrics` shows all.",
        Phrase(EXPECTS, read_targets),
        "kpi",
        "targets",
    ),
    Setting(
        "sprint_unit",
        "What a new sprint's items are estimated in.",
        Choice(("points", "days")),
        "sprint",
        "unit",
    ),
    Setting(
        "sprint_weeks",
        "How many weeks a new sprint has.",
        Whole(1, 6, unit="weeks"),
        "sprint",
        "weeks",
    ),
    Setting(
        "review_ahead_days",
        "Days ahead in which an architecture review looks at decisions' ends.",
        Whole(0, 365, unit="days"),
        "review",
        "ahead_days",
    ),
    Setting(
        "radar_stale_days",
        "Days after which a technology on trial or assessed is asked about.",
        Whole(1, 3_650, unit="days"),
        "review",
        "stale_days",
    ),
    Setting(
        "measure_days",
        "Days after which a performance target wants a new measurement.",
        Whole(1, 365, unit="days"),
        "review",
        "measure_days",
    ),
    Setting(
        "sandbox",
        "Whether specialists may ask to change code, in repositories that the operator allows.",
        Switch(),
        "sandbox",
        "enabled",
        scopes=frozenset({WORKSPACE}),
    ),
    Setting(
        "enabled",
        "Whether I work in a channel that I was invited to.",
        Switch(),
        "channel",
        "enabled",
    ),
    Setting(
        "replies",
        "Which replies in a task's thread I follow: all, or only those that mention me.",
        Choice(("all", "mentions")),
        "channel",
        "replies",
    ),
    Setting(
        "quiet_hours",
        "When I say nothing unasked; your own count for what I write to you.",
        Phrase(HOURS_EXPECT, read_hours),
        "quiet",
        "hours",
        scopes=OWN,
    ),
    Setting(
        "quiet_days",
        "Days on which I say nothing unasked.",
        Phrase(DAYS_EXPECT, read_days),
        "quiet",
        "days",
        scopes=OWN,
    ),
    Setting("ask", "Who may ask for work and stop it.", People(), "access", "ask"),
    Setting(
        "approve", "Who may say yes to a plan or give more money.", People(), "access", "approve"
    ),
    Setting("decide", "Who may decide on decisions.", People(), "decision", "approvers"),
    Setting("quorum", "How many yeses a new decision needs.", Whole(1, 20), "decision", "quorum"),
    Setting(
        "rejection",
        "How many noes reject a decision: one, or as many as yeses are needed.",
        Choice(("one", "quorum")),
        "decision",
        "rejection",
    ),
    Setting(
        "configure",
        "Who may change settings and read the audit log; admins always may.",
        People(),
        "access",
        "configure",
    ),
    Setting("waive", "Who may waive a missed check of a gate.", People(), "gate", "waive"),
    *ESCALATION,
    Setting(
        "standup_people",
        "Whom standups ask, of those in the channel.",
        People(),
        "standup",
        "people",
    ),
    Setting("guests", "Whether guests count among “anyone” here.", Switch(), "access", "guests"),
    Setting(
        "external",
        "Whether people of other companies (Slack Connect) may ask here where “anyone” may.",
        Switch(),
        "access",
        "external",
    ),
    Setting(
        "workflows",
        "Whether steps of workflows may ask for work where not everybody may.",
        Switch(),
        "access",
        "workflows",
    ),
)
SETTINGS: dict[str, Setting] = {item.name: item for item in _TABLE}


def find(name: str) -> Setting:
    """Return the setting of that name; raises UserFacingError with what was probably meant."""
    wanted = name.strip().lower().replace("-", "_")
    if wanted in SETTINGS:
        return SETTINGS[wanted]
    meant = difflib.get_close_matches(wanted, list(SETTINGS), n=1, cutoff=0.5)
    hint = f"Did you mean `{meant[0]}`?" if meant else "`/lead settings` lists them."
    raise UserFacingError(f"I know no setting `{name.strip()[:40]}`.", hint=hint)
