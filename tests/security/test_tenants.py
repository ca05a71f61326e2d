"""Each query is a workspace's or one row's; what looks at the whole database is listed here.

What people are shown is looked at in `test_views.py`.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
WHOLE_DATABASE = {
    "architecture_reviews.add", "architecture_reviews.add_output",
    "architecture_reviews.add_points", "architecture_reviews.due",
    "debts.add", "performance_targets.add", "performance_targets.measure", "technologies.move",
    "assessments.add", "attachments.add", "audit.removal", "base.insert_unless_there",
    "base.perhaps", "base.the",
    "bulk.run_each", "code_repositories.add", "code_repositories.remove", "conflicts.add",
    "decision_parts.due", "decision_parts.plan_dues", "decision_parts.votes",
    "decision_sources.add", "decisions.add", "dora._times", "due.names", "embeddings.last",
    "escalation_audit.skipped", "escalations.add",
    "escalations.any_due", "escalations.count_by_state", "escalations.due", "escalations.move",
    "escalations.tell", "escalations.unanswered", "forget._changed", "forget._count",
    "forget._delete", "forget._update", "forget.empty_late_calls", "forget.rewrite",
    "forget.workspaces", "forgettings.due", "hand_offs.add", "hand_offs.due",
    "installations.add_state",
    "installations.all", "installations.due_for_purge", "installations.take_state",
    "learning.add", "learning.due", "ledger._total", "ledger.add", "matrices.add",
    "mcp_tokens.add", "mcp_tokens.by_digest",
    "memory_records._first", "memory_records.any_unread", "memory_records.changed_services",
    "memory_records.decisions", "memory_records.gates", "memory_records.matrices",
    "memory_records.reviews", "memory_records.services", "memory_records.tasks",
    "memory_search._counts",
    "memory_search._scored", "memory_search.find", "memory_search.newest",
    "outbox._post_or_renew", "outbox.depth",
    "outbox.oldest_waiting", "outbox_many.add", "outbox_many.edit", "outbox_queue.heads",
    "outbox_queue.moments", "outbox_queue.overdue", "outbox_queue.shorten_leases",
    "outbox_queue.under_way", "outbox_repair.dead", "outbox_repair.turn_back", "plans.add",
    "rates.ensure", "rates.lock",
    "retention.count", "retention.keys", "retention.remove", "retro_actions.add",
    "retro_actions.due", "retrospectives.add", "retrospectives.due", "schedule_rows.add",
    "schedule_rows.ahead", "schedule_rows.any_due", "schedule_rows.due",
    "services.add", "services.add_architecture",
    "services.connect", "sprints.add", "sprints.due",
    "standup_rows.ensure_member", "standups.due", "standups.ensure",
    "stories.tasks_numbered", "stories.tasks_of_decision", "tasks.add",
    "tasks.count_by_state", "tasks.due_to_resume", "team_report.workspaces",
    "tool_servers.add", "tool_servers.due", "tool_servers.remove", "turns.any_waiting",
    "turns.begun", "turns.lock", "workers.all",
}  # fmt: skip
"""Work of the process itself: it delivers, counts, cleans up for all, and shows no row in Slack;
`memory_search` is handed a `Query` with its workspace, which `_within` asks for (and
tests/storage/test_memory.py looks at);
`dora._times` is handed a statement that names its workspace;
`stories` is `teamlead replay`, for who runs the bot and has the database anyway;
`add` stores an object that has its workspace; `base.the` and `base.perhaps` are handed the query of
a method that is looked at itself; `forget` is handed its condition, made of the
workspace (`of_workspace`, `of_channel`)."""
NO_TENANT = {"schedules", "workers"}
"""Tables without a workspace."""


def unscoped() -> set[str]:
    """Return queries that name neither a workspace nor the id of one row's owner."""
    found = set()
    for file in sorted((ROOT / "storage/repositories").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.AsyncFunctionDef) and file.stem not in NO_TENANT:
                names = [a.arg for a in (*node.args.args, *node.args.kwonlyargs)]
                by_id = any(n.endswith(("_id", "_ids", "ids")) for n in names)
                if "workspace_id" not in ast.unparse(node) and not by_id:
                    found.add(f"{file.stem}.{node.name}")
    return found


def test_every_query_names_a_workspace_or_one_row() -> None:
    """A new query over the whole database must be put on the list above, with open eyes."""
    assert unscoped() - WHOLE_DATABASE == set()


def test_the_list_names_no_query_that_is_gone() -> None:
    stems = {file.stem for file in (ROOT / "storage/repositories").glob("*.py")}
    for name in WHOLE_DATABASE:
        stem, _, method = name.partition(".")
        assert stem in stems
        assert f"def {method}(" in (ROOT / f"storage/repositories/{stem}.py").read_text("utf-8")


BUILDERS = {"select", "insert", "update", "delete", "text", "union", "union_all"}
NO_ROWS = {"bot/workflows/executors.py"}
"""Asks the database for locks, not for rows."""


def builds_statements(file: Path) -> bool:
    """Return whether a file takes from SQLAlchemy what statements are made with."""
    if "sqlalchemy" not in (text := file.read_text("utf-8")):
        return False
    for node in ast.walk(ast.parse(text)):
        names = {alias.name for alias in getattr(node, "names", ()) if isinstance(alias, ast.alias)}
        if isinstance(node, ast.Import) and "sqlalchemy" in names:
            return True
        source = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        if source.startswith("sqlalchemy") and names & BUILDERS:
            return True
    return False


def test_queries_are_written_in_one_place() -> None:
    """Outside `storage/` nobody builds a statement, so the list above sees them all."""
    files = [f for name in ("bot", "handlers", "scheduler") for f in (ROOT / name).rglob("*.py")]
    assert {str(f.relative_to(ROOT)) for f in files if builds_statements(f)} == NO_ROWS
