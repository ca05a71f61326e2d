"""`teamlead cleanup`: the daily clean-up, by hand."""

import typer

from bot import settings as settings_module
from bot.bootstrap import open_database
from bot.clock import SystemClock
from bot.slack.text import count
from bot.workflows.cleanup import clean_up_database

WORDS = {
    "posts": ("content of a post", "contents of posts"),
    "receipts": ("receipt", "receipts"),
    "absences": ("day on which somebody was away", "days on which people were away"),
    "forgettings": (
        "wish to be forgotten that was done and told",
        "wishes to be forgotten that were done and told",
    ),
    "schedule_runs": ("run of a schedule", "runs of schedules"),
    "messages": ("text of a message", "texts of messages"),
    "attachments": ("text of an attached file", "texts of attached files"),
    "tool_results": ("result of a tool", "results of tools"),
    "worktree_patches": ("patch of a worktree", "patches of worktrees"),
    "conflict_notes": ("note on a conflict that is over", "notes on conflicts that are over"),
    "standup_blockers": ("solved blocker", "solved blockers"),
    "standup_answers": ("answer to a standup", "answers to standups"),
    "standup_members": ("person asked in a standup", "people asked in standups"),
    "standup_questions": ("question of a standup", "questions of standups"),
    "standups": ("standup", "standups"),
    "retro_cards": ("card of a retrospective", "cards of retrospectives"),
    "retro_groups": ("topic of a retrospective", "topics of retrospectives"),
    "sprint_votes": ("vote on a sprint's item", "votes on sprints' items"),
    "deployments": ("deployment", "deployments"),
    "pull_requests": ("pull request", "pull requests"),
    "branch_starts": ("beginning of a branch", "beginnings of branches"),
    "incidents": ("reported incident", "reported incidents"),
    "work_items": ("work item of a tracker", "work items of trackers"),
    "workflow_runs": ("run of a workflow", "runs of workflows"),
    "measurements": ("measured value", "measured values"),
    "quality_gates": ("result of a quality gate", "results of quality gates"),
    "wishes": ("text of a task", "texts of tasks"),
    "audit": ("entry of the audit log", "entries of the audit log"),
    "runs": ("finished run of the engine", "finished runs of the engine"),
    "locks": ("lock file", "lock files"),
}
"""What people read for each kind that can be counted: for one, for several."""


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
    for name, number in counts.items():
        if number:
            typer.echo(f"{verb} {count(number, *WORDS[name])}.")
    if not any(counts.values()):
        typer.echo("Nothing is past its retention.")
