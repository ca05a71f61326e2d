"""What `/lead service …` asks for, read from its words."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.domain.service import DependencyKind, check_name, read_kind
from bot.errors import UserFacingError

_USER = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>")
_DEPENDS = re.compile(
    r"(?P<a>.+?)\s+(?P<no>no longer\s+)?depends\s+on\s+(?P<b>.+?)"
    r"(?:\s+(?:by|via)\s+(?P<kind>\S+))?",
    re.IGNORECASE,
)
_OWNER = re.compile(r"(?P<a>.+?)\s+owner\s+(?P<who>\S+)", re.IGNORECASE)
_LINK = re.compile(r"(?P<a>.+?)\s+(?P<what>docs|runbook)\s+(?P<url>\S+)", re.IGNORECASE)
_URL = re.compile(r"<?(?P<url>https?://[^\s<>|\"]{1,480})(?:\|[^>]*)?>?", re.IGNORECASE)
_ABOUT = re.compile(r"(?P<a>.+?)\s+about\s+(?P<text>.+)", re.IGNORECASE | re.DOTALL)
_ADD = re.compile(r"add\s+(?P<a>.+)", re.IGNORECASE)
_LOOKED_AT = re.compile(r"(?P<a>.+?)\s+(?P<what>history|quality)", re.IGNORECASE)
_UNSAID = re.compile(r".+?\s+(?P<what>owner|depends\s+on|about|docs|runbook)|add", re.IGNORECASE)
"""What wants more behind it."""
_EXAMPLES = {
    "add": "add billing",
    "owner": "billing owner @maya",
    "depends on": "billing depends on ledger by calls",
    "about": "billing about charges cards",
    "docs": "billing docs https://…",
    "runbook": "billing runbook https://…",
}
_LONGEST_ABOUT = 300
Verb = Literal[
    "show",
    "history",
    "quality",
    "add",
    "owner",
    "about",
    "docs",
    "runbook",
    "connect",
    "disconnect",
]


@dataclass(frozen=True)
class Words:
    """One thing to do with the service `name`."""

    verb: Verb
    name: str
    other: str = ""
    kind: DependencyKind | None = None
    owner_id: str | None = None
    text: str = ""


def read(words: str) -> Words:
    """Return what is asked for; raises UserFacingError with an example."""
    text = words.strip()
    if not text:
        raise UserFacingError("Name a service.", hint="`/lead services` lists them.")
    if match := _DEPENDS.fullmatch(text):
        kind = read_kind(match["kind"]) if match["kind"] else None
        verb: Verb = "disconnect" if match["no"] else "connect"
        if verb == "connect" and kind is None:
            raise UserFacingError(
                "How does it depend on it?", hint=f"E.g. `/lead service {text[:80]} by calls`."
            )
        return Words(verb, check_name(match["a"]), check_name(match["b"]), kind=kind)
    if match := _ADD.fullmatch(text):
        return Words("add", check_name(match["a"]))
    _check_whole(text)
    if match := _OWNER.fullmatch(text):
        return Words("owner", check_name(match["a"]), owner_id=_owner(match["who"]))
    if match := _ABOUT.fullmatch(text):
        about = " ".join(match["text"].split())
        if len(about) > _LONGEST_ABOUT:
            raise UserFacingError(f"That is more than {_LONGEST_ABOUT} characters.")
        return Words("about", check_name(match["a"]), text=about)
    if match := _LINK.fullmatch(text):
        verb = "docs" if match["what"].lower() == "docs" else "runbook"
        return Words(verb, check_name(match["a"]), text=_url(match["url"]))
    if match := _LOOKED_AT.fullmatch(text):
        verb = "quality" if match["what"].lower() == "quality" else "history"
        return Words(verb, check_name(match["a"]))
    return Words("show", check_name(text))


def _check_whole(text: str) -> None:
    if match := _UNSAID.fullmatch(text):
        what = " ".join((match["what"] or "add").lower().split())
        raise UserFacingError(
            "That ends too early.", hint=f"E.g. `/lead service {_EXAMPLES[what]}`."
        )


def _url(word: str) -> str:
    """Return an address, empty for `none`; raises UserFacingError."""
    if word.lower() == "none":
        return ""
    match = _URL.fullmatch(word)
    if match is None:
        raise UserFacingError("Give an address, or `none`.", hint="E.g. `docs https://…`.")
    return match["url"]


def _owner(word: str) -> str | None:
    if word.lower() == "none":
        return None
    match = _USER.fullmatch(word)
    if match is None:
        raise UserFacingError("Name a person as owner, or `none`.", hint="E.g. `owner @maya`.")
    return match["id"]
