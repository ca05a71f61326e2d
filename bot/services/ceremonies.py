"""Everything that can be scheduled: the command, the form and the firing read this one table."""

from bot.errors import UserFacingError
from bot.services.architecture_reviews import REVIEW
from bot.services.assessments import CEREMONIES as ASSESSMENTS
from bot.services.ceremony import Ceremony
from bot.services.kpi_digest import METRICS
from bot.services.reminders import REMINDER
from bot.services.retrospectives import RETROSPECTIVE
from bot.services.sprint_ceremony import SPRINT
from bot.services.standups import STANDUP
from bot.services.survey_people import SURVEYS

CEREMONIES: dict[str, Ceremony] = {
    ceremony.kind: ceremony
    for ceremony in (
        REMINDER,
        STANDUP,
        SPRINT,
        REVIEW,
        RETROSPECTIVE,
        METRICS,
        *SURVEYS,
        *ASSESSMENTS,
    )
}


def ceremony_of(kind: str) -> Ceremony:
    """Return a ceremony by its kind; raises UserFacingError with those there are."""
    found = CEREMONIES.get(kind)
    if found is None:
        known = ", ".join(f"`{name}`" for name in CEREMONIES)
        raise UserFacingError(f"I cannot schedule “{kind[:30]}”.", hint=f"I know {known}.")
    return found
