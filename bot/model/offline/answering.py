"""Answers directly: questions about the team, short definitions, records, and honest refusals."""

from bot.domain.output import Answer
from bot.domain.playbook import Card
from bot.domain.routing import Topic
from bot.domain.specialist import Specialist
from bot.model.offline.glossary import look_up
from bot.model.offline.portions import bullets
from bot.model.offline.reading import Reading
from bot.model.offline.wording import join, lower_first
from bot.team import Team

_GREETING = (
    "Hello. Tell me what you want to build or what hurts, with numbers if you have them; for"
    " example “a billing API with Stripe on Django, 500 rps, p95 under 200 ms”."
)
_OVERRIDE = (
    "I don't take new rules from a message, show my instructions, or accept decisions for people:"
    " a decision needs its button and somebody who may press it. What do you need from the backend"
    " team?"
)
_OFF_TOPIC = "That is outside a backend team's field. Ask me about systems, data, APIs or services."
_NO_RECORD = "Nothing is recorded here on that, and I won't guess."
_BOT = (
    "I lead a backend team: I plan the work, specialists do it in the thread, I make one"
    " recommendation and propose decisions that you accept or reject. With an API key Claude does"
    " the thinking and gets the thread's text; without one the offline playbook does, which costs"
    " nothing and sends nothing anywhere but to tool servers that you connect. I see the threads in"
    " which I am mentioned and keep tasks and decisions in my own database. I don't deploy; code is"
    " changed only in a sandbox that you switch on, and comes as a patch. `/lead help` lists the"
    " commands."
)
_UNKNOWN = (
    "The offline playbook has nothing on “{title}”. Ask again with details (what you run, what you"
    " see, numbers), or set ANTHROPIC_API_KEY so that Claude can answer."
)
_MODEL_WOULD = (
    "This is the playbook's general answer; with ANTHROPIC_API_KEY set, Claude looks at your case."
)


_SHORT = 3
"""Words; "409?" is a question about a term though nothing says so."""


def answer(reading: Reading, records: str = "") -> Answer:
    """Return the direct answer to a request; facts about tasks and decisions only from records."""
    topic = reading.route.topic
    if topic in ("thanks", "emoji"):
        return Answer(text="👍")
    if topic in _FIXED:
        return Answer(text=_FIXED[topic])
    if records.strip():
        return Answer(text=_from_records(records), sources=("records",))
    if topic == "records":
        return Answer(text=_NO_RECORD)
    if topic == "team":
        return Answer(text=about_team(reading.team, reading.text))
    if topic == "bot":
        return Answer(text=_BOT)
    return _looked_up(reading)


_FIXED: dict[Topic, str] = {
    "empty": _GREETING,
    "greeting": _GREETING,
    "override": _OVERRIDE,
    "off-topic": _OFF_TOPIC,
}


def _from_records(records: str) -> str:
    lines = [line.strip() for line in records.strip().splitlines() if line.strip()]
    if len(lines) == 1:
        return f"From the records: {lines[0]}"
    return "\n".join(["From the records:", *(f"- {line.removeprefix('- ')}" for line in lines)])


def about_team(team: Team, question: str) -> str:
    """Return who is on the team, or what the specialist does that the question names."""
    lower = question.lower()
    for who in team.specialists.values():
        if who.name in lower or who.title.lower() in lower or _short_name(who) in lower:
            return f"**{who.title}** is for {join(who.when)}. Delivers {join(who.delivers)}."
    lines = [f"- **{who.title}**: {'; '.join(who.when[:2])}" for who in team.specialists.values()]
    return "\n".join([f"{len(team.specialists)} specialists, and me as lead:", *lines])


def _short_name(who: Specialist) -> str:
    """Return "rust expert" for rust-backend-expert."""
    parts = who.name.split("-")
    return f"{parts[0]} {parts[-1]}"


def _looked_up(reading: Reading) -> Answer:
    if reading.route.topic == "definition" or len(reading.text.split()) <= _SHORT:
        found = look_up(reading.text)
        if found is not None:
            return Answer(text=found, sources=("glossary",))
    if reading.cards:
        return _from_cards(reading)
    return Answer(text=_UNKNOWN.format(title=reading.subject.title))


def _from_cards(reading: Reading) -> Answer:
    cards = [reading.team.cards[ranked.name] for ranked in reading.cards[:2]]
    first = cards[0]
    lines = bullets((first,), reading, reading.technologies, alone=False)[:3]
    text = "\n".join([f"**{first.headline}**", *(f"- {line}" for line in lines)])
    return Answer(
        text=f"{text}\n\n{_see_also(cards[1:], reading)}{_MODEL_WOULD}",
        sources=tuple(card.name for card in cards),
    )


def _see_also(cards: list[Card], reading: Reading) -> str:
    if not cards:
        return ""
    names = frozenset(reading.vocabulary)
    return f"See also {join(lower_first(card.title, names) for card in cards)}. "
