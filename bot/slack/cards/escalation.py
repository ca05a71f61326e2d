"""An escalation: its card, a message for each step, the call of level 4."""

from bot.domain.escalation import HIGHEST, EscalationState, Kind
from bot.slack.blocks import actions, button, context, message, sections
from bot.slack.cards.escalation_summary import summary_text
from bot.slack.cards.escalation_words import (
    call_sentence,
    level_words,
    next_words,
    said,
    state_sentence,
    step_sentence,
    who,
)
from bot.slack.escalation_views import EscalationCard, EscalationStep
from bot.slack.payloads import EscalationAction
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, line, moment

_TITLE = 200
_ICONS = {
    EscalationState.OPEN: "🔺",
    EscalationState.ACKNOWLEDGED: "🛠️",
    EscalationState.SNOOZED: "💤",
    EscalationState.RESOLVED: "✅",
}
_CALLED = frozenset({Kind.OPENED, Kind.RAISED, Kind.PAGED, Kind.LAPSED})
"""What level 4 calls for; the rest it only tells."""


def escalation_card(card: EscalationCard) -> Post:
    """Return the card as it should look now."""
    title = bold(clip(line(card.title), _TITLE))
    first = f"{icon(card)} *{card.public_id}* · {level_words(card.level)} · {title}"
    body = sections("\n".join(filter(None, (first, state_sentence(card), *_facts(card)))))
    return Post(
        text=f"{card.public_id}, level {card.level}: {said(card.title, _TITLE)}",
        blocks=message(body, context(_footer(card)) + _buttons(card)),
    )


def escalation_step(step: EscalationStep) -> Post:
    """Return what happened, as a message in the case's thread."""
    if step.kind is Kind.RESOLVED and step.summary is not None:
        text = summary_text(step.card, step.summary)
    elif step.level == HIGHEST and step.kind in _CALLED:
        text = call_sentence(step)
    else:
        text = step_sentence(step)
    shown = _answers(step.card, step.kind)
    return Post(text=_fallback(step.card, text), blocks=message(sections(text), shown))


def escalation_call(step: EscalationStep) -> Post:
    """Return what is said where level 4 is called: the call, or that it is answered."""
    if step.kind in _CALLED:
        # A button's label is read out, too: it names only the case.
        text, shown = call_sentence(step), _answers(step.card, Kind.PAGED, about="")
    else:
        done = " is resolved" if step.kind is Kind.RESOLVED else f": {who(step.by_id)} is on it"
        text, shown = f"*{step.card.public_id}*{done}.", []
    return Post(text=_fallback(step.card, text), blocks=message(sections(text), shown))


def icon(card: EscalationCard) -> str:
    """Return the sign of a case's state."""
    return "🚨" if _is_alarm(card) else _ICONS[card.state]


def _is_alarm(card: EscalationCard) -> bool:
    return card.level == HIGHEST and card.state is EscalationState.OPEN


def _fallback(card: EscalationCard, text: str) -> str:
    """Return the sentence for notifications: one line, no bold, the case named once."""
    plain = clip(line(text.replace("*", "")), 300)
    return plain if card.public_id in plain else f"{card.public_id}: {plain}"


def _facts(card: EscalationCard) -> list[str]:
    named = (("Impact", card.impact), ("Tried", card.tried))
    facts = [f"*{name}:* {said(text)}" for name, text in named if text.strip()]
    if card.last_word is not None and card.state is not EscalationState.RESOLVED:
        word = card.last_word
        facts.append(f"*Last word*, {who(word.by_id)} {moment(word.at)}: {said(word.text)}")
    return facts


def _footer(card: EscalationCard) -> str:
    by = who(card.opened_by, nobody="a timer" if card.source == "task" else "an incident")
    safe = card.source_url.startswith(("https://", "http://"))
    safe = safe and not set("<>|") & set(card.source_url)
    names = {"webhook": "the incident", "message": "the message"}
    parts = [
        f"Opened by {by} {moment(card.opened_at)}",
        f"<{card.source_url}|{names.get(card.source, 'the source')}>" if safe else "",
        card.task_public_id,
        next_words(card),
    ]
    return " · ".join(filter(None, parts))


def _payload(card: EscalationCard) -> EscalationAction:
    return EscalationAction(escalation_id=card.escalation_id, level=card.level)


def _buttons(card: EscalationCard) -> list[Block]:
    if card.state is EscalationState.RESOLVED:
        return []
    taken = card.state is EscalationState.ACKNOWLEDGED
    rest = [("Hand over", "escalation.hand")]
    if card.level < HIGHEST:
        rest = [
            ("Snooze 1 h", "escalation.hour"),
            ("Until tomorrow", "escalation.tomorrow"),
            *rest,
            (f"To level {card.level + 1}", "escalation.up"),
        ]
    if not card.task_public_id:
        rest.append(("Let the team look", "escalation.team"))
    first = "Still on it" if taken else "Acknowledge"
    payload, about = _payload(card), f"{card.public_id} {card.title}"
    return actions(
        button(first, "escalation.ack", payload, about=about, style=None if taken else "primary"),
        button("Update", "escalation.update", payload, about=about),
        button("Resolve", "escalation.resolve", payload, about=about),
    ) + actions(*(button(text, action, payload, about=about) for text, action in rest))


def _answers(card: EscalationCard, kind: Kind, *, about: str | None = None) -> list[Block]:
    """Return the buttons under a message that wants an answer."""
    payload = _payload(card)
    about = f"{card.public_id} {card.title if about is None else about}".strip()
    update = button("Update", "escalation.update", payload, about=about)
    if kind is Kind.ASKED:
        still = button("Still on it", "escalation.ack", payload, about=about)
        return actions(update, still) if card.level >= HIGHEST - 1 else actions(still, update)
    wanted = (Kind.HANDED_OVER, Kind.RAISED, Kind.REMINDED, Kind.LAPSED, Kind.WOKE, Kind.PAGED)
    if kind not in wanted:
        return []
    return actions(button("Acknowledge", "escalation.ack", payload, about=about, style="primary"))
