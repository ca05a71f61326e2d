"""A retrospective as people read it: the thread's first message, a line per phase, the report."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.days import day_words
from bot.domain.retrospective import Phase, Standing
from bot.slack.blocks import actions, button, context, header, message, sections
from bot.slack.payloads import RetroPhase, RetroTopic
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, count, escape, line, mention, moment

_TIME = "{date_short_pretty} {time}"
_SHORT = 200
MOST_WITH_BUTTONS = 6
"""Topics that can become actions from the card: those that somebody voted for; more are not
talked about in one meeting."""
_MOST_TOPICS = 25
_MARKS = {
    Standing.DONE: ":white_check_mark: done",
    Standing.DROPPED: "dropped",
    Standing.CHANGED: "open, changed",
    Standing.OVERDUE: ":warning: overdue",
    Standing.OPEN: "open",
}


@dataclass(frozen=True)
class ActionLine:
    """One tracked action."""

    action_id: str
    public_id: str
    text: str
    owner_id: str
    due_on: date | None
    standing: Standing


@dataclass(frozen=True)
class ColumnLine:
    """How many cards one column has."""

    name: str
    cards: int


@dataclass(frozen=True)
class TopicLine:
    """One topic; `votes` is None while they are hidden."""

    group_id: str
    title: str
    column: str
    cards: tuple[str, ...]
    votes: int | None

    @property
    def others(self) -> tuple[str, ...]:
        """Its cards without the one that it is called by."""
        found = list(self.cards)
        if self.title in found:
            found.remove(self.title)
        return tuple(found)


@dataclass(frozen=True)
class LessonLine:
    """A lesson that somebody confirmed."""

    kind: str
    text: str


@dataclass(frozen=True)
class RetrospectiveCard:
    """One run."""

    retrospective_id: str
    public_id: str
    name: str
    phase: Phase
    opens_at: datetime
    """By the clock of its channel: its day is in the title."""
    ends_at: datetime
    columns: tuple[ColumnLine, ...]
    writers: int
    before: tuple[ActionLine, ...]
    topics: tuple[TopicLine, ...]
    votes_each: int
    votes: int
    voters: int
    agreed: tuple[ActionLine, ...]
    lessons: tuple[LessonLine, ...]


_DOES = {
    Phase.COLLECT: "cards until",
    Phase.GROUP: "sorting until",
    Phase.VOTE: "votes until",
    Phase.DISCUSS: "discussion until",
}
_BUTTON = {
    Phase.COLLECT: ("Write cards", "retro.write"),
    Phase.GROUP: ("Sort cards", "retro.group"),
    Phase.VOTE: ("Vote", "retro.vote"),
}
_NEXT = {
    Phase.COLLECT: "Show the cards",
    Phase.GROUP: "Begin voting",
    Phase.VOTE: "Show the votes",
    Phase.DISCUSS: "Close",
}
_HINTS = {
    Phase.COLLECT: "Cards are anonymous: I keep no name, and nobody sees them before the end of"
    " this phase. Until then you can change yours.",
    Phase.GROUP: "Put together what belongs together; I proposed what sounds alike.",
    Phase.VOTE: "Nobody sees who votes for what, and nothing is shown before the end.",
    Phase.DISCUSS: "Talk here. What you agree on becomes an action with an owner and a day.",
}


def retrospective_card(card: RetrospectiveCard) -> Post:
    """Return the thread's first message as the run stands."""
    body = sections(headline(card)) + sections(part("From last time", map(action, card.before)))
    if card.phase is Phase.COLLECT:
        body += sections(_counts(card))
    elif card.phase is Phase.VOTE:
        voted = f"{count(card.votes, 'vote')} by {count(card.voters, 'person', 'people')}"
        told = f"{voted} so far" if card.votes else "No votes yet"
        body += sections(f"{_topics(card)}\n{told}, {card.votes_each} each.")
    elif card.phase is Phase.DISCUSS:
        body += _discussed(card)
    else:
        body += sections(_topics(card))
    body += _outcome(card)
    return Post(text=_plain(card), blocks=message(body, _tail(card)))


def phase_card(card: RetrospectiveCard) -> Post:
    """Return the line in the thread that says what is to be done now."""
    until = moment(card.ends_at, _TIME)
    told = {
        Phase.COLLECT: f"Cards are taken until {until}{_written_so_far(card)}.",
        Phase.GROUP: f"*The cards are there:* {_written(card)} in"
        f" {count(len(card.topics), 'topic')}. Sort them until {until}.",
        Phase.VOTE: f"*Vote for what you want to talk about*, until {until}."
        f" You have {count(card.votes_each, 'vote')}.",
        Phase.DISCUSS: f"*{count(card.votes, 'vote')} by"
        f" {count(card.voters, 'person', 'people')}.* {_first(card)}",
    }.get(card.phase, "")
    # Its button is the first message's: one here would stand there long after its phase.
    return Post(text=told.replace("*", ""), blocks=message(sections(told)))


def report_card(card: RetrospectiveCard) -> Post:
    """Return what a closed run came to."""
    body = header(f"{card.name}, {day_words(card.opens_at)}: what came of it")
    if not card.topics:
        body += sections("No cards.")
    else:
        told = f"{_written(card)}, {count(card.votes, 'vote')} by"
        body += sections(f"{told} {count(card.voters, 'person', 'people')}")
        body += sections(_topics(card))
    body += _outcome(card)
    if card.topics and not card.agreed:
        body += sections("*Actions* none")
    tail = context(f"`/lead retro export {card.public_id}` posts all of it as a file.")
    return Post(text=f"{_plain(card)}: what came of it", blocks=message(body, tail))


def headline(card: RetrospectiveCard) -> str:
    """Return name, number, day and how long the phase takes."""
    day = day_words(card.opens_at, weekday=True)
    does = _DOES.get(card.phase)
    state = f"{does} {moment(card.ends_at, _TIME)}" if does else "closed"
    return f"{bold(card.name)} · {card.public_id} · {day} · {state}"


def action(item: ActionLine) -> str:
    """Return an action on one line; who owes nothing any more is not named."""
    ended = item.standing in (Standing.DONE, Standing.DROPPED)
    parts = [f"{item.public_id} {escape(clip(line(item.text), _SHORT))}"]
    if not ended:
        parts.append(mention(item.owner_id) if item.owner_id else "nobody's")
        parts += [f"by {day_words(item.due_on, weekday=True)}"] if item.due_on else []
    return " · ".join([*parts, _MARKS[item.standing]])


def part(name: str, lines: Iterable[str]) -> str:
    """Return a list under its name; nothing for an empty one."""
    shown = list(lines)
    return f"*{name}* ({len(shown)})\n" + "\n".join(f"• {text}" for text in shown) if shown else ""


def _counts(card: RetrospectiveCard) -> str:
    if not any(column.cards for column in card.columns):
        names = ", ".join(escape(column.name) for column in card.columns)
        return f"No card yet. {names}: what comes to mind?"
    told = " · ".join(f"{escape(column.name)} {column.cards}" for column in card.columns)
    return f"*Cards* {told} · by {count(card.writers, 'person', 'people')}"


def _written(card: RetrospectiveCard) -> str:
    return count(sum(column.cards for column in card.columns), "card")


def _came_of(card: RetrospectiveCard) -> str:
    """Return what there is of a run; nothing of what there is none."""
    cards = sum(column.cards for column in card.columns)
    there = ((cards, "card"), (len(card.agreed), "action"), (len(card.lessons), "lesson"))
    return "".join(f" · {count(number, noun)}" for number, noun in there if number)


def _written_so_far(card: RetrospectiveCard) -> str:
    return f"; {_written(card)} so far" if any(column.cards for column in card.columns) else ""


def _topics(card: RetrospectiveCard) -> str:
    more = len(card.topics) - _MOST_TOPICS
    shown = "\n".join(topic(item) for item in card.topics[:_MOST_TOPICS])
    return f"*Topics* ({len(card.topics)})\n{shown}" + (f"\n… and {more} more" if more > 0 else "")


def topic(item: TopicLine) -> str:
    """Return a topic with its cards below; the one that it is called by is not said twice."""
    votes = f" · *{count(item.votes, 'vote')}*" if item.votes is not None else ""
    title = f"• {escape(clip(line(item.title), _SHORT))} _({escape(item.column)})_{votes}"
    return "\n".join([title, *(f"   ◦ {escape(clip(line(c), _SHORT))}" for c in item.others)])


def _first(card: RetrospectiveCard) -> str:
    wanted = [item for item in card.topics if item.votes][:3]
    if not wanted:
        return "Nobody voted; the topics stand in the first message."
    names = "; ".join(escape(clip(line(item.title), 80)) for item in wanted)
    return f"Most wanted: {names}."


def _discussed(card: RetrospectiveCard) -> list[Block]:
    """Return the topics with the buttons of those that most people want."""
    body = sections(f"*Topics* ({len(card.topics)})")
    wanted = sum(bool(item.votes) for item in card.topics) or len(card.topics)
    pressed = min(wanted, MOST_WITH_BUTTONS)
    for item in card.topics[:pressed]:
        payload, about = RetroTopic(group_id=item.group_id), clip(line(item.title), 40)
        body += sections(topic(item))
        body += actions(
            button("Make an action", "retro.act", payload, about=about),
            button("Keep as a lesson", "retro.learn", payload, about=about),
        )
    rest = card.topics[pressed:_MOST_TOPICS]
    return body + sections("\n".join(topic(item) for item in rest))


def _outcome(card: RetrospectiveCard) -> list[Block]:
    body = sections(part("Actions", map(action, card.agreed)))
    lessons = (f"_{item.kind}:_ {escape(clip(line(item.text), _SHORT))}" for item in card.lessons)
    return body + sections(part("Lessons", lessons))


def _tail(card: RetrospectiveCard) -> list[Block]:
    if card.phase is Phase.CLOSED:
        return context(f"`/lead retro export {card.public_id}` posts all of it as a file.")
    shown = _BUTTON.get(card.phase)
    press = [_button(card, *shown, primary=True)] if shown else []
    press.append(_button(card, _NEXT[card.phase], "retro.next"))
    return actions(*press) + context(_HINTS[card.phase])


def _button(card: RetrospectiveCard, text: str, action_id: str, *, primary: bool = False) -> Block:
    payload = RetroPhase(retrospective_id=card.retrospective_id, phase=card.phase.value)
    style: Any = "primary" if primary else None
    return button(text, action_id, payload, about=card.public_id, style=style)


def _plain(card: RetrospectiveCard) -> str:
    return f"{escape(line(card.name))} {card.public_id}, {day_words(card.opens_at, weekday=True)}"


def history(cards: Sequence[RetrospectiveCard]) -> Post:
    """Return a channel's retrospectives, one a line, the newest first."""
    lines = [
        f"• {card.public_id} {escape(clip(line(card.name), 60))} ·"
        f" {day_words(card.opens_at, year=True)} ·"
        f" {'open' if card.phase is not Phase.CLOSED else 'closed'}{_came_of(card)}"
        for card in cards
    ]
    text = "\n".join(lines) or "No retrospective here yet. `/lead retro start` begins one."
    return Post(text=f"{count(len(cards), 'retrospective')}", blocks=message(sections(text)))


def lessons(items: Sequence[LessonLine]) -> Post:
    """Return a channel's lessons by their kind."""
    body: list[Block] = []
    for kind in dict.fromkeys(item.kind for item in items):
        mine = (escape(clip(line(item.text), _SHORT)) for item in items if item.kind == kind)
        body += sections(part(kind.capitalize(), mine))
    none = "No lesson was kept here in the last year. A retrospective ends with what to keep."
    return Post(text=count(len(items), "lesson"), blocks=message(body or sections(none)))
