"""The table of `/lead` subcommands, and what each is for."""

from bot.errors import UserFacingError
from bot.slack.post import Post
from handlers.commands import (
    architecture,
    architecture_review,
    assessment,
    audit,
    away,
    conflict,
    cost,
    debt,
    decide,
    decision,
    escalation,
    forget,
    hand_off,
    kpi,
    learning,
    matrix,
    measure,
    memory,
    performance_target,
    quality_gate,
    quiet,
    retrospective,
    schedule,
    service,
    settings,
    sprint,
    standup,
    status,
    survey,
    task,
    team,
    technology,
    tool_server,
    why,
)
from handlers.commands.help import all_help, help_on
from handlers.commands.table import Call, Subcommand


async def show_help(call: Call) -> Post:
    """Show the table, or one line of it with examples."""
    if call.words:
        return help_on(SUBCOMMANDS, call.words)
    return all_help(SUBCOMMANDS, dict(_GROUPS))


_GROUPS = (
    ("Work", ("ask", "tasks", "task", "stop", "retry", "quiet", "listen")),
    ("Decisions and memory", ("decide", "decisions", "decision", "why", "remember", "memory")),
    (
        "Architecture",
        (
            "matrix",
            "matrices",
            "services",
            "service",
            "architecture",
            "review",
            "debt",
            "radar",
            "targets",
        ),
    ),
    ("Meetings", ("schedule", "standup", "sprint", "retro", "assessment", "learning", "away")),
    ("Numbers", ("metrics", "measures", "survey", "cost", "gates")),
    ("Other teams and conflicts", ("handoff", "handoffs", "conflict", "conflicts")),
    ("Escalations", ("escalate", "escalations", "escalation")),
)


async def _ask(_call: Call) -> Post:
    raise UserFacingError("Say what you need.", hint="E.g. `/lead ask an API for invoices`.")


_TABLE = (
    Subcommand(
        "ask",
        "ask <text>",
        "Put a wish to the team, in a thread of its own.",
        _ask,
        "ask",
    ),
    Subcommand("tasks", "tasks", "This channel's tasks, open ones first.", task.list_tasks),
    Subcommand(
        "task",
        "task <id>",
        "One task: plan, who ran, cost.",
        task.show_task,
    ),
    Subcommand(
        "stop",
        "stop <id>",
        "Stop a task.",
        task.stop_task,
        "ask",
    ),
    Subcommand(
        "retry",
        "retry <id>",
        "Go on with a paused, failed or stopped task.",
        task.retry_task,
        "ask",
    ),
    Subcommand(
        "quiet",
        "quiet <id>",
        "In that task's thread, follow only replies that mention me.",
        quiet.be_quiet,
        "ask",
    ),
    Subcommand(
        "listen",
        "listen <id>",
        "In that task's thread, follow every reply.",
        quiet.listen,
        "ask",
    ),
    Subcommand(
        "decide",
        "decide [<what> because <why>]",
        "Propose a decision here; without words, a form with all its fields.",
        decide.run_decide,
        "ask",
    ),
    Subcommand(
        "decisions",
        "decisions [<words>|open|due]",
        "The newest decisions, or those on some words.",
        decision.list_decisions,
    ),
    Subcommand(
        "decision",
        "decision <id> [challenge|deprecate|keep|renew|supersedes|amends|relates-to …]",
        "One decision with options and reasons; or what to do with it.",
        decision.run_decision,
    ),
    Subcommand(
        "why",
        "why <topic or id>",
        "What was decided on a topic; the story of T-12 or D-3.",
        why.run_why,
    ),
    Subcommand(
        "matrix",
        "matrix <question>",
        "Compare technologies by weighted criteria, scored in secret; `matrix M-1` shows one.",
        matrix.run_matrix,
        "ask",
    ),
    Subcommand("matrices", "matrices", "The newest matrices.", matrix.list_matrices),
    Subcommand(
        "services",
        "services [map]",
        "All services with owners; `map` posts a picture here.",
        service.list_services,
    ),
    Subcommand(
        "service",
        "service <name> [quality|owner @x|about …|docs <url>|runbook <url>"
        "|depends on <name> by calls|events|data|history]",
        "One service, or a change of it.",
        service.run_service,
    ),
    Subcommand(
        "conflict",
        "conflict <what several want>",
        "Weigh who gets it when; `conflict C-1` shows one.",
        conflict.run_conflict,
        "ask",
    ),
    Subcommand(
        "conflicts",
        "conflicts",
        "Conflicts, and those to be seen in the plans at work.",
        conflict.list_conflicts,
    ),
    Subcommand(
        "handoff",
        "handoff <team> <what> [by <day>]",
        "Ask another team for something; `handoff H-1` shows one.",
        hand_off.run_hand_off,
        "ask",
    ),
    Subcommand(
        "handoffs",
        "handoffs [report]",
        "What teams ask of each other, oldest first; `report` is the daily report.",
        hand_off.list_hand_offs,
    ),
    Subcommand(
        "schedule",
        "schedule [<what> <when>|preview|run|skip|pause|resume|remove <id>]",
        "What happens here when; a new one with its next times.",
        schedule.run_schedule,
        None,
    ),
    Subcommand(
        "standup",
        "standup [questions|people [all|@who]|report [<days>] [@who]|since <day>|export [<days>]]",
        "The standup here: answer, read what was said, choose its questions and people.",
        standup.run_standup,
    ),
    Subcommand(
        "retro",
        "retro [start [<time>]|actions|add <what> @who by <day>|done RA-1|lessons|history|export]",
        "The retrospective here: how it stands, what was agreed on, past ones.",
        retrospective.run_retro,
    ),
    Subcommand(
        "assessment",
        "assessment [weekly|monthly|quarterly|annual|AS-1|export AS-1]",
        "What the week, month, quarter or year here comes to, and what follows.",
        assessment.run_assessment,
    ),
    Subcommand(
        "metrics",
        "metrics [<area>|<KPI>] [30d|sprint] [<service>] [here] [chart|csv|json]",
        "The team's numbers with targets and trends; a chart or a file of them.",
        kpi.run_metrics,
    ),
    Subcommand(
        "survey",
        "survey [team [5d]|stakeholders [@who …]|SV-1|close SV-1|export]",
        "Anonymous surveys here: how content the team is, whether stakeholders approve.",
        survey.run_survey,
    ),
    Subcommand(
        "cost",
        "cost [channels|tasks|specialists|days|models] [30d] [csv|chart]",
        "What model calls cost here and in all, and what the month will come to.",
        cost.run_cost,
    ),
    Subcommand(
        "learning",
        "learning [add <kind> <what> @who by <day>|L-1 begin|done <link>|drop]",
        "Talks, certifications, projects with other teams: who, until when, what shows it.",
        learning.run_learning,
    ),
    Subcommand(
        "sprint",
        "sprint [plan|add <what>|needs 3: 1|estimate|start|burndown|end|export|list|SP-1]",
        "This channel's sprint: plan it, estimate, start, follow and end it.",
        sprint.run_sprint,
    ),
    Subcommand(
        "review",
        "review [now|history|AR-1|export [AR-1]]",
        "The architecture review here: how it stands, one begun now, past ones.",
        architecture_review.run_review,
    ),
    Subcommand(
        "debt",
        "debt [add <what>|done TD-1|drop TD-1|TD-1]",
        "Technical debt: what is owed, by whom, until when.",
        debt.run_debt,
    ),
    Subcommand(
        "radar",
        "radar [move <name> to adopt|trial|assess|hold because <why>|chart|<name>]",
        "The technology radar, and its moves.",
        technology.run_radar,
    ),
    Subcommand(
        "measures",
        "measures [<repository> is <service>]",
        "The repositories and projects that report to me, and which service each is.",
        measure.run_measures,
    ),
    Subcommand(
        "targets",
        "targets [set <service> <metric> under 200 ms|measure <service> <metric> <n>|drop P-1]",
        "The performance that services must keep, and what was measured.",
        performance_target.run_targets,
    ),
    Subcommand(
        "gates",
        "gates [<service>|set <service> <check> <limit>|waive <service> <check>|here <service>]",
        "Quality gates: how services stand, what they must keep, who waived what until when.",
        quality_gate.run_gates,
    ),
    Subcommand(
        "away",
        "away [until <day>|<day> to <day>|clear]",
        "Who is away; say when you are.",
        away.run_away,
    ),
    Subcommand(
        "remember",
        "remember [<kind>] <name>: <what is so>",
        "Note something for later; `remember baseline <service> …` keeps its figures.",
        memory.run_remember,
        "ask",
    ),
    Subcommand(
        "memory",
        "memory [<words>|open <name>|correct #<n> …|forget #<n>|forget <name>]",
        "What is remembered: search it, open one thing, correct it, have it forgotten.",
        memory.run_memory,
    ),
    Subcommand(
        "architecture",
        "architecture <domain>|<task id>",
        "Cut a domain into services, in a thread of its own.",
        architecture.run_architecture,
        "ask",
    ),
    Subcommand(
        "escalate",
        "escalate <what>",
        "Say that something is blocked: somebody is asked until it is solved.",
        escalation.escalate,
        "escalate",
    ),
    Subcommand(
        "escalations",
        "escalations [mine|open|all]",
        "What is escalated, the worst first.",
        escalation.list_escalations,
    ),
    Subcommand(
        "escalation",
        "escalation <id>",
        "One escalation with its timeline.",
        escalation.show_escalation,
    ),
    Subcommand(
        "team",
        "team [chart]",
        "Who is on the team, and who is busy; `chart` posts a picture here.",
        team.show_team,
    ),
    Subcommand(
        "tools",
        "tools [<task id>]",
        "What specialists may look things up with, and whether it answers; what a task used.",
        tool_server.run_tools,
    ),
    Subcommand("status", "status", "Load, money left, anything stuck.", status.show_status),
    Subcommand(
        "settings",
        "settings [<name> [<value>|reset] [here|workspace|me]]",
        "What is set here and by whom; change it.",
        settings.run_settings,
        None,
    ),
    Subcommand(
        "audit",
        "audit [export]",
        "The newest privileged acts, or all as a file.",
        audit.run_audit,
        None,
    ),
    Subcommand(
        "forget",
        "forget me|channel",
        "Remove what I keep of you, or of this channel; asks first.",
        forget.run_forget,
        None,
    ),
    Subcommand(
        "help",
        "help [<command>]",
        "This list, or one command with examples.",
        show_help,
        None,
    ),
)
SUBCOMMANDS = {item.name: item for item in _TABLE}
