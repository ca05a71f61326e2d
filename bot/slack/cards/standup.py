"""A standup as people read it: the thread's first message, the report, the private reminder."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.days import day_words
from bot.domain.standup.proposals import NOTHING, Proposal
from bot.domain.standup.risks import Risk
from bot.slack.blocks import actions, button, context, message, sections
from bot.slack.payloads import ScheduleAction, StandupAction
from bot.slack.post import Post
from bot.slack.text import bold, clip, count, day_of, escape, line, mention, moment
from bot.slack.usage_text import dollars

_TIME = "{time}"
LEFT_OPEN = "Still open from before"
_SHORT = 240
"""An answer in the list; whole ones are in the form and in the export."""


@dataclass(frozen=True)
class BlockerLine:
    """One blocker; ids of what came of it are empty where nothing did."""

    blocker_id: str
    public_id: str
    text: str
    who: str
    times: int
    changed: bool
    owner_id: str = ""
    decision: str = ""
    escalation: str = ""
    solved: bool = False
    proposal: Proposal = NOTHING
    proposed_name: str = ""
    """How the proposed owner is called."""
    carried: bool = False
    """A later standup named it again."""
    since: datetime | None = None
    """For one that only earlier standups named: since when it is open."""


@dataclass(frozen=True)
class PersonLine:
    """One person's answers as (question, answer), in the order of the questions."""

    who: str
    answers: tuple[tuple[str, str], ...]
    late: bool = False
    edited_at: datetime | None = None
    """When one of the answers was last changed."""
    blocked: tuple[tuple[str, str], ...] = ()
    """Answers to what blocks: where blockers are listed they would be said twice."""


@dataclass(frozen=True)
class MissingLine:
    """Who has not answered, and why nobody waits for them (yet)."""

    who: str
    off: str = ""
    opens_at: datetime | None = None


@dataclass(frozen=True)
class Movement:
    """What the tables say of a channel's tasks since the last standup."""

    done: tuple[str, ...]
    failed: tuple[str, ...]
    running: tuple[str, ...]
    waiting: tuple[str, ...]
    cost_micros: int


@dataclass(frozen=True)
class MoveLine:
    """A piece of a task that could go from one specialist, who has a queue, to a free one."""

    assignment_id: str
    public_id: str
    title: str
    source: str
    target: str
    queue: int


@dataclass(frozen=True)
class StandupCard:
    """One run."""

    standup_id: str
    name: str
    day: date
    state: str
    closes_at: datetime
    asked: int
    answered: int
    blockers: tuple[BlockerLine, ...]
    moved: Movement
    people: tuple[PersonLine, ...]
    missing: tuple[MissingLine, ...]
    left_open: tuple[BlockerLine, ...] = ()
    """Blockers of earlier standups that nobody named in this one."""


@dataclass(frozen=True)
class StandupReport:
    """What a closed run comes to."""

    card: StandupCard
    assignments: tuple[str, ...]
    dependencies: tuple[str, ...]
    risks: tuple[Risk, ...]
    solved: tuple[str, ...]
    milestone: str
    late: int
    moves: tuple[MoveLine, ...] = ()
    weighed_by: str = ""
    """Which model named the risks; empty: rules did."""


def standup_card(card: StandupCard) -> Post:
    """Return the thread's first message: exceptions, then movement, then what people said."""
    title = headline(card)
    body = sections(title)
    body += sections(part("Blocked", [blocker_line(item) for item in card.blockers]))
    body += sections(part(LEFT_OPEN, [blocker_line(item) for item in card.left_open]))
    body += sections(moved_line(card.moved))
    for person in card.people:
        body += sections(_person(person))
    answer = button(
        "Answer" if card.state != "closed" else "Add a late answer",
        "standup.answer",
        StandupAction(standup_id=card.standup_id),
        about=card.name,
        style="primary" if card.state == "open" else None,
    )
    tail = context(missing_line(card.missing)) + actions(answer)
    if card.state != "closed":
        tail += context("Or reply here: what is next, and `blocked: …` for what blocks you.")
    return Post(text=plain_line(card), blocks=message(body, tail))


def headline(card: StandupCard) -> str:
    """Return name, day, how long it is open and how many answered."""
    until = f"open until {moment(card.closes_at, _TIME)}" if card.state == "open" else card.state
    day = day_words(card.day, weekday=True)
    return f"{bold(card.name)} · {day} · {until} · {card.answered} of {card.asked} in"


def plain_line(card: StandupCard) -> str:
    """Return a run in a line, for notifications."""
    return (
        f"{escape(line(card.name))}, {day_words(card.day, weekday=True)}: {card.answered}"
        f" of {card.asked} in,"
        f" {count(len(card.blockers), 'blocker')}"
    )


def part(name: str, lines: Sequence[str]) -> str:
    """Return a list under its name with how many there are; nothing for none."""
    return f"*{name}* ({len(lines)})\n" + "\n".join(f"• {item}" for item in lines) if lines else ""


def blocker_line(item: BlockerLine) -> str:
    """Return a blocker with what became of it."""
    named = f"{item.public_id} {escape(clip(line(item.text), 200))} ({item.who})".strip()
    parts = [named]
    if item.times > 1:
        same = "in other words" if item.changed else "unchanged"
        parts.append(f"*{_nth(item.times)} standup*, {same}")
    if item.owner_id:
        parts.append(f"{mention(item.owner_id)} takes it")
    if item.escalation:
        parts.append(f"escalated: {item.escalation}")
    elif item.decision:
        parts.append(f"needs a decision: {item.decision}")
    if item.since is not None:
        parts.append(f"since {day_of(item.since)}")
    if item.carried:
        parts.append("named again since")
    if item.solved:
        parts.append("solved")
    return " · ".join(parts)


def _nth(number: int) -> str:
    return {2: "second", 3: "third", 4: "fourth", 5: "fifth"}.get(number, f"{number}th")


def moved_line(moved: Movement) -> str:
    """Return what the channel's tasks did and cost; nothing where they did nothing."""
    parts = [
        f"{word} {', '.join(map(escape, items[:6]))}"
        + (f" and {len(items) - 6} more" if len(items) > 6 else "")
        for word, items in (
            ("done", moved.done),
            ("failed", moved.failed),
            ("running", moved.running),
            ("waiting", moved.waiting),
        )
        if items
    ]
    if not parts and not moved.cost_micros:
        return ""
    told = " · ".join(parts) or "no task"
    cost = f" · {dollars(moved.cost_micros)}" if moved.cost_micros else ""
    return f"*Since the last one* {told}{cost}"


def _person(person: PersonLine) -> str:
    late = " (late)" if person.late else ""
    if person.edited_at is not None:
        late += f" (edited {moment(person.edited_at, _TIME)})"
    said = "\n".join(
        f"• _{escape(question.partition('?')[0])}:_ {escape(clip(line(text), _SHORT))}"
        for question, text in person.answers
    )
    return f"*{person.who}*{late}\n{said}"


def missing_line(missing: Sequence[MissingLine]) -> str:
    """Return who is not in yet, by name; who is off says so, and a later zone has its time once."""
    if not missing:
        return "Everybody is in."
    here = [_missing(item) for item in missing if item.opens_at is None or item.off]
    later: dict[datetime, list[str]] = {}
    for item in missing:
        if item.opens_at is not None and not item.off:
            later.setdefault(item.opens_at, []).append(item.who)
    parts = [", ".join(here)] if here else []
    parts += [f"from {moment(at, _TIME)} {', '.join(later[at])}" for at in sorted(later)]
    return "Not in: " + " · ".join(parts)


def _missing(item: MissingLine) -> str:
    return f"{item.who} ({escape(item.off)})" if item.off else item.who


def coming_part(
    schedule_id: str, *, name: str, public_id: str, at: datetime
) -> list[dict[str, Any]]:
    """Return when the next one is, with a button to answer before it opens."""
    payload = ScheduleAction(schedule_id=schedule_id)
    ahead = button("Answer ahead", "standup.ahead", payload, about=name)
    return sections(f"{bold(name)} ({public_id}): next {moment(at)}") + actions(ahead)


@dataclass(frozen=True)
class StandupLine:
    """An open standup that waits for a person; `closes_at` is the end of their own window."""

    standup_id: str
    name: str
    channel_id: str
    closes_at: datetime


def home_standups(lines: Sequence[StandupLine]) -> list[dict[str, Any]]:
    """Return the standups that wait for a person's answer; none without any."""
    shown: list[dict[str, Any]] = []
    for item in lines:
        until = moment(item.closes_at, _TIME)
        text = f"{bold(item.name)} in <#{item.channel_id}> · open until {until}"
        payload = StandupAction(standup_id=item.standup_id)
        answer = button("Answer", "standup.answer", payload, about=item.name)
        first, *rest = sections(text)
        shown += [{**first, "accessory": answer}, *rest]
    return shown


def zone_post(place: str, *, closes_at: datetime) -> Post:
    """Return what the thread says when the people of a time zone can answer."""
    text = f"Open for {escape(place)} now, until {moment(closes_at, _TIME)}."
    return Post(text=text, blocks=message(sections(text)))


def reminder_card(lines: Sequence[StandupLine]) -> Post:
    """Return what a person reads who has not answered, for them alone."""
    if len(lines) > 1:
        text = f"{len(lines)} standups wait for your answer."
        return Post(text=text, blocks=message(sections(text), home_standups(lines)))
    (one,) = lines
    text = f"The standup in <#{one.channel_id}> closes {moment(one.closes_at, _TIME)}."
    payload = StandupAction(standup_id=one.standup_id)
    return Post(
        text=text,
        blocks=message(
            sections(text),
            actions(button("Answer", "standup.answer", payload, about=one.name, style="primary")),
        ),
    )
