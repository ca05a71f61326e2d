"""`/lead help`, help on one subcommand, and what somebody who mistyped one probably meant."""

import re
from collections.abc import Iterable, Mapping

from bot.errors import UserFacingError
from bot.slack.cards import command_card, help_card, help_overview
from bot.slack.post import Post
from handlers.commands.examples import EXAMPLES
from handlers.commands.table import Subcommand, closest

COMMAND = "/lead"
ASKED = frozenset({"help", "?", "--help", "-h"})
"""Behind a subcommand: how it is used."""
EVERY_DAY = (
    *("ask", "tasks", "task", "stop", "decisions", "why", "standup", "metrics", "status"),
    "settings",
)
"""Ours: what somebody needs in the first week."""
REST = "me"
GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "work": ("Work", ("ask", "tasks", "task", "stop", "retry", "quiet", "listen")),
    "records": (
        "Decisions and memory",
        ("decide", "decisions", "decision", "why", "remember", "memory"),
    ),
    "design": (
        "Architecture",
        (
            *("matrix", "matrices", "services", "service", "architecture", "review", "debt"),
            *("radar", "targets"),
        ),
    ),
    "meetings": (
        "Meetings",
        ("schedule", "standup", "sprint", "retro", "assessment", "learning", "away"),
    ),
    "numbers": ("Numbers", ("metrics", "measures", "survey", "cost", "gates")),
    "others": (
        "Other teams, conflicts, escalations",
        (
            *("handoff", "handoffs", "conflict", "conflicts"),
            *("escalate", "escalations", "escalation"),
        ),
    ),
    REST: ("The team and me", ()),
}
"""What one types behind `help` -> title and subcommands; no word is a subcommand's name."""
_NUMBER = re.compile(r"(ar|as|rt|ra|td|sp|sv|[tdxmcsphl])-?(\d{1,9})")
_NOUNS = {
    "t": "task",
    "d": "decision",
    "x": "escalation",
    "m": "matrix",
    "c": "conflict",
    "s": "schedule",
    "ar": "review",
    "td": "debt",
    "p": "targets",
    "h": "handoff",
    "l": "learning",
    "as": "assessment",
    "ra": "retro done",
    "rt": "retro",
    "sp": "sprint",
    "sv": "survey",
}
_NEEDS = {
    None: "",
    "look": "",
    "ask": "Needs the right `ask`.",
    "approve": "Needs the right `approve`.",
    "decide": "Needs the right `decide`.",
    "configure": "Needs the right `configure`.",
    "escalate": "Needs the right `escalate`.",
}
"""Rights as docs/access.md names them."""
_MOST_NAMED = 6
_BRIEF = 28
"""Ours: a longer usage is `help NAME`'s; fifty of them are a wall that nobody reads."""


def help_for(table: Mapping[str, Subcommand], words: str) -> Post:
    """Return the overview, with `words` a group, `all` of them, or how one subcommand is used.

    Raises UserFacingError with what was probably meant.
    """
    asked = words.casefold().strip()
    if not asked:
        return help_overview(_lines(table, EVERY_DAY), _left(table))
    if asked == "all":
        return help_card({title: _lines(table, names) for title, names in _grouped(table).values()})
    if asked in GROUPS:
        title, names = _grouped(table)[asked]
        return help_card({title: _lines(table, names)})
    return help_on(table, words)


def _grouped(table: Mapping[str, Subcommand]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return the groups, with what stands in none of them in the last."""
    placed = {name for _, names in GROUPS.values() for name in names}
    rest = tuple(name for name in table if name not in placed)
    return {
        word: (title, names + (rest if word == REST else ()))
        for word, (title, names) in GROUPS.items()
    }


def _lines(table: Mapping[str, Subcommand], names: Iterable[str]) -> list[tuple[str, str]]:
    return [(f"{COMMAND} {_brief(table[name])}", table[name].help) for name in names]


def _left(table: Mapping[str, Subcommand]) -> list[tuple[str, str]]:
    """Return each group with the names that the overview does not show."""
    return [
        (f"{COMMAND} help {word}", ", ".join(name for name in names if name not in EVERY_DAY))
        for word, (_, names) in _grouped(table).items()
    ]


def _brief(item: Subcommand) -> str:
    """Return the usage, or the bare name where the usage is longer than a line can bear."""
    return item.usage if len(item.usage) <= _BRIEF else f"{item.name} …"


def help_on(table: Mapping[str, Subcommand], words: str) -> Post:
    """Return how one subcommand is used; raises UserFacingError with what was probably meant."""
    name = words.removeprefix(COMMAND).split()[0].lower()
    item = table.get(name)
    if item is None:
        raise UserFacingError(
            f"I know no `{COMMAND} {name[:40]}`.", hint=meant(table, name[:40], "", before="help ")
        )
    return command_card(
        usage=f"{COMMAND} {item.usage}",
        about=item.help,
        needs=_NEEDS.get(item.act, ""),
        examples=tuple(f"{COMMAND} {example}" for example in EXAMPLES.get(name, ())),
    )


def meant(table: Mapping[str, Subcommand], name: str, words: str, *, before: str = "") -> str:
    """Return what a person who typed no known subcommand probably wanted to type."""
    numbered = _NUMBER.fullmatch(name)
    if numbered is not None and not before:
        noun = _NOUNS[numbered[1]]
        return f"Did you mean `{COMMAND} {noun} {numbered[1].upper()}-{numbered[2]}`?"
    if len(words.split()) > 2:  # a sentence: a wish without the word for it
        return f"To ask for work: `{COMMAND} ask {name} …`. `{COMMAND} help` lists all."
    begun = [known for known in table if name and known.startswith(name)]
    if 1 < len(begun) <= _MOST_NAMED:
        shown = ", ".join(f"`{COMMAND} {before}{known}`" for known in begun)
        return f"Did you mean one of {shown}?"
    found = begun[0] if len(begun) == 1 else closest(name, list(table))
    if found is not None:
        return f"Did you mean `{COMMAND} {before}{found}`?"
    return f"Try `{COMMAND} help`."
