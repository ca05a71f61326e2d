"""What happens after how long, as data: frozen into a case when it opens.

Levels and hours are the seed's "Escalation Procedures": the specialist's 2–4 hours, the team lead's
8–24 hours, the main orchestrator's 48 hours with regular updates, and at once for executives.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.escalation.calendar import WorkHours

HIGHEST = 4
"""Critical failure or security incident: everybody is called at once, day and night."""
Level = Literal[1, 2, 3, 4]
NAMES: dict[int, str] = {
    1: "the person on it",
    2: "the team lead",
    3: "the main orchestrator",
    4: "executives and outside help",
}
"""Who a level is about."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Span(_Frozen):
    """Hours: a reminder each `first`, the next level after `last`."""

    first: float
    last: float


class Responder(_Frozen):
    """Somebody who is asked, and when they work."""

    user_id: str
    hours: WorkHours = WorkHours()


class Policy(_Frozen):
    """All that a case's timers depend on."""

    spans: tuple[Span, Span, Span] = (
        Span(first=2, last=4),
        Span(first=8, last=24),
        Span(first=4, last=48),
    )
    """Of levels 1 to 3; level 3 is asked how it stands instead of reminded."""
    people: dict[int, tuple[Responder, ...]] = {}
    """Who is asked at levels 2 and 3; a level that names nobody leaves the case with its owner."""
    page_minutes: float = 15
    """How often level 4 calls until somebody answers."""
    page_channel: str = ""
    page_group: str = ""
    others: WorkHours = WorkHours()
    """When a case without owner is looked at."""

    def span(self, level: int) -> Span:
        """Return the hours of a level from 1 to 3."""
        return self.spans[level - 1]
