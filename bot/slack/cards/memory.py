"""What is remembered, as people read it: one thing with all that is known, or what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack.blocks import context, message, sections
from bot.slack.markdown import mrkdwn_line
from bot.slack.post import Post
from bot.slack.text import clip, count, escape, line, mention, moment

NOTHING = "Nothing is remembered on that."
_TEXT = 300
_NAME = 120
_MOST = 20
"""Observations of a thing that are shown; the search finds the others."""


@dataclass(frozen=True)
class Said:
    """One observation with who said it, when, and where that stands."""

    number: int
    text: str
    by: str | None
    source: str
    at: datetime
    url: str = ""


@dataclass(frozen=True)
class Thing:
    """A thing; `relations` are sentences, those from it first."""

    name: str
    kind: str
    said: tuple[Said, ...]
    relations: tuple[str, ...] = ()
    corrected: tuple[Said, ...] = ()
    """What was said before and corrected since."""
    changes: str = ""
    """Of a baseline: what changed since the last."""


def found_list(things: Sequence[Thing], *, more: str = "") -> Post:
    """Return what was found; `more` says how to see the next page."""
    if not things:
        return Post(text=NOTHING, blocks=message(sections(NOTHING)))
    body = [block for thing in things for block in sections(_short(thing))]
    return Post(
        text=count(len(things), "thing"), blocks=message(body, context(more) if more else [])
    )


def thing_page(thing: Thing) -> Post:
    """Return all that is known of one thing."""
    parts = [f"{_title(thing)}{f' · {thing.changes}' if thing.changes else ''}"]
    shared = _shared(thing.said)
    lines = [_said(one, bare=bool(shared)) for one in thing.said[:_MOST]]
    parts[0] += f" · {shared}" if shared else ""
    parts.append("\n".join(lines) or "Nothing was said of it yet.")
    if len(thing.said) > _MOST:
        parts.append(f"{len(thing.said) - _MOST} more: search for words in them.")
    if thing.relations:
        related = "\n".join(f"• {escape(clip(line(one), _NAME))}" for one in thing.relations)
        parts.append(f"*Related*\n{related}")
    if thing.corrected:
        before = "\n".join(_said(one, struck=True) for one in thing.corrected)
        parts.append(f"*Before*\n{before}")
    hint = escape("Wrong? `/lead memory correct #<number> <what is right>` or `forget #<number>`.")
    body = [block for part in parts for block in sections(part)]
    return Post(text=escape(f"{thing.name} ({thing.kind})"), blocks=message(body, context(hint)))


def _short(thing: Thing) -> str:
    return "\n".join([_title(thing), *(_said(one) for one in thing.said)])


def _title(thing: Thing) -> str:
    return f"*{escape(clip(line(thing.name), _NAME))}* · {escape(thing.kind)}"


def _shared(said: Sequence[Said]) -> str:
    """Return where all of several observations come from, where that is one place; else ""."""
    origins = {", ".join(_origin(one)) for one in said}
    return origins.pop() if len(origins) == 1 and len(said) > 1 else ""


def _said(one: Said, *, struck: bool = False, bare: bool = False) -> str:
    text = mrkdwn_line(clip(line(one.text), _TEXT))
    text = f"~{text}~" if struck and "~" not in text else text
    return f"• `#{one.number}` {text}" + ("" if bare else f" ({', '.join(_origin(one))})")


def _origin(one: Said) -> list[str]:
    safe = one.url.startswith(("https://", "http://")) and not set("<>|") & set(one.url)
    named = escape(one.source) or ("message" if safe else "")
    source = f"<{one.url}|{named}>" if safe else named
    by = mention(one.by) if one.by else ""
    return [part for part in (by, source, moment(one.at, "{date_short_pretty}")) if part]
