"""The audit: what was wished for against what is in the database, in Slack and on Claude's bill."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.workspace import Workspace
from tests.chaos.books import Books
from tests.chaos.claude import Made
from tests.chaos.report import Row

_WISH = re.compile(r"wish-\d{4}")
_PAID = frozenset({"answer", "prose"})
"""Requests of these kinds count from their arrival on; other kinds once they were answered well."""
_STEPS = {"plan": "Plan", "synthesis": "Synthesis"}


@dataclass(frozen=True)
class Audit:
    """What the books say; `notes` name each thing that is wrong."""

    tasks: int
    tasks_lost: int
    tasks_doubled: int
    posts_lost: int
    posts_doubled: int
    calls_paid_twice: int
    calls_repeated: int
    in_flight: int
    notes: list[str] = field(default_factory=list)

    def row(self, fault: str, database: str, faults: int) -> Row:
        """Return the table's row."""
        return Row(
            fault,
            database,
            faults,
            self.tasks,
            self.tasks_lost,
            self.tasks_doubled,
            self.posts_lost,
            self.posts_doubled,
            self.calls_paid_twice,
            self.calls_repeated,
            self.in_flight,
        )


def audit(
    books: Books, workspace: Workspace, made: Sequence[Made], *, wishes: Iterable[str]
) -> Audit:
    """Compare everything; call it when nothing is under way any more."""
    notes: list[str] = []
    wanted = list(wishes)
    tasks_lost, tasks_doubled = _tasks(books, wanted, notes)
    posts_lost, posts_doubled = _posts(books, workspace, notes)
    twice, repeated, in_flight = _calls(books, made, notes)
    return Audit(
        len(wanted),
        tasks_lost,
        tasks_doubled,
        posts_lost,
        posts_doubled,
        twice,
        repeated,
        in_flight,
        notes,
    )


def _tasks(books: Books, wishes: list[str], notes: list[str]) -> tuple[int, int]:
    """A wish is lost unless one task of it is done, doubled when it made two or two rounds."""
    found: Counter[str] = Counter()
    done: set[str] = set()
    for text, state, rounds, reason in books.rows(
        "SELECT text, state, round, state_reason FROM task"
    ):
        wish = _wish(text)
        found[wish] += rounds
        if state == "done":
            done.add(wish)
        else:
            notes.append(f"{wish} is {state}: {reason}")
    lost = [wish for wish in wishes if wish not in done]
    doubled = [wish for wish, count in found.items() if count > 1]
    notes += [f"{wish} has no task" for wish in lost if wish not in found]
    notes += [f"{wish} was worked {found[wish]} times" for wish in doubled]
    return len(lost), len(doubled)


def _posts(books: Books, workspace: Workspace, notes: list[str]) -> tuple[int, int]:
    """Every post that the tasks' rows call for is in Slack, and nothing is there twice."""
    seen = Counter(_keys(workspace))
    # A message that was posted anew because its first one had gone stands for that one.
    shown = Counter(key.removesuffix("#anew") for key in seen.elements())
    lost = [key for key in _expected(books) if not shown[key]]
    doubled = [key for key, count in shown.items() if count > 1]
    notes += [f"not posted: {key} ({_fate(books, key)})" for key in lost]
    notes += [f"posted {shown[key]} times: {key}" for key in doubled]
    return len(lost), sum(shown[key] - 1 for key in doubled)


def _keys(workspace: Workspace) -> Iterable[str]:
    for room in workspace.state.messages.values():
        for message in room.values():
            key = (message.get("metadata") or {}).get("event_payload", {}).get("key")
            if key:
                yield str(key)


def _expected(books: Books) -> Iterable[str]:
    """Return the posts that follow from the tasks' own rows, whatever the outbox says."""
    for task, synthesis in books.rows("SELECT id, synthesis FROM task WHERE state = 'done'"):
        yield f"task:{task}:r1:card"
        if synthesis is not None:
            yield f"task:{task}:r1:synthesis"
    for task, key in books.rows("SELECT task_id, key FROM assignment WHERE state = 'done'"):
        yield f"task:{task}:r1:work:{key}"
    for decision, revision in books.rows("SELECT id, revision FROM decision"):
        yield f"decision:{decision}:{revision}"


def _fate(books: Books, key: str) -> str:
    rows = books.rows(f"SELECT state, problem FROM outbox WHERE key = '{key}'")
    return f"{rows[0][0]}: {rows[0][1]}" if rows else "no row"


def _calls(books: Books, made: Sequence[Made], notes: list[str]) -> tuple[int, int, int]:
    """Return (paid twice without a death that explains it, repeated, in flight at a death)."""
    ledger: Counter[tuple[str, str]] = Counter()
    for text, step in books.rows(
        "SELECT t.text, c.step FROM model_call c JOIN task t ON t.id = c.task_id"
        " WHERE c.state = 'lost'"
    ):
        ledger[_wish(text), _step(step)] += 1
    asked = Counter((one.wish, one.step) for one in made if _is_paid(one))
    repeated = sum(count - 1 for count in asked.values())
    twice = 0
    for place, count in asked.items():
        unexplained = count - 1 - ledger[place]
        if unexplained > 0:
            twice += unexplained
            notes.append(f"paid {count} times, {ledger[place]} of them lost: {place}")
    return twice, repeated, ledger.total()


def _is_paid(one: Made) -> bool:
    return one.kind in _PAID or (one.kind == "slow" and one.answered)


def _step(step: str) -> str:
    """Turn the ledger's `r1:work:a3` into the server's `work:a3`."""
    name = step.split(":", 1)[-1]
    return next((title for prefix, title in _STEPS.items() if name.startswith(prefix)), name)


def _wish(text: Any) -> str:
    found = _WISH.search(str(text))
    return found[0] if found else str(text)
