"""A note: one thing said of something that has a kind and a name, with who, when and from where."""

import re
from dataclasses import dataclass
from datetime import datetime

from bot.domain.redaction import redact
from bot.errors import UserFacingError

LONGEST_NAME = 200
LONGEST_TEXT = 4_000
"""Characters of one observation; ours: a page, more belongs into a document."""
COLLECTIONS: dict[str, tuple[str, ...]] = {
    "architectural_decisions": ("decision", "architecture"),
    "performance_benchmarks": ("baseline",),
    "service_dependencies": ("service",),
    "technology_evaluations": ("evaluation", "technology"),
    "lessons_learned": ("lesson",),
    "patterns_applied": ("pattern",),
    "design_patterns": ("design-pattern",),
    "performance_optimizations": ("optimisation",),
    "troubleshooting_guides": ("guide",),
    "best_practices": ("practice",),
}
"""The seed's six collections and the four parts of its knowledge base, by the kinds in each."""
KINDS = (*(kind for kinds in COLLECTIONS.values() for kind in kinds), "task", "specialist", "note")
"""The kinds that we use ourselves; another agent's may be any word."""
_ALIASES = {
    "backend_architectural_decision": "decision",
    "performance_baseline": "baseline",
    "optimization": "optimisation",
    "best-practice": "practice",
    "troubleshooting": "guide",
    **{name: kinds[0] for name, kinds in COLLECTIONS.items()},
}
_PERSON = re.compile(r"<@[^>]*>")
_KIND = re.compile(r"[^\W_][\w .-]{0,39}")


@dataclass(frozen=True)
class Relation:
    """How the noted thing stands to another one, e.g. `affects_service` to a service."""

    kind: str
    to: str
    """The other one's name; it is made where it is not known."""
    to_kind: str = "note"


@dataclass(frozen=True)
class Note:
    """Something to remember. What a private channel says stays there (`bot.services.memory`)."""

    workspace_id: str
    channel_id: str | None
    """Where it was said; None: it is for the whole workspace. The channel must be known."""
    kind: str
    name: str
    text: str
    """Empty: only that the thing exists, or how it relates."""
    author: str | None
    """The person; None: the lead, from its records."""
    source: str
    """What it comes from, as people call it, e.g. `D-12`; empty: the person's own words."""
    at: datetime
    relations: tuple[Relation, ...] = ()
    ts: str = ""
    """The message that says so."""
    thread_id: str | None = None


def key_of(name: str) -> str:
    """Return how a thing is looked up, whatever the case and the spaces."""
    return " ".join(name.split()).casefold()[:LONGEST_NAME]


def kind_of(word: str) -> str:
    """Return a kind by its own name or another's for it; raises UserFacingError for no word."""
    plain = " ".join(word.split()).casefold()
    found = _ALIASES.get(plain, _ALIASES.get(plain.replace(" ", "_"), plain.replace(" ", "-")))
    if not _KIND.fullmatch(found):
        raise UserFacingError(
            f"“{word[:40]}” is no kind of thing.", hint=f"E.g. {', '.join(KINDS[:6])}."
        )
    return found


def check_name(text: str) -> str:
    """Return a name in one line, without people's ids and secrets; raises UserFacingError."""
    plain = " ".join(redact(_PERSON.sub("", text)).split()).strip('`"“” ')
    if not plain:
        raise UserFacingError("What is it called?", hint="E.g. `/lead remember orders: …`.")
    return plain[:LONGEST_NAME].rstrip()


def check_text(text: str) -> str:
    """Return what is to be remembered, without secrets; raises UserFacingError when too long."""
    plain = redact(text.strip())
    if len(plain) > LONGEST_TEXT:
        raise UserFacingError(
            f"That is {len(plain):,} characters; I remember at most {LONGEST_TEXT:,} at once.",
            hint="Say it shorter, or in several notes.",
        )
    return plain
