"""What a text says once a person is forgotten: their id and their exact words are gone."""

import html
import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from bot.errors import UserFacingError

REMOVED = "[removed]"
_LEAST = 20
"""Characters: a shorter line, e.g. "thanks", is nobody's own."""
_MOST = 400
"""Lines of one thread that are looked for; a person who wrote more is asked for whole texts."""


def check_wish(text: str, public_id: str) -> None:
    """Raise UserFacingError for a task whose wish was removed: there is nothing to go on with."""
    if text.startswith(REMOVED[:-1]):
        raise UserFacingError(
            f"What {public_id} was to do has been removed.", hint="Ask for it anew."
        )


def new_pseudonym() -> str:
    """Return a name that says nothing about whose place it takes; it is never used again."""
    return f"forgotten-{secrets.token_hex(4)}"


def id_remover(user_id: str, pseudonym: str) -> Callable[[Any], Any]:
    """Return what puts the pseudonym in the place of a person's id, in texts and JSON."""
    own = re.escape(user_id)
    pattern = re.compile(rf"<@{own}(?:\|[^>]*)?>|\b{own}\b", re.IGNORECASE)
    return lambda value: _through(value, lambda text: pattern.sub(pseudonym, text))


def quote_remover(texts: Iterable[str]) -> Callable[[Any], Any] | None:
    """Return what removes exact quotes of the texts and of their lines; None for nothing to find.

    White space may differ, as may Slack's way to write `<`, `>` and `&`.
    """
    lines = {piece.strip() for text in texts for piece in (text, *text.splitlines())}
    own = sorted((line for line in lines if _is_own(line)), key=len, reverse=True)[:_MOST]
    forms = [form for line in own for form in dict.fromkeys((line, html.escape(line, quote=False)))]
    if not forms:
        return None
    words = (r"\s+".join(map(re.escape, form.split())) for form in forms)
    pattern = re.compile("|".join(words))
    return lambda value: _through(value, lambda text: pattern.sub(REMOVED, text))


def _is_own(line: str) -> bool:
    return len(line) >= _LEAST and not line.startswith("[removed")


def _through(value: Any, change: Callable[[str], str]) -> Any:
    """Return the value with every text in it changed; keys of objects stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_through(item, change) for item in value]
    if isinstance(value, dict):
        return {key: _through(item, change) for key, item in value.items()}
    return value
