"""How a decision stands, in words: what it needs, who decided, what hangs on it."""

from bot.domain.days import day_words
from bot.domain.decision import DecisionState
from bot.slack.markdown import plain_line
from bot.slack.text import clip, escape, line, mention, moment
from bot.slack.views import DecisionCard

_REASON = 500
_TITLE = 80
STATE_WORDS = {
    DecisionState.PROPOSED: "Decision proposed",
    DecisionState.CHANGES_REQUESTED: "Changes requested",
    DecisionState.ACCEPTED: "Accepted",
    DecisionState.EXPIRED: "Expired",
    DecisionState.REJECTED: "Rejected",
    DecisionState.DEPRECATED: "No longer valid",
    DecisionState.SUPERSEDED: "Replaced",
    DecisionState.UNCLEAR: "Status unclear",
}


def standing(card: DecisionCard) -> str:
    """Return who must decide by when, or who did, when and why."""
    reason = escape(clip(line(card.reason), _REASON))
    if card.state is DecisionState.PROPOSED:
        asked = f" · asked for: {reason}" if reason else ""
        author = f"By {mention(card.author_id)} · " if card.author_id else ""
        return f"{author}Needs: {card.needs}{_so_far(card)}{_dates(card)}{asked}"
    words = STATE_WORDS[card.state]
    if who := _deciders(card):
        words += f" by {who}"
    if card.decided_at:
        words += f", {moment(card.decided_at)}"
    words += f": {reason}" if reason else ""
    if card.state is DecisionState.CHANGES_REQUESTED and card.author_id:
        words += f" · {mention(card.author_id)} can edit it"
    return words + (_dates(card) if card.state is DecisionState.ACCEPTED else "")


def link_words(card: DecisionCard, *, titles: bool = False) -> str:
    """Return the other decisions that it hangs together with, e.g. "Challenged by D-7".

    With `titles` each has a line of its own.
    """
    return ("\n" if titles else " · ").join(
        f"{link.words} {link.public_id}"
        + (f" {escape(clip(plain_line(link.title), _TITLE))}" if titles else "")
        for link in card.links
    )


def source_words(card: DecisionCard) -> str:
    """Return a link to the message it was recorded from, or the file's name."""
    if card.source:
        return f" · {escape(clip(line(card.source), _REASON))}"
    safe = card.source_url.startswith(("https://", "http://")) and not set("<>|") & set(
        card.source_url
    )
    return f" · <{card.source_url}|the message>" if safe else ""


def _so_far(card: DecisionCard) -> str:
    if not card.yes and not card.no:
        return ""
    no = f"; no: {', '.join(map(mention, card.no))}" if card.no else ""
    yes = f" ({', '.join(map(mention, card.yes))}{no})"
    return f" · {len(card.yes)} of {card.quorum} so far{yes if card.yes else no}"


def _deciders(card: DecisionCard) -> str:
    if card.state is DecisionState.ACCEPTED and len(card.yes) > 1:
        return ", ".join(map(mention, card.yes))
    return mention(card.decided_by) if card.decided_by else ""


def _dates(card: DecisionCard) -> str:
    ends = (
        f" · provisional until {day_words(card.expires_on, year=True)}" if card.expires_on else ""
    )
    review = f" · review by {day_words(card.review_by, year=True)}" if card.review_by else ""
    return ends + review
