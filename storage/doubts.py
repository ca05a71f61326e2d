"""Marks in a restored SQLite file what may have been posted since its backup."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.decision import DecisionState
from bot.domain.task import OPEN
from storage.models.outbox import DOUBT

_TRIGGER = "doubt_after_restore"


def doubt_posts(file: Path, *, problem: str, since: datetime) -> int:
    """Let every post be looked for before it is sent again; returns how many wait already.

    Two kinds may be in Slack though this file does not know: rows that waited at the backup, and
    rows that tasks, open at the backup, will add again with the same keys when their work is done
    anew. For the second a trigger stays in the file; it names those tasks by id and no table but
    the outbox's, so that a migration of other tables does not meet it. `problem` is the words
    that mark a doubt; `since` the backup's moment, from which on Slack is searched: rows in doubt
    are searched for from their own creation on.
    """
    moment = since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")  # as SQLAlchemy stores it
    with closing(sqlite3.connect(file)) as connection, connection:
        waiting = connection.execute(
            "UPDATE outbox SET problem = ?, problem_code = ? WHERE state = 'pending'",
            (problem, DOUBT),
        ).rowcount
        connection.execute(f"DROP TRIGGER IF EXISTS {_TRIGGER}")
        if unfinished := _unfinished(connection):
            connection.execute(
                f"CREATE TRIGGER {_TRIGGER} AFTER INSERT ON outbox"
                f" WHEN NEW.task_id IN ({', '.join(map(_quoted, unfinished))})"
                f" BEGIN UPDATE outbox SET problem = {_quoted(problem)},"
                f" problem_code = {_quoted(DOUBT)},"
                f" created_at = min(created_at, {_quoted(moment)}) WHERE id = NEW.id; END"
            )
    return waiting


def _unfinished(connection: sqlite3.Connection) -> list[str]:
    states = ", ".join(_quoted(state.value) for state in sorted(OPEN))
    redraft = _quoted(DecisionState.CHANGES_REQUESTED.value)
    rows = connection.execute(
        f"SELECT id FROM task WHERE state IN ({states})"
        f" UNION SELECT task_id FROM decision WHERE state = {redraft} AND task_id IS NOT NULL"
    )
    return [str(row[0]) for row in rows]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
