"""`teamlead cleanup`: the daily clean-up, by hand."""

import typer

from bot import settings as settings_module
from bot.bootstrap import open_database
from bot.clock import SystemClock
from bot.workflows.cleanup import clean_up_database

WORDS = {
    "posts": "contents of posts",
    "receipts": "receipts",
    "absences": "days on which people were away",
    "forgettings": "wishes to be forgotten that were done and told",
    "schedule_runs": "runs of schedules",
    "messages": "texts of messages",
    "attachments": "texts of attached files",
    "tool_results": "what tools returned",
    "worktree_patches": "what was changed in worktrees",
    "conflict_notes": "notes on conflicts that are over",
    "standup_blockers": "solved blockers",
    "standup_answers": "answers to standups",
    "standup_members": "people asked in standups",
    "standup_questions": "questions of standups",
    "standups": "standups",
    "retro_cards": "cards of retrospectives",
    "retro_groups": "topics of retrospectives",
    "sprint_votes": "votes on sprints' items",
    "deployments": "deployments",
    "pull_requests": "pull requests",
    "branch_starts": "beginnings of branches",
    "incidents": "reported incidents",
    "work_items": "work items of trackers",
    "workflow_runs": "runs of workflows",
    "measurements": "measured values",
    "quality_gates": "results of quality gates",
    "wishes": "texts of tasks",
    "audit": "entries of the audit log",
    "runs": "finished runs of the engine",
    "locks": "lock files",
}
"""What people read for each kind that can be counted."""


async def run(*, dry_run: bool) -> None:
    """Remove or count what is past its retention and print the counts. Raises UserFacingError."""
    settings = settings_module.load()
    database = await open_database(settings)
    try:
        counts = await clean_up_database(
            database, settings, now=SystemClock().now(), dry_run=dry_run
        )
    finally:
        await database.close()
    verb = "Would remove" if dry_run else "Removed"
    for name, count in counts.items():
        if count:
            typer.echo(f"{verb} {count} {WORDS[name]}.")
    if not any(counts.values()):
        typer.echo("Nothing is past its retention.")
