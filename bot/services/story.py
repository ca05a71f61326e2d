"""The story of a task: what its rows say happened, moment by moment."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.task import ENDED
from storage.models import Assignment, Decision, ModelCall, OutboxRow, Plan, Task
from storage.repositories.stories import StoryRows


@dataclass(frozen=True)
class Moment:
    """One thing that happened; `facts` hold ids, times and counts, `text` what people wrote."""

    at: datetime
    event: str
    facts: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    order: datetime | None = None
    """Where it belongs when `at` is not exact."""

    @property
    def place(self) -> datetime:
        """What stories are sorted by."""
        return self.order or self.at


def moments(rows: StoryRows) -> list[Moment]:
    """Return the story, earliest first; what shares a moment keeps the order of a task's life."""
    story = [
        *(Moment(r.received_at, "receipt.claimed", {"key": r.key}) for r in rows.receipts),
        *(
            Moment(m.created_at, "message.kept", {"ts": m.ts, "user": m.user_id}, m.text)
            for m in rows.messages
        ),
        *_task(rows.task),
        *(_plan(plan) for plan in rows.plans),
        *(moment for item in rows.assignments for moment in _assignment(item)),
        *(moment for call in rows.calls for moment in _call(call)),
        *(moment for decision in rows.decisions for moment in _decision(decision)),
        *(
            Moment(
                a.at,
                f"audit.{a.action}",
                {"by": a.actor_id, "noun": a.noun, "id": a.noun_id, **_plain(a.details)},
            )
            for a in rows.audit
        ),
        *(moment for post in rows.posts for moment in _post(post)),
    ]
    return sorted(story, key=lambda moment: moment.place)


def _plain(details: dict[str, Any]) -> dict[str, Any]:
    """Return the details that are numbers and flags; sentences may be people's own words."""
    return {name: value for name, value in details.items() if isinstance(value, (int, float))}


def _task(task: Task) -> Iterator[Moment]:
    received = {
        "task": task.public_id,
        "id": task.id,
        "workspace": task.workspace_id,
        "channel": task.channel_id,
        "by": task.requester_id,
        "mode": task.mode,
        "model": task.model,
    }
    yield Moment(task.created_at, "task.received", received, task.text)
    now = {"round": task.round, "run": task.run, "problem": task.state_reason}
    if task.started_at is not None:
        yield Moment(task.started_at, "task.started", {"round": task.round})
    if task.state in ENDED:
        error = {"error_id": task.error_id}
        yield Moment(task.ended_at or task.updated_at, f"task.{task.state.value}", now | error)
    else:
        waits = {"resume_at": task.resume_at, "give_up_at": task.give_up_at}
        yield Moment(task.updated_at, f"task.{task.state.value}", now | waits)


def _plan(plan: Plan) -> Moment:
    facts = {
        "id": plan.id,
        "round": plan.round,
        "kind": plan.kind,
        "pattern": plan.pattern,
        "estimate_dollars": _dollars(plan.estimate_micros),
        "approved_by": plan.approved_by,
    }
    return Moment(plan.created_at, "plan.made", facts, plan.title)


def _assignment(item: Assignment) -> Iterator[Moment]:
    facts = {"key": item.key, "specialist": item.specialist, "id": item.id}
    if item.started_at is not None:
        yield Moment(item.started_at, "assignment.started", facts, item.title)
    if item.ended_at is not None:
        ended = facts | {"problem": item.problem}
        yield Moment(item.ended_at, f"assignment.{item.state.value}", ended)


def _call(call: ModelCall) -> Iterator[Moment]:
    facts = {"step": call.step, "attempt": call.attempt, "model": call.model, "id": call.id}
    reserved = {"reserved_dollars": _dollars(call.reserved_micros)}
    yield Moment(call.started_at, "call.reserved", facts | reserved)
    if call.ended_at is None:
        return
    used = {
        "tokens_in": call.tokens_in,
        "tokens_out": call.tokens_out,
        "tokens_cached": call.tokens_cached,
        "dollars": _dollars(call.cost_micros),
        "seconds": round(call.seconds, 3),
        "problem": call.problem,
    }
    yield Moment(call.ended_at, f"call.{call.state}", facts | used)


def _decision(decision: Decision) -> Iterator[Moment]:
    facts = {"decision": decision.public_id, "id": decision.id, "round": decision.round}
    yield Moment(decision.created_at, "decision.proposed", facts, decision.title)
    if decision.decided_at is not None:
        decided = facts | {"by": decision.decided_by, "revision": decision.revision}
        event = f"decision.{decision.state.value}"
        yield Moment(decision.decided_at, event, decided, decision.reason)


def _post(row: OutboxRow) -> Iterator[Moment]:
    facts = {"row": row.id, "key": row.key, "method": row.method}
    yield Moment(row.created_at, "post.queued", facts)
    state = {"attempts": row.attempts, "problem": row.problem, "worker": row.claimed_by}
    if row.state == "sent" and row.sent_at is not None:
        text = str(row.payload.get("text") or "")
        yield Moment(row.sent_at, "post.sent", facts | {"ts": row.sent_ts} | state, text)
    else:
        yield Moment(row.not_before, f"post.{row.state}", facts | state)


def _dollars(micros: int | None) -> float | None:
    return None if micros is None else micros / 1_000_000
