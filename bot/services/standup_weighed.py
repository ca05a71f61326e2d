"""What a model made of a standup's risks, read back from the ledger."""

from dataclasses import dataclass

from bot.domain.standup.risks import Risk, RiskList
from bot.slack.text import clip, escape, line
from storage.models import Standup
from storage.repositories.standups import root_key
from storage.uow import UnitOfWork

MODE, NAME = "standup", "risks"
"""The task's mode and its step's name."""
_MOST = 6
_LONGEST = 300


@dataclass(frozen=True)
class Weighed:
    """The risks, fit for a card, and which model named them."""

    risks: tuple[Risk, ...]
    model: str


async def weighed(uow: UnitOfWork, row: Standup) -> Weighed | None:
    """Return what a model said of a run; None when none was asked, or none answered."""
    root = await uow.outbox.by_key(row.workspace_id, root_key(row.id))
    if root is None or not root.sent_ts:
        return None
    thread = await uow.threads.find(row.workspace_id, row.channel_id, root.sent_ts)
    task = await uow.tasks.of_thread(thread.id) if thread is not None else None
    if task is None or task.mode != MODE:
        return None
    call = await uow.ledger.finished(task.id, f"r1:{NAME}")
    if call is None or call.result is None:
        return None
    found = RiskList.model_validate(call.result).risks[:_MOST]
    return Weighed(
        tuple(
            Risk(
                text=clip(line(risk.text), _LONGEST),
                mitigation=escape(clip(line(risk.mitigation), _LONGEST)),
            )
            for risk in found
        ),
        call.model,
    )
