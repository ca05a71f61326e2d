"""The report of a closed standup: what blocks and who could take it, then what follows for work."""

import html
from typing import Any

from bot.domain.days import day_words
from bot.slack.blocks import actions, button, context, header, message, sections
from bot.slack.cards.standup import (
    LEFT_OPEN,
    BlockerLine,
    MoveLine,
    StandupReport,
    blocker_line,
    missing_line,
    moved_line,
    part,
    plain_line,
)
from bot.slack.payloads import AssignmentTo, BlockerAction, BlockerTo
from bot.slack.post import Post
from bot.slack.text import escape

_MOST_LEFT = 5
"""Ours: more buttons than these nobody presses."""


def report_card(report: StandupReport, *, buttons: bool = True) -> Post:
    """Return the report: exceptions first, then what follows for the work."""
    card = report.card
    body = header(f"{card.name}, {day_words(card.day, weekday=True)}: report")
    body += sections(f"{card.answered} of {card.asked} in" + _late(report.late))
    if not card.blockers:
        body += sections("*Blocked* nobody")
    for item in card.blockers:
        body += sections(f"*Blocked* {blocker_line(item)}{_proposal(item)}")
        body += actions(*blocker_buttons(item)) if buttons else []
    for item in card.left_open[:_MOST_LEFT]:
        body += sections(f"*{LEFT_OPEN}* {blocker_line(item)}")
        body += actions(*blocker_buttons(item)) if buttons else []
    if len(card.left_open) > _MOST_LEFT:
        body += sections(f"and {len(card.left_open) - _MOST_LEFT} more from before")
    body += sections(part("Solved", [escape(text) for text in report.solved]))
    risks = [f"{escape(risk.text)} → {risk.mitigation}" for risk in report.risks[:8]]
    body += sections(part("Risks", risks))
    body += sections(moved_line(card.moved))
    body += sections(part("Assignments", [escape(text) for text in report.assignments[:12]]))
    for move in report.moves:
        body += sections(_move(move))
        body += actions(_move_button(card.standup_id, move)) if buttons else []
    body += sections(part("Waiting on others", [escape(t) for t in report.dependencies[:8]]))
    body += sections(f"*Next milestone* {escape(report.milestone)}" if report.milestone else "")
    return Post(text=f"Report: {plain_line(card)}", blocks=message(body, context(_close(report))))


def _move(move: MoveLine) -> str:
    return (
        f"→ I propose: {move.public_id} “{escape(move.title)}” goes from {move.source}, for whom"
        f" {move.queue} pieces wait, to {move.target}, who has none."
    )


def _move_button(standup_id: str, move: MoveLine) -> dict[str, Any]:
    payload = AssignmentTo(standup_id=standup_id, assignment_id=move.assignment_id, to=move.target)
    words = f"Accept: {move.target} takes it"
    return button(words, "standup.move", payload, about=move.title, style="primary")


def _proposal(item: BlockerLine) -> str:
    """Return who is proposed to take a blocker that nobody has taken."""
    wanted, parts = item.proposal, list[str]()
    if item.owner_id or item.solved:
        return ""
    if wanted.owner_id:
        parts.append(f"{item.proposed_name} takes it, who owns {escape(wanted.service)}")
    if wanted.team:
        parts.append(f"the {wanted.team} team is asked")
    return f"\n→ I propose: {', or '.join(parts)}." if parts else ""


def blocker_buttons(item: BlockerLine) -> list[dict[str, Any]]:
    """Return what can be done about a blocker now."""
    if item.solved or not item.blocker_id:
        return []
    payload, about = BlockerAction(blocker_id=item.blocker_id), item.public_id
    made = [] if item.owner_id else _takers(item)
    made.append(button("Solved", "standup.solve", payload, about=about))
    if not item.escalation:
        made.append(button("Escalate", "standup.escalate", payload, about=about, style="danger"))
    return made


def _takers(item: BlockerLine) -> list[dict[str, Any]]:
    """Return the buttons that give a blocker to somebody."""
    payload, about, wanted = (
        BlockerAction(blocker_id=item.blocker_id),
        item.public_id,
        item.proposal,
    )
    made = []
    if wanted.owner_id:
        to = BlockerTo(blocker_id=item.blocker_id, to=wanted.owner_id)
        words = f"Accept: {html.unescape(item.proposed_name)} takes it"
        made.append(button(words, "standup.assign", to, about=about, style="primary"))
    if wanted.team:
        to = BlockerTo(blocker_id=item.blocker_id, to=wanted.team)
        made.append(button(f"Accept: ask {wanted.team}", "standup.hand", to, about=about))
    return [*made, button("I take it", "standup.take", payload, about=about)]


def _late(late: int) -> str:
    return f", {late} of them late" if late else ""


def _close(report: StandupReport) -> str:
    said = missing_line(report.card.missing)
    by = f" · Risks by {escape(report.weighed_by)}, at the close." if report.weighed_by else ""
    return f"{said} · Late answers change this report.{by}"
