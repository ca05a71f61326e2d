"""Why: what is on record on a topic, how a task came to its end, how a decision came to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.setting import SETTINGS
from bot.domain.setting.resolve import Resolved
from bot.domain.usage import Usage
from bot.slack.blocks import context, message, sections
from bot.slack.cards.decision_words import STATE_WORDS
from bot.slack.cards.settings import source_words
from bot.slack.markdown import mrkdwn_line
from bot.slack.post import Post
from bot.slack.text import bold, clip, escape, line, mention, moment
from bot.slack.usage_text import call_usage, usage_sentence
from bot.slack.views import DecisionRow, TaskCard

NOTHING = "Nothing is recorded on that. `/lead memory` with the same words looks at notes, too."
_OUTCOME = 300
_TITLE = 100


@dataclass(frozen=True)
class CallLine:
    """One model call: what for, by which specialist, how it ended, what it used."""

    what: str
    who: str
    state: str
    usage: Usage
    model: str


@dataclass(frozen=True)
class ActLine:
    """One act of a person or of the lead."""

    who: str
    """Empty for somebody who was forgotten."""
    did: str
    at: datetime


def topic_post(rows: Sequence[DecisionRow], *, more: int = 0) -> Post:
    """Return what was decided on a topic, with links; or that nothing is recorded."""
    if not rows:
        return Post(text=NOTHING, blocks=message(sections(NOTHING)))
    body = [block for row in rows for block in sections(_answer(row))]
    rest = context(f"{more} more: `/lead decisions` with the same words.") if more else []
    return Post(text=f"{rows[0].public_id} {escape(rows[0].title)}", blocks=message(body, rest))


def task_story(
    card: TaskCard,
    *,
    calls: Sequence[CallLine],
    acts: Sequence[ActLine],
    settings: Sequence[tuple[str, Resolved]],
) -> Post:
    """Return who ran for a task, what it used, who did what, and which settings count for it."""
    title = bold(clip(line(card.title or card.text), _TITLE))
    pattern = f" · {card.pattern}" if card.pattern else ""
    state = card.state.value.replace("-", " ")
    why = f": {escape(clip(line(card.state_reason), _OUTCOME))}" if card.state_reason else ""
    first = f"*{card.public_id}* · {title}\nAsked by {mention(card.requester_id)}{pattern}."
    parts = [
        ("", f"{first} It is {state}{why}."),
        ("What ran", "\n".join(map(_call, calls)) or "Nothing ran: rules were sure."),
        ("Who did what", _acts(acts)),
        ("Settings that count here now", "\n".join(_setting(*item) for item in settings)),
    ]
    body = [
        block
        for name, text in parts
        if text
        for block in sections(f"*{name}*\n{text}" if name else text)
    ]
    return Post(
        text=f"{card.public_id}: {state}",
        blocks=message(body, context(usage_sentence(card.usage))),
    )


def decision_story(row: DecisionRow, acts: Sequence[ActLine]) -> Post:
    """Return how a decision came to be what it is."""
    told = _acts(acts) or "Nobody has done anything about it yet."
    body = sections(_answer(row)) + sections(f"*Who did what*\n{told}")
    return Post(text=f"{row.public_id}: {row.state.value}", blocks=message(body))


def _answer(row: DecisionRow) -> str:
    title = escape(clip(line(row.title), _TITLE))
    safe = row.url.startswith(("https://", "http://")) and not set("<>|") & set(row.url)
    name = f"<{row.url}|{row.public_id}>" if safe else row.public_id
    by = f" by {mention(row.decided_by)}" if row.decided_by else ""
    when = f", {moment(row.decided_at, '{date_short_pretty}')}" if row.decided_at else ""
    state = STATE_WORDS[row.state].removeprefix("Decision ").lower()
    outcome = mrkdwn_line(clip(line(row.outcome), _OUTCOME))
    return f"*{name}* · *{title}* · {state}{by}{when}\n{outcome}".strip()


def _call(item: CallLine) -> str:
    who = f" · {escape(item.who)}" if item.who else ""
    used = call_usage(item.usage, item.model) if item.state == "done" else ""
    state = "" if item.state == "done" else f" · {item.state}"
    return f"• {escape(item.what)}{who}{state}{f' · {escape(used)}' if used else ''}"


def _acts(acts: Sequence[ActLine]) -> str:
    return "\n".join(f"• {moment(act.at)} {_who(act)} {escape(act.did)}" for act in acts)


def _who(act: ActLine) -> str:
    return mention(act.who) if act.who else "Somebody"


def _setting(name: str, found: Resolved) -> str:
    value = SETTINGS[name].kind.show(found.value)
    return f"• `{name}` {value} ({source_words(found)})"
