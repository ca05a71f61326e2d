"""Refuses payloads without Slack's form, and takes out of the others what no database can store."""

from typing import Any

import structlog
from pydantic import ValidationError
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_internals import build_async_context

from handlers import forms

_IDS = (
    *("enterprise_id", "team_id", "user_id", "channel_id", "thread_ts", "function_execution_id"),
    *("actor_enterprise_id", "actor_team_id", "actor_user_id"),
)

log = structlog.get_logger(__name__)


def is_malformed(body: object) -> bool:
    """Say whether nothing may be done with a payload; what is wrong goes into the log."""
    if not isinstance(body, dict):
        log.warning("request.malformed", fields=[""])
        return True
    try:
        forms.check(body)
    except ValidationError as wrong:
        where = [".".join(map(str, error["loc"])) for error in wrong.errors(include_url=False)]
        log.warning("request.malformed", fields=where[:5])
        return True
    if not _bolt_reads(body):
        log.warning("request.malformed", fields=["ids"])
        return True
    return False


def _bolt_reads(body: dict[str, Any]) -> bool:
    """Say whether Bolt finds its ids, or none; it looks for them in many places, trusting all."""
    try:
        context = build_async_context(AsyncBoltContext({}), body)
    except (AttributeError, LookupError, TypeError):
        return False
    ids = [context.get(name) for name in _IDS]
    return all(one is None or (isinstance(one, str) and "\x00" not in one) for one in ids)


def smooth(body: dict[str, Any]) -> None:
    """Make a payload easy to read for all that comes after."""
    _clean(body)
    if body.get("type") == "view_submission":
        state = body["view"]["state"]
        state["values"] = Filled.of(state["values"])


class Filled(dict[str, Any]):
    """A modal's fields, where one that is not there reads as empty.

    A modal may have been opened by an older version of the bot, which had other fields.
    """

    @classmethod
    def of(cls, value: Any) -> Any:
        """Return `value` with its dicts like this, however deep."""
        if isinstance(value, dict):
            return cls({key: cls.of(inner) for key, inner in value.items()})
        return value

    def __missing__(self, key: str) -> "Filled":
        return Filled()


def _clean(value: Any) -> Any:
    """Take out, in place, what no database can store: NUL, and halves of UTF-16 pairs."""
    if isinstance(value, str):
        if "\x00" in value or not value.isascii():
            return value.replace("\x00", "").encode("utf-8", "replace").decode()
        return value
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(items):
        if isinstance(inner, str | dict | list):
            value[key] = _clean(inner)
    return value
