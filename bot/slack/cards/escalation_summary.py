"""What a resolved escalation was like: from its timeline, by rule."""

from collections.abc import Mapping
from datetime import timedelta

from bot.domain.escalation import EscalationState, Kind
from bot.domain.escalation.summary import Summary
from bot.slack.cards.escalation_words import said, who
from bot.slack.escalation_views import EscalationCard
from bot.slack.text import count, mention


def summary_text(card: EscalationCard, summary: Summary) -> str:
    """Return durations, people and counts, as mrkdwn."""
    by = who(card.resolved_by, nobody="whoever reported it")
    levels = {f"level {level}": spell for level, spell in summary.levels.items()}
    states = {
        state.value: spell
        for state, spell in summary.states.items()
        if state is not EscalationState.RESOLVED
    }
    lines = [
        f"✅ *{card.public_id} is resolved* by {by} after {long(summary.took)}.",
        f"*What solved it:* {said(card.resolution, 2_000)}" if card.resolution.strip() else "",
        f"*Acknowledged:* {_acknowledged(summary)}",
        f"*Levels:* {_spells(levels)}",
        f"*States:* {_spells(states)}",
        f"*Owners:* {' → '.join(map(mention, summary.owners))}" if summary.owners else "",
        f"*Timers:* {_timers(summary)}",
    ]
    return "\n".join(filter(None, lines))


def long(spell: timedelta) -> str:
    """Return e.g. "3 min", "5 h 12 min", "2 d 3 h"."""
    minutes = round(spell.total_seconds() / 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def _acknowledged(summary: Summary) -> str:
    if summary.acknowledged_after is None:
        return "never"
    return f"after {long(summary.acknowledged_after)} by {who(summary.acknowledged_by)}"


def _spells(spells: Mapping[str, timedelta]) -> str:
    return ", ".join(f"{name} {long(spell)}" for name, spell in spells.items())


def _timers(summary: Summary) -> str:
    told = [
        count(summary.counts[kind], noun)
        for kind, noun in (
            (Kind.REMINDED, "reminder"),
            (Kind.ASKED, "question"),
            (Kind.PAGED, "call"),
            (Kind.LAPSED, "lapse"),
        )
        if summary.counts.get(kind)
    ]
    late = f", {summary.late} late" if summary.late else ""
    return (", ".join(told) or "none needed") + late
