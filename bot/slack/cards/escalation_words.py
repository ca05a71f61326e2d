"""The sentences of an escalation: where it stands, what happened, what comes next."""

from bot.domain.escalation import HIGHEST, EscalationState, Kind
from bot.domain.escalation.policy import NAMES
from bot.slack.escalation_views import EscalationCard, EscalationLine, EscalationStep
from bot.slack.text import clip, escape, line, mention, moment
from bot.slack.usage_text import duration

WORDS = 600
"""Ours, in characters: what people wrote is shown at this length on cards."""
_NEXT = {
    Kind.REMINDED: "reminder",
    Kind.ASKED: "I ask how it stands",
    Kind.LAPSED: "open again without a sign of life",
    Kind.WOKE: "back",
    Kind.PAGED: "call",
}
_SHORT = {
    Kind.OPENED: "opened",
    Kind.ACKNOWLEDGED: "acknowledged",
    Kind.RENEWED: "still on it",
    Kind.SNOOZED: "snoozed",
    Kind.HANDED_OVER: "handed over",
    Kind.RAISED: "raised",
    Kind.UPDATED: "update",
    Kind.RESOLVED: "resolved",
    Kind.LINKED: "task linked",
    Kind.REMINDED: "reminded",
    Kind.ASKED: "asked how it stands",
    Kind.LAPSED: "no sign of life, open again",
    Kind.WOKE: "snooze over",
    Kind.PAGED: "called",
}


def who(user_id: str, *, nobody: str = "Nobody") -> str:
    """Return a mention, or a word for nobody."""
    return mention(user_id) if user_id else nobody


def said(text: str, most: int = WORDS) -> str:
    """Return what a person wrote, on one line: no mention and no link can come of it."""
    return escape(clip(line(text), most))


def level_words(level: int) -> str:
    """Return e.g. "level 2, the team lead"."""
    return f"level {level}, {NAMES[level]}"


def state_sentence(card: EscalationCard) -> str:
    """Return who is on it, or that nobody is."""
    match card.state:
        case EscalationState.ACKNOWLEDGED:
            return f"{who(card.owner_id)} is on it."
        case EscalationState.SNOOZED if card.snoozed_until:
            return f"💤 Snoozed until {moment(card.snoozed_until)}."
        case EscalationState.RESOLVED:
            when = f", {moment(card.resolved_at)}" if card.resolved_at else ""
            by = who(card.resolved_by, nobody="whoever reported it")
            return f"✅ Resolved by {by}{when}: {said(card.resolution)}"
        case _ if card.owner_id:
            return f"{who(card.owner_id)} is asked and has not acknowledged yet."
        case _:
            return "Nobody is on it yet."


def next_words(card: EscalationCard) -> str:
    """Return what the next timer does, and when."""
    if card.due is None:
        return ""
    up = f"level {min(card.level + 1, HIGHEST)}"
    return f"next: {_NEXT.get(card.due.kind, up)} {moment(card.due.at)}"


def timeline_line(item: EscalationLine) -> str:
    """Return one line of a timeline."""
    what = _SHORT[item.kind]
    if item.kind in (Kind.OPENED, Kind.RAISED):
        what += f" at level {item.level}" if item.kind is Kind.OPENED else f" to level {item.level}"
    if item.kind in (Kind.HANDED_OVER, Kind.RAISED) and item.owner_id:
        what += f", {mention(item.owner_id)} asked"
    by = mention(item.by_id) if item.by_id else "timer"
    text = f": {said(item.text, 200)}" if item.text.strip() else ""
    late = f" (late by {duration(item.late_seconds)})" if item.late_seconds > 0 else ""
    return f"{moment(item.at)} · {what} · {by}{text}{late}"


def step_sentence(step: EscalationStep) -> str:
    """Return what happened, and whom it asks for what."""
    by, owner = who(step.by_id), who(step.owner_id)
    match step.kind:
        case Kind.ACKNOWLEDGED:
            return f"{by} is on it."
        case Kind.RENEWED:
            return f"{by} is still on it."
        case Kind.SNOOZED:
            until = f" until {moment(step.next_at)}" if step.next_at else ""
            return f"{by} snoozed it{until}."
        case Kind.HANDED_OVER:
            note = f"\n{said(step.text)}" if step.text.strip() else ""
            return f"{by} hands it over. {owner}, please acknowledge.{note}"
        case Kind.UPDATED:
            return f"*Update* by {by}: {said(step.text, 2_500)}"
        case Kind.LAPSED:
            return f"No sign of life from {owner}: it is open again. {_please(step)}"
        case Kind.WOKE:
            return f"The snooze is over. {_please(step)}"
        case Kind.ASKED:
            return _asked(step)
        case Kind.RAISED:
            return _raised(step)
        case _:
            return _reminded(step)


def _raised(step: EscalationStep) -> str:
    by = f"{who(step.by_id)} raised it" if step.by_id else "Its time is over: raised"
    unnamed = (
        f" Nobody is named for this level: `/lead settings escalation_level{step.level}_people @…`."
        if step.is_unnamed
        else ""
    )
    return f"{by} to *{level_words(step.level)}*. {_please(step)}{unnamed}"


def _reminded(step: EscalationStep) -> str:
    return f"This still waits. {_please(step)}"


def _please(step: EscalationStep) -> str:
    if not step.owner_id:
        return "Nobody is on it: who takes it?"
    return f"{mention(step.owner_id)}, please acknowledge it or hand it over."


def _asked(step: EscalationStep) -> str:
    if step.level < HIGHEST - 1:
        return f"{who(step.owner_id)}, are you still on it?"
    word = step.card.last_word
    known = (
        f"Last word, by {who(word.by_id)} {moment(word.at)}: {said(word.text)}"
        if word
        else f"No word yet since {moment(step.card.opened_at)}."
    )
    asked = f"{mention(step.owner_id)}, how" if step.owner_id else "How"
    return f"*Status due.* {asked} does it stand?\n{known}"


def call_sentence(step: EscalationStep) -> str:
    """Return how level 4 calls: the group and the owner, and for help from outside."""
    named = f"<!subteam^{step.group}> " if step.group else ""
    again = f" Call {step.call + 1}." if step.call else ""
    owner = f" {mention(step.owner_id)} is asked." if step.owner_id else ""
    what = "A case of another channel" if step.is_secret else said(step.card.title, 200)
    where = f" in <#{step.channel_id}>" if step.channel_id and not step.is_secret else ""
    return (
        f"🚨 {named}*{step.card.public_id} · level 4*{where}: {what} needs somebody now."
        f"{owner}{again}\nIf a vendor or an expert from outside can help, call them now."
    )
