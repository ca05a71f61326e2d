"""The debt register: its list, one debt with its buttons, the form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.days import day_words
from bot.slack.blocks import actions, button, context, message, modal, sections, text_input
from bot.slack.fields import day_field, person_field
from bot.slack.payloads import DebtAction, DebtForm
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, count, escape, line, mention

_LISTED = 25


@dataclass(frozen=True)
class DebtCard:
    """One debt as it stands."""

    debt_id: str
    public_id: str
    title: str
    service: str = ""
    interest: str = ""
    plan: str = ""
    effort_days: int | None = None
    owner_id: str = ""
    due_on: date | None = None
    state: str = "open"
    source: str = ""
    ended_by: str = ""


def debt_list(debts: Sequence[DebtCard], *, today: date, ended: int) -> Post:
    """Return what is open: what is overdue first, as it came."""
    if not debts:
        text = "No debt is registered. `/lead debt add …` writes one down."
        return Post(text=text, blocks=sections(text))
    late = sum(debt.due_on is not None and debt.due_on < today for debt in debts)
    head = f"*{count(len(debts), 'debt')} open*" + (f" · {late} overdue" if late else "")
    lines = [_line(debt, today=today) for debt in debts[:_LISTED]]
    rest = f"And {len(debts) - _LISTED} more. " if len(debts) > _LISTED else ""
    note = f"{rest}{count(ended, 'debt')} ended lately. " if ended else rest
    note += f"`/lead debt {debts[0].public_id}` shows one, to change it or take it off."
    return Post(
        text=count(len(debts), "open debt"),
        blocks=message(sections("\n".join([head, *lines])), context(note)),
    )


def _line(debt: DebtCard, *, today: date) -> str:
    parts = [f"• {debt.public_id} {bold(clip(debt.title, 120))}"]
    if debt.service:
        parts.append(escape(debt.service))
    parts.append(mention(debt.owner_id) if debt.owner_id else "no owner")
    if debt.due_on is not None:
        late = " (overdue)" if debt.due_on < today else ""
        parts.append(f"due {day_words(debt.due_on)}{late}")
    if not debt.plan:
        parts.append("no plan")
    return " · ".join(parts)


def debt_page(debt: DebtCard) -> Post:
    """Return one debt with what can be done about it."""
    standing = "open" if debt.state == "open" else f"{debt.state} by {mention(debt.ended_by)}"
    where = f" · {escape(debt.service)}" if debt.service else ""
    source = f" · from {escape(debt.source)}" if debt.source else ""
    effort = f" · {count(debt.effort_days, 'day')} of work" if debt.effort_days else ""
    owner = f"Owner: {mention(debt.owner_id)}" if debt.owner_id else "No owner"
    due = f" · due {day_words(debt.due_on, weekday=True, year=True)}" if debt.due_on else ""
    text = "\n".join(
        part
        for part in (
            f"*{debt.public_id}* {bold(debt.title)}{where} · {standing}{source}",
            f"*Costs while it stands:* {escape(line(debt.interest))}" if debt.interest else "",
            f"*Plan:* {escape(line(debt.plan))}" if debt.plan else "*Plan:* none yet",
            f"{owner}{due}{effort}",
        )
        if part
    )
    buttons: list[Block] = []
    if debt.state == "open":
        payload = DebtAction(debt_id=debt.debt_id)
        buttons = [
            button("Done", "debt.done", payload, about=debt.public_id, style="primary"),
            button("Edit", "debt.edit", payload, about=debt.public_id),
        ]
    drop = f"`/lead debt drop {debt.public_id}` takes it off unpaid." if buttons else ""
    blocks = message(sections(text), actions(*buttons) + context(drop))
    return Post(text=f"{debt.public_id} {escape(debt.title)}", blocks=blocks)


def debt_form(form: DebtForm, debt: DebtCard) -> dict[str, Any]:
    """Return the form for a new debt, or for one that is registered."""
    return modal(
        debt.public_id or "New debt",
        [
            _field("Title", "title", debt.title, "E.g. Orders and billing share a table"),
            _field("Service", "service", debt.service, "Which service has it", optional=True),
            _field(
                "What it costs while it stands",
                "interest",
                debt.interest,
                "E.g. Each release of orders needs billing's yes",
                optional=True,
                lines=True,
            ),
            _field(
                "How it is remedied",
                "plan",
                debt.plan,
                "The steps, the smallest first",
                optional=True,
                lines=True,
            ),
            _field(
                "Days of work",
                "effort",
                str(debt.effort_days or ""),
                "A whole number",
                optional=True,
            ),
            person_field("Owner", "owner", debt.owner_id),
            day_field("Due", "due", debt.due_on),
        ],
        submit="Save",
        callback_id="debt.saved",
        payload=form,
    )


def _field(
    label: str,
    block_id: str,
    initial: str,
    placeholder: str,
    *,
    optional: bool = False,
    lines: bool = False,
) -> Block:
    return text_input(
        label,
        block_id=block_id,
        placeholder=placeholder,
        optional=optional,
        initial=initial,
        lines=lines,
        most=1_000 if lines else 150,
    )
