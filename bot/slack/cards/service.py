"""Services and architectures: lists, one service with all that is known, a proposal to accept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.architecture import ServiceArchitecture
from bot.domain.service import Edge, circle, mermaid
from bot.slack.blocks import actions, button, context, header, message, sections
from bot.slack.cards.decision_words import STATE_WORDS
from bot.slack.markdown import mrkdwn_line
from bot.slack.payloads import ArchitectureAction
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, count, escape, mention, moment
from bot.slack.views import DecisionRow

_MOST_MERMAID = 2_600
KINDS = {"sync": "calls", "async": "messages", "data": "reads data"}


@dataclass(frozen=True)
class ServiceLine:
    """One line of `/lead services`."""

    name: str
    owner_id: str | None
    needs: int
    used_by: int


@dataclass(frozen=True)
class Moment:
    """One change of a service."""

    at: datetime
    actor_id: str
    words: str
    who: str = ""
    """Whom the words end with."""


@dataclass(frozen=True)
class ServicePage:
    """What is known of one service; `sources` are what its dependencies come from."""

    name: str
    about: str
    owner_id: str | None
    needs: tuple[tuple[Edge, str], ...]
    used_by: tuple[tuple[Edge, str], ...]
    decisions: tuple[DecisionRow, ...]
    docs_url: str = ""
    runbook_url: str = ""


def service_list(lines: Sequence[ServiceLine], edges: Sequence[Edge]) -> Post:
    """Return all services, and a circle of calls where there is one."""
    if not lines:
        how = "`/lead service add <name>` adds one, `/lead architecture <domain>` proposes some."
        text = escape(f"No service yet. {how}")
        return Post(text=text, blocks=sections(text))
    shown = [
        f"• {bold(line.name)} · {_owner(line.owner_id)} · depends on {line.needs}, used by"
        f" {line.used_by}"
        for line in lines
    ]
    found = circle(edges)
    ring = " → ".join(map(escape, found))
    note = f"These wait for each other by calls: {ring}." if found else ""
    body = sections("\n".join(shown)) + context(note)
    return Post(text=count(len(lines), "service"), blocks=message(body))


def service_page(page: ServicePage) -> Post:
    """Return one service: owner, what it depends on, who uses it, decisions that affect it."""
    body = header(page.name) + sections(escape(page.about)) + sections(_links(page))
    body += sections(f"*Owner:* {_owner(page.owner_id)}")
    body += sections(_uses("Depends on", [(e.target, e, s) for e, s in page.needs]))
    body += sections(_uses("Used by", [(e.source, e, s) for e, s in page.used_by]))
    decided = [
        f"• {row.public_id} {escape(clip(row.title, 120))} · {STATE_WORDS[row.state].lower()}"
        for row in page.decisions
    ]
    body += sections("*Decisions*\n" + ("\n".join(decided) or "None affects it."))
    return Post(text=f"{escape(page.name)}: {_owner(page.owner_id)}", blocks=message(body))


def _links(page: ServicePage) -> str:
    """Return where it is written up; the addresses were checked when they were given."""
    links = (("Docs", page.docs_url), ("Runbook", page.runbook_url))
    return " · ".join(f"{name}: {escape(url)}" for name, url in links if url)


def service_history(name: str, moments: Sequence[Moment]) -> Post:
    """Return every change of a service, newest first."""
    lines = [
        f"• {moment(item.at)} {mention(item.actor_id)}: {escape(item.words)}"
        + (f" {mention(item.who)}" if item.who else "")
        for item in moments
    ]
    text = f"*{escape(name)}*\n" + ("\n".join(lines) or "Nothing was changed yet.")
    return Post(text=f"History of {escape(name)}", blocks=message(sections(text)))


def _uses(title: str, items: Sequence[tuple[str, Edge, str]]) -> str:
    lines = [
        f"• {escape(name)} · {KINDS[edge.kind.value]}" + (f" · from {source}" if source else "")
        for name, edge, source in items
    ]
    return f"*{title}*\n" + ("\n".join(lines) or "Nothing.")


def _owner(owner_id: str | None) -> str:
    return mention(owner_id) if owner_id else "no owner"


@dataclass(frozen=True)
class ArchitectureCard:
    """A proposed architecture; `task` is where it comes from, as people call it."""

    architecture_id: str
    task: str
    body: ServiceArchitecture
    model: str
    accepted_by: str | None
    accepted_at: datetime | None


def architecture_card(card: ArchitectureCard) -> Post:
    """Return the proposal with its button, or who accepted it."""
    made = card.body
    body = header(f"Services for {made.domain}") + _boundaries(made) + _communication(made)
    body += sections(
        f"*Consistency: {made.consistency}.* {mrkdwn_line(made.consistency_reason)}"
        f"\n*Deployment.* {mrkdwn_line(made.deployment)}"
    )
    for title, items in (
        ("The way there", made.steps),
        ("Assumed", made.assumptions),
        ("Open", made.questions),
    ):
        lines = "\n".join(f"• {mrkdwn_line(item)}" for item in items)
        body += sections(f"*{title}*\n{lines}" if lines else "")
    body += _diagram(made)
    about = f"services for {made.domain}"
    tail = context(_standing(card))
    if made.boundaries and card.accepted_by is None:
        payload = ArchitectureAction(architecture_id=card.architecture_id)
        words = f"Add {count(len(made.boundaries), 'service')} to the graph"
        accept = button(words, "architecture.accept", payload, about=about, style="primary")
        tail += actions(accept)
    first = f"Services for {escape(made.domain)}: {len(made.boundaries)} proposed"
    return Post(text=first, blocks=message(body, tail))


def _boundaries(made: ServiceArchitecture) -> list[Block]:
    if not made.boundaries:
        return sections("I cannot tell its parts from your words, so I draw none.")
    lines = [
        f"• {bold(item.name)}: {mrkdwn_line(item.responsibility)}"
        + (f" _Owns {escape(', '.join(item.owns))}._" if item.owns else "")
        for item in made.boundaries
    ]
    return sections("*Services*\n" + "\n".join(lines))


def _communication(made: ServiceArchitecture) -> list[Block]:
    lines = [
        f"• {escape(item.source)} → {escape(item.target)} · {KINDS[item.kind.value]}:"
        f" {mrkdwn_line(item.what)}"
        for item in made.communication
    ]
    return sections("*Communication*\n" + "\n".join(lines)) if lines else []


def _diagram(made: ServiceArchitecture) -> list[Block]:
    if not made.boundaries:
        return []
    source = mermaid([item.name for item in made.boundaries], made.edges())
    if len(source) > _MOST_MERMAID:
        return []
    return sections(f"*Mermaid*\n```\n{escape(source)}\n```")


def _standing(card: ArchitectureCard) -> str:
    parts = [card.task, escape(card.model)]
    if card.body.sources:
        parts.append(f"cards: {escape(', '.join(card.body.sources))}")
    if card.accepted_by and card.accepted_at:
        parts.append(f"added to the graph by {mention(card.accepted_by)}")
        parts.append(moment(card.accepted_at))
    elif card.body.boundaries:
        parts.append("nothing is in the graph before somebody who may decide adds it")
    return " · ".join(parts)
