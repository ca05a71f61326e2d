"""The last part of a prompt when an assessment is read, or cards are grouped."""

from bot.model.assessment_port import AssessmentRequest, RetroGroupRequest
from bot.model.claude.prompt.data import section

_JOB = """\
Read this assessment of a team's time. The figures are counted from rows of our tables and are \
all that is known; "not enough data" means that nothing can be said of it. Say what matters most \
in one sentence. Then at most four observations: what figures mean together, and what changed \
against the time before; each names the figures it rests on, with their numbers. Then at most four \
actions that somebody can take next, the most useful first; begin with what the rules found where \
it matters, by the same ids. No praise, no person is judged, nothing that is true of every team."""


_GROUP = """\
Group these anonymous cards of a retrospective into topics: cards that speak of the same cause or \
the same thing, also in other words or another language, and across columns only where they \
answer each other. Each card by its number in exactly one topic; one that stands alone is a topic \
of its own. The title says what the cards say, in their words, without judging."""


def render_groups(request: RetroGroupRequest) -> list[str]:
    """Return the cards by their numbers, and the job."""
    cards = "\n".join(
        f"{number}. [{request.columns[column]}] {text}"
        for number, (column, text) in enumerate(request.cards, 1)
    )
    return [section("data", cards, source="cards"), _GROUP]


def render(request: AssessmentRequest) -> list[str]:
    """Return the material and the job."""
    figures = "\n".join(
        f"{figure.part}, {figure.name}: {figure.value}"
        + (f" (before: {figure.was})" if figure.was else "")
        + (f" (steps: {', '.join(figure.trend)})" if figure.trend else "")
        for figure in request.figures
    )
    return [
        section("data", figures, source="figures"),
        section("data", "\n".join(request.topics), source="topics of retrospectives")
        if request.topics
        else "",
        section("data", "\n".join(request.known), source="what the rules found")
        if request.known
        else "",
        _JOB,
    ]
