"""A decision: proposed with its buttons, or with who decided, when and why."""

from bot.domain.decision import (
    OPEN,
    DecisionOption,
    DecisionProposal,
    DecisionRecord,
    DecisionState,
)
from bot.slack.blocks import Style, actions, button, context, header, message, sections
from bot.slack.cards.decision_words import STATE_WORDS, link_words, source_words, standing
from bot.slack.cards.specialist import bullet_list
from bot.slack.markdown import mrkdwn, mrkdwn_line, plain_line
from bot.slack.payloads import DecisionAction
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, escape, line
from bot.slack.views import DecisionCard

_TITLE = 150
_CONTEXT = 600


def decision_card(card: DecisionCard) -> Post:
    """Return the card: what, because of what, at what cost; buttons for what can be done now."""
    title = clip(line(card.proposal.title), _TITLE)
    revision = f" · revision {card.revision}" if card.revision > 1 else ""
    first = f"*{STATE_WORDS[card.state]}* · {card.public_id}{revision} · {bold(title)}"
    body = sections(first) + sections(_asked(card)) + sections(_why(card.proposal))
    tail = context(standing(card) + source_words(card)) + context(link_words(card))
    return Post(
        text=f"{STATE_WORDS[card.state]}: {card.public_id} {escape(title)}",
        blocks=message(body, tail + actions(*_buttons(card, _ON_CARD))),
    )


def _asked(card: DecisionCard) -> str:
    """Return why a person asks; what the lead proposes has its task above it."""
    asked = card.author_id and card.state in OPEN
    return mrkdwn(clip(card.proposal.context.strip(), _CONTEXT)) if asked else ""


def decision_details(card: DecisionCard, *, buttons: bool = False) -> Post:
    """Return every field, in MADR's order; `buttons` only where no modal shows it."""
    record = card.proposal
    title = clip(line(record.title), _TITLE)
    parts = [
        ("Context", mrkdwn(record.context)),
        ("Drivers", bullet_list(record.drivers)),
        ("Options", "\n".join(_option(option) for option in record.options)),
        ("Outcome", mrkdwn(record.outcome)),
        ("Consequences", bullet_list(record.consequences)),
        ("Confirmed by", mrkdwn(record.confirmation)),
        ("Services", escape(", ".join(record.services))),
        ("Implemented by", escape(", ".join(record.specialists))),
        *_more(record),
        ("Links", link_words(card, titles=True)),
    ]
    body = header(f"{card.public_id} · {title}") + context(standing(card) + source_words(card))
    for name, text in parts:
        body += sections(f"*{name}*\n{text}" if text else "")
    tail = actions(*_buttons(card, _IN_DETAILS)) if buttons else []
    return Post(
        text=f"{card.public_id} {escape(title)}: {card.state.value}", blocks=message(body, tail)
    )


_Button = tuple[str, str, Style | None]
_ACCEPT: _Button = ("Accept", "decision.accept", "primary")
_CHANGE: _Button = ("Request changes", "decision.change", None)
_REJECT: _Button = ("Reject", "decision.reject", "danger")
_EDIT: _Button = ("Edit", "decision.edit", None)
_CHALLENGE: _Button = ("Challenge", "decision.challenge", None)
_DEPRECATE: _Button = ("No longer valid", "decision.deprecate", "danger")
_RENEW: _Button = ("30 more days", "decision.renew", None)
_FOREVER: _Button = ("Keep for good", "decision.forever", None)

_ON_CARD: dict[DecisionState, tuple[_Button, ...]] = {
    DecisionState.PROPOSED: (_ACCEPT, _CHANGE, _REJECT, _EDIT),
    # Its author may have left: without a no it would stay open for ever.
    DecisionState.CHANGES_REQUESTED: (_EDIT, _REJECT),
    DecisionState.ACCEPTED: (_CHALLENGE,),
    DecisionState.EXPIRED: (_RENEW, _FOREVER),
}
_IN_DETAILS = _ON_CARD | {
    DecisionState.ACCEPTED: (_CHALLENGE, _DEPRECATE),
    DecisionState.EXPIRED: (_RENEW, _FOREVER, _DEPRECATE),
    DecisionState.UNCLEAR: (_ACCEPT, _REJECT, _DEPRECATE),
}


def _buttons(card: DecisionCard, of: dict[DecisionState, tuple[_Button, ...]]) -> list[Block]:
    if card.state is DecisionState.CHANGES_REQUESTED and not card.author_id:
        return []  # the lead is at it
    left_out = [
        *(() if card.redraftable else (_CHANGE,)),
        *(() if card.author_id else (_EDIT,)),
    ]
    return [make_button(card, item) for item in of.get(card.state, ()) if item not in left_out]


def make_button(card: DecisionCard, item: _Button) -> Block:
    """Return a button about a decision: its words, its action id, its style."""
    words, action_id, style = item
    payload = DecisionAction(decision_id=card.decision_id, revision=card.revision)
    about = f"{card.public_id} {card.proposal.title}"
    return button(words, action_id, payload, about=about, style=style)


def _more(record: DecisionProposal) -> list[tuple[str, str]]:
    if not isinstance(record, DecisionRecord):
        return []
    return [
        ("Decided by", escape(", ".join(record.decision_makers))),
        ("Consulted", escape(", ".join(record.consulted))),
        ("Informed", escape(", ".join(record.informed))),
        ("More", mrkdwn(record.more_information)),
    ]


def _why(proposal: DecisionProposal) -> str:
    chosen = [plain_line(text).casefold() for text in (proposal.title, proposal.outcome)]
    others = [option.title for option in proposal.options if not _is_chosen(option, *chosen)]
    lines = (
        ("Because", proposal.drivers, "; "),
        ("Consequences", proposal.consequences, "; "),
        ("Alternatives", tuple(others), ", "),
    )
    named = [
        f"*{name}:* {joint.join(mrkdwn_line(item).rstrip('.') for item in items)}"
        for name, items, joint in lines
        if items
    ]
    return "\n".join([mrkdwn(proposal.outcome), *named])


def _is_chosen(option: DecisionOption, title: str, outcome: str) -> bool:
    name = plain_line(option.title).casefold()
    return name in title or title in name or name in outcome


def _option(option: DecisionOption) -> str:
    marks = (("➕", option.good), ("▫️", option.neutral), ("➖", option.bad))
    points = [f"    ◦ {mark} {mrkdwn_line(text)}" for mark, texts in marks for text in texts]
    return "\n".join([f"• {mrkdwn_line(option.title)}", *points])
