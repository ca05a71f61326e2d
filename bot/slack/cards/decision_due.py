"""What the lead says when a decision comes up: its review, its end, that it has ended."""

from bot.domain.decision import DueKind
from bot.slack.blocks import Style, actions, context, message, sections
from bot.slack.cards.decision import make_button
from bot.slack.cards.decision_words import standing
from bot.slack.post import Post
from bot.slack.text import bold, clip, escape, line
from bot.slack.views import DecisionCard

_TITLE = 150
_WORDS = {
    DueKind.REVIEW: ("Review due", "Is it still right?"),
    DueKind.WARNING: ("Ends soon", "It is provisional. Shall it stay?"),
    DueKind.EXPIRY: ("Expired", "It no longer applies. Renew it or decide anew."),
}
_ICONS = {DueKind.REVIEW: "🔎", DueKind.WARNING: "⏳", DueKind.EXPIRY: "⚠️"}
_KEEP: tuple[tuple[str, str, Style | None], ...] = (
    ("Keep for good", "decision.forever", "primary"),
    ("30 more days", "decision.renew", None),
)
_BUTTONS: dict[DueKind, tuple[tuple[str, str, Style | None], ...]] = {
    DueKind.REVIEW: (
        ("Still right", "decision.keep", "primary"),
        ("Challenge", "decision.challenge", None),
        ("No longer valid", "decision.deprecate", "danger"),
    ),
    DueKind.WARNING: _KEEP,
    DueKind.EXPIRY: _KEEP,
}


def decision_due_post(card: DecisionCard, kind: DueKind, *, to: str) -> Post:
    """Return the post; `to` are the people it is about, as mentions."""
    title = clip(line(card.proposal.title), _TITLE)
    name, asked = _WORDS[kind]
    first = f"{_ICONS[kind]} *{name}* · {card.public_id} · {bold(title)}"
    buttons = actions(*(make_button(card, item) for item in _BUTTONS[kind]))
    called = f"{to} {asked}".strip()
    return Post(
        text=f"{name}: {card.public_id} {escape(title)}",
        blocks=message(sections(first) + sections(called), context(standing(card)) + buttons),
    )
