"""Puts other people's text safely into mrkdwn: escaped, counted, cut."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.domain.days import day_words

ELLIPSIS = "…"
_JOINER = "\u200d"
_JOINS = frozenset({_JOINER, "\ufe0f", *map(chr, range(0x1F3FB, 0x1F400))})
_FLAG_HALVES = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_NAMED = re.compile(r"&lt;(@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|!subteam\^S[A-Z0-9]+|!date\^[^&<>]+)&gt;")
_TYPED = re.compile(r"<(?P<sign>[@#])(?P<id>[UWCG][A-Z0-9]+)(?:\|(?P<name>[^<>|]*))?>", re.I)
_TYPED_CUT = re.compile(
    r"<(?P<sign>[@#])(?P<id>[UWCG][A-Z0-9]*)?(?:\|(?P<name>[^<>|”`]*))?(?=[”`])", re.I
)
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EMBEDDING_ENDS, _ISOLATE_ENDS = "\u202c", "\u2069"
_CLOSES, _ISOLATES = (_EMBEDDING_ENDS, _ISOLATE_ENDS), ("\u2066", "\u2067", "\u2068")
_ENTITY_CUT = re.compile(r"&(?:a|am|amp|l|lt|g|gt)?$")


def size(text: str) -> int:
    """Return the length in UTF-16 units: an emoji counts as two, as JavaScript counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def escape(text: str) -> str:
    """Return text that Slack shows as it is: no mention, no link, no `@channel` can come of it.

    Slack reads only `&`, `<` and `>` (docs.slack.dev/messaging/formatting-message-text).
    """
    return balanced(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def balanced(text: str) -> str:
    """Return text that turns no words around behind it: marks of direction that are left open go.

    An override in a title would else write the rest of its line backwards (Unicode's annex 9:
    what is open ends with the paragraph).
    """
    if not _TURNS.search(text):
        return text
    return "\n".join(
        part if _is_balanced(part) else _TURNS.sub("", part) for part in text.split("\n")
    )


def _is_balanced(part: str) -> bool:
    open_: list[str] = []
    for mark in _TURNS.findall(part):
        if mark not in _CLOSES:
            open_.append(_ISOLATE_ENDS if mark in _ISOLATES else _EMBEDDING_ENDS)
        elif not open_ or open_.pop() != mark:
            return False
    return not open_


def unescape(text: str) -> str:
    """Return what a person typed behind a slash command: Slack hands it over escaped."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape_but_people(text: str) -> str:
    """Return text escaped, except for people, groups, channels and moments that are named in it."""
    return _NAMED.sub(r"<\1>", escape(text))


def show_typed(text: str) -> str:
    """Return a sentence in which people and channels that somebody typed stand as they saw them.

    Behind a slash command Slack writes `<@U1|tom>`; a sentence may repeat it in small letters, or
    cut off.
    """
    return _TYPED.sub(_typed, _TYPED_CUT.sub(_typed, text))


def _typed(found: re.Match[str]) -> str:
    parts = found.groupdict()
    if parts["name"]:
        return f"{parts['sign']}{parts['name']}{'' if found[0].endswith('>') else ELLIPSIS}"
    return f"<{parts['sign']}{parts['id'].upper()}>" if found[0].endswith(">") else ELLIPSIS


def clip(text: str, limit: int) -> str:
    """Return text of at most `limit` units; what was cut shows as an ellipsis."""
    if size(text) <= limit:
        return text
    kept = _ENTITY_CUT.sub("", head(text, limit - 1))
    shorter = kept.rsplit(" ", 1)[0]
    return balanced((shorter if len(shorter) > len(kept) // 2 else kept).rstrip() + ELLIPSIS)


def head(text: str, limit: int) -> str:
    """Return the longest beginning of `text` that fits into `limit` units."""
    kept = text[:limit]
    while (excess := size(kept) - limit) > 0:
        kept = kept[: -((excess + 1) // 2)]  # a character takes two units at most
    return text[: _whole(text, len(kept))]


def _whole(text: str, end: int) -> int:
    """Return where to cut before `end`, so that no letter or emoji is torn; `end` if none is whole.

    The rules of Unicode's annex 29 that matter in chat: marks, joiners, skin tones, flags.
    """
    cut = end
    while 0 < cut < len(text) and _continues(text, cut):
        cut -= 1
    return cut or end


def _continues(text: str, at: int) -> bool:
    char = text[at]
    if (
        unicodedata.category(char) in ("Mn", "Mc", "Me")
        or char in _JOINS
        or text[at - 1] == _JOINER
    ):
        return True
    flags = len(text[:at]) - len(text[:at].rstrip(_FLAG_HALVES))
    return char in _FLAG_HALVES and flags % 2 == 1


def line(text: str) -> str:
    """Return text on one line, spaces collapsed."""
    return balanced(" ".join(text.split()))


def bold(text: str) -> str:
    """Return plain text escaped and bold, on one line; empty for nothing.

    Slack has no escape for `*`, so one inside would end the bold: it becomes a look-alike.
    """
    inside = escape(line(text)).replace("*", "∗")
    return f"*{inside}*" if inside else ""


def moment(when: datetime, form: str = "{date_short_pretty} {time}") -> str:
    """Return a moment that each reader sees in their own time zone."""
    utc = when.astimezone(UTC)
    return f"<!date^{int(utc.timestamp())}^{form}|{day_words(utc)} {utc:%H:%M} UTC>"


def day_of(when: datetime) -> str:
    """Return the day of a moment: which one it is, each reader's own time zone says."""
    utc = when.astimezone(UTC)
    return f"<!date^{int(utc.timestamp())}^{{date_short}}|{day_words(utc, year=True)}>"


def mention(user_id: str) -> str:
    """Return how Slack shows a person; a name that is no Slack id stays a word."""
    return f"<@{user_id}>" if re.fullmatch(r"[UW][A-Z0-9]+", user_id) else escape(user_id)


def count(number: int, noun: str, plural: str = "") -> str:
    """Return e.g. "1 call", "7 calls"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def shorten_list(items: Sequence[str], *, most: int = 2) -> str:
    """Return e.g. "a and b", "a, b and 3 more"."""
    if len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most} more"
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))
