"""Takes in what other systems report: the rows first, and nothing twice."""

import hashlib
from dataclasses import dataclass
from typing import Literal

import structlog

from bot.domain.measure import Heard, Rules
from bot.services.context import Context
from bot.settings import MeasureSettings

log = structlog.get_logger(__name__)
State = Literal["stored", "known", "ignored"]


@dataclass(frozen=True)
class Taken:
    """What became of a request."""

    state: State
    facts: int = 0

    def said(self) -> dict[str, str | int]:
        """Return the answer to whoever sent it."""
        return {"state": self.state, "facts": self.facts}


IGNORED = Taken("ignored")


async def take_in(
    ctx: Context,
    workspace_id: str,
    heard: Heard | None,
    *,
    source: str,
    event: str,
    body: bytes,
    stamp: str = "",
) -> Taken:
    """Store what a request says, in one transaction with the proof that it was taken in.

    The proof is of the content: a sender's id of the delivery is not signed. What was taken in
    before changes nothing, and would not without the proof either (storage/repositories/facts.py).
    `stamp` belongs to the content of a source whose bodies do not say when something happened.
    """
    if heard is None:
        return IGNORED
    told = b"\0".join(filter(None, (stamp.encode(), event.encode())))
    digest = hashlib.sha256(told + b"\0" + body).hexdigest()
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.ensure_workspace(workspace_id, now=now)
        if not await uow.receipts.claim(workspace_id, f"measure:{source}:{digest}", now=now):
            return Taken("known")
        await uow.facts.see(workspace_id, heard.origins)
        await uow.facts.merge(workspace_id, heard.facts)
    log.info("measure.taken_in", source=source, event_kind=event, facts=len(heard.facts))
    return Taken("stored", len(heard.facts))


def rules_of(settings: MeasureSettings) -> Rules:
    """Return what counts as the settings say."""
    return Rules(
        production=_words(settings.production),
        deploy_workflows=_words(settings.deploy_workflows),
        releases=settings.releases,
        fix_branches=tuple(sorted(_words(settings.fix_branches))),
        fix_labels=_words(settings.fix_labels),
        defect_labels=_words(settings.defect_labels),
        escape_labels=_words(settings.escape_labels),
        bots=_words(settings.bots),
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip().casefold() for word in text.split(",") if word.strip())
