"""Decisions that tests of their life begin with."""

from typing import Any

from bot.domain.decision import DecisionRecord, DecisionState
from bot.services import decisions
from bot.services.recording import Record, Terms, record
from storage.models import Decision
from tests.support.desk import Desk

AUTHOR = "U1"
YES, NO, CHANGES, DEPRECATED = (
    DecisionState.ACCEPTED,
    DecisionState.REJECTED,
    DecisionState.CHANGES_REQUESTED,
    DecisionState.DEPRECATED,
)


async def recorded(office: Desk, key: str = "k1", **changes: Any) -> Decision:
    """Record a decision; `terms` go to its terms, the rest to the record."""
    terms = Terms(**changes.pop("terms", {}))
    values: dict[str, Any] = {
        "workspace_id": "T1",
        "channel_id": "C1",
        "root_ts": "1700000001.000100",
        "user_id": AUTHOR,
        "title": f"Title of {key}",
        "context": "",
        "outcome": f"Outcome of {key}.",
        "source_url": "",
        "key": key,
        "terms": terms,
    }
    made = await record(office.ctx, Record(**values | changes))
    assert made is not None
    office.news.events.clear()
    return made


async def accepted(office: Desk, key: str = "k1", **changes: Any) -> Decision:
    """Record a decision that is accepted already."""
    return await recorded(office, key, accepted=True, **changes)


async def say(office: Desk, decision: Decision, word: DecisionState, by: str, **more: Any) -> None:
    """Let somebody decide."""
    await decisions.decide(office.ctx, decision.id, word, by=by, **more)


async def now(office: Desk, decision: Decision) -> Decision:
    """Read a decision anew."""
    async with office.ctx.database.read() as uow:
        return await uow.decisions.get(decision.id)


async def state(office: Desk, decision: Decision) -> DecisionState:
    """Return the state in which a decision is."""
    return (await now(office, decision)).state


def contents(title: str = "Another title", outcome: str = "Another outcome.") -> DecisionRecord:
    """Return a record for an edit."""
    return DecisionRecord(title=title, context="", outcome=outcome)
