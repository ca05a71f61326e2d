"""A conflict: what each claim needs, the ways out once all is said, who chose which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.conflict import Claim, Option
from bot.domain.conflict.claims import LONGEST_SUBJECT
from bot.domain.conflict.words import arrangement, ends
from bot.domain.days import day_words
from bot.slack.blocks import button, choice, context, message, modal, sections, text_input
from bot.slack.fields import day_field
from bot.slack.payloads import ChannelAction, ClaimAction, ConflictAction
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, count, escape, mention, moment

KINDS = (
    ("specialist", "A specialist"),
    ("person", "A person"),
    ("service", "A service that two change"),
    ("slot", "A slot, e.g. a release or a test machine"),
)


@dataclass(frozen=True)
class ClaimLine:
    """One claim with what people said and what the ledger says; None is not said yet."""

    title: str
    hours: int | None
    impact: int | None
    complexity: int | None
    due_on: date | None
    flexible_days: int | None
    said_by: str | None
    note: str
    facts: str = ""
    said_at: datetime | None = None


@dataclass(frozen=True)
class ConflictCard:
    """What the card shows."""

    conflict_id: str
    public_id: str
    subject: str
    kind: str
    week_hours: int
    starts_on: date
    revision: int
    lines: tuple[ClaimLine, ...]
    claims: tuple[Claim, ...]
    """Empty until all are assessed."""
    options: tuple[Option, ...]
    enough: int | None
    """Hours a week by which nobody would be late; None for no number of them."""
    resolved_by: str | None = None
    resolved_at: datetime | None = None
    chosen: str = ""
    told: str = ""
    decision: str = ""
    availability: str = ""
    """What the rows know of the subject: when it is away, how much it has to do."""


def conflict_card(card: ConflictCard) -> Post:
    """Return the card with its buttons, or with who resolved it."""
    first = (
        f"*Conflict {card.public_id}* · {bold(card.subject)} is wanted by {len(card.lines)}"
        f" · {card.week_hours} h a week from {day_words(card.starts_on, weekday=True)}"
    )
    body = sections(first) + context(escape(card.availability))
    if card.resolved_by is not None:
        body += sections("\n".join(map(_line, card.lines)))
        body += sections(f"*What those who wait were told*\n{escape(card.told)}")
        return Post(
            text=f"{card.public_id} is resolved: {escape(card.chosen)}",
            blocks=message(body, context(_resolved(card))),
        )
    for number, line in enumerate(card.lines):
        ask = ClaimAction(conflict_id=card.conflict_id, position=number)
        body += _with_button(
            _line(line), button("Assess", "conflict.assess", ask, about=line.title)
        )
    for option in card.options:
        choose = ConflictAction(
            conflict_id=card.conflict_id,
            revision=card.revision,
            option=option.key,
            ends=option.last_days,
        )
        chosen = button("Choose", "conflict.choose", choose, about=option.title)
        body += _with_button(_option(option, card), chosen)
    text = f"{card.public_id}: {escape(card.subject)} is wanted by {len(card.lines)}"
    return Post(text=text, blocks=message(body, context(_note(card))))


def _with_button(text: str, accessory: Block) -> list[Block]:
    """Return the text with a button beside it."""
    first, *rest = sections(text)
    return [{**first, "accessory": accessory}, *rest]


def _line(line: ClaimLine) -> str:
    slack = line.flexible_days if line.due_on else None
    said = [
        f"{line.hours} h" if line.hours is not None else "",
        f"impact {line.impact}" if line.impact is not None else "",
        f"complexity {line.complexity}" if line.complexity is not None else "",
        f"due {day_words(line.due_on, weekday=True)}" if line.due_on else "",
        f"{count(slack, 'day')} of slack" if slack else "",
        _said(line),
        escape(line.facts),
    ]
    note = f"\n    _{escape(clip(line.note, 300))}_" if line.note else ""
    return f"• {bold(line.title)} · {' · '.join(filter(None, said))}{note}"


def _said(line: ClaimLine) -> str:
    if not line.said_by:
        return "not assessed yet"
    return f"said by {mention(line.said_by)}" + (
        f", {moment(line.said_at)}" if line.said_at else ""
    )


def _option(option: Option, card: ConflictCard) -> str:
    lines = "\n".join(f"    ◦ {escape(line)}" for line in ends(option, card.claims))
    how = escape(arrangement(option, card.claims, card.subject))
    return f"*{option.title}.* {how}\n{lines}"


def _note(card: ConflictCard) -> str:
    if not card.claims:
        return "Say what each needs; then I show the ways out."
    if card.enough is None:
        return "By no number of hours a week would all be in time."
    if card.enough > card.week_hours:
        return f"For all to be in time it takes {card.enough} h a week."
    return "Within these hours all can be in time."


def _resolved(card: ConflictCard) -> str:
    when = moment(card.resolved_at) if card.resolved_at else ""
    chosen = escape(card.chosen)
    return f"{chosen}, chosen by {mention(card.resolved_by or '')}, {when} · {card.decision}"


def new_conflict_modal(
    place: ChannelAction,
    *,
    subject: str,
    kind: str,
    wanting: Sequence[str],
    week_hours: int,
    today: date,
) -> dict[str, Any]:
    """Return the form that opens a conflict, prefilled from what was seen in plans at work."""
    kinds = sorted(KINDS, key=lambda item: item[0] != kind)
    return modal(
        "New conflict",
        [
            text_input(
                "What do several want?",
                block_id="subject",
                placeholder="E.g. database-architect, Tom, the orders service",
                initial=subject,
                lines=False,
                most=LONGEST_SUBJECT,
            ),
            choice("What is that?", block_id="kind", options=kinds),
            text_input(
                "Who wants it? One a line, two to six; tasks by number",
                block_id="wanting",
                placeholder="T-12\nMigration of the orders table",
                initial="\n".join(wanting),
                most=800,
            ),
            text_input(
                "How many hours a week are there of it?",
                block_id="hours",
                placeholder="30",
                initial=str(week_hours),
                lines=False,
                most=3,
            ),
            day_field("From when?", "start", today, optional=False),
        ],
        submit="Open",
        callback_id="conflict.new",
        payload=place,
    )


def assess_modal(card: ConflictCard, number: int) -> dict[str, Any]:
    """Return the form for one claim, with what was said before."""
    line = card.lines[number]
    facts = f"From the ledger: {escape(line.facts)}" if line.facts else ""
    return modal(
        f"Assess for {card.public_id}",
        [
            *sections(bold(line.title)),
            *context(facts),
            text_input(
                f"How many hours of {clip(card.subject, 40)} does it need?",
                block_id="hours",
                placeholder="20",
                initial=_given(line.hours),
                lines=False,
                most=4,
            ),
            _one_to_five("Impact on the business, 5 is most", "impact", line.impact),
            _one_to_five("Technical complexity, 5 is most", "complexity", line.complexity),
            day_field("Due on", "due", line.due_on),
            text_input(
                "How many days later would do no harm?",
                block_id="slack",
                placeholder="0",
                initial=_given(line.flexible_days),
                lines=False,
                most=3,
                optional=True,
            ),
            text_input(
                "Why?",
                block_id="note",
                placeholder="What depends on it",
                initial=line.note,
                optional=True,
                most=500,
            ),
        ],
        submit="Save",
        callback_id="conflict.assessed",
        payload=ClaimAction(conflict_id=card.conflict_id, position=number),
    )


def _given(value: int | None) -> str:
    return "" if value is None else str(value)


def _one_to_five(label: str, block_id: str, chosen: int | None) -> Block:
    order = sorted(range(1, 6), key=lambda n: n != (chosen or 3))
    return choice(label, block_id=block_id, options=[(str(n), str(n)) for n in order])
