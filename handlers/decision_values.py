"""Reads a decision's form: every field checked, what does not fit named at its field."""

import re
from datetime import date
from typing import Any

from bot.domain.decision import DecisionRecord
from bot.domain.decision.lines import read_items, read_options
from bot.domain.setting.kinds import People, Whole
from bot.errors import UserFacingError
from bot.services.recording import Terms
from bot.slack.cards.decision_form import TEXTS

Values = dict[str, Any]

_LISTS = (
    "drivers",
    "consequences",
    "services",
    "specialists",
    "decision_makers",
    "consulted",
    "informed",
)
_ID = re.compile(r"[dD]?-?(\d{1,9})")


class FormRefused(Exception):
    """Fields that do not fit: what is wrong, by block id."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


def typed(values: Values, block: str) -> str:
    """Return what was typed into a field."""
    return str(values.get(block, {}).get("text", {}).get("value") or "").strip()


def chosen(values: Values, block: str) -> str:
    """Return which option was chosen."""
    option = values.get(block, {}).get("choice", {}).get("selected_option") or {}
    return str(option.get("value", ""))


def read_record(values: Values, before: DecisionRecord | None = None) -> DecisionRecord:
    """Return the record of a form; what the form does not hold stays as it was."""
    fields: dict[str, Any] = {
        name: typed(values, name) for name in ("title", "context", "outcome", *TEXTS)
    }
    fields |= {name: read_items(typed(values, name)) for name in _LISTS}
    fields["options"] = read_options(typed(values, "options"))
    if before is None:
        return DecisionRecord(**fields)
    return before.model_copy(update=fields)


def read_terms(values: Values, *, today: date) -> Terms:
    """Return the terms of a form. Raises FormRefused."""
    errors: dict[str, str] = {}
    found: dict[str, Any] = {}
    for name, read in (
        ("groups", _groups),
        ("quorum", _quorum),
        ("supersedes", _numbers),
        ("amends", _numbers),
        ("relates_to", _numbers),
    ):
        try:
            found[name] = read(typed(values, name))
        except UserFacingError as refused:
            errors[name] = refused.sentence()
    for name in ("review_by", "expires_on"):
        try:
            found[name] = _day(values, name, today=today)
        except UserFacingError as refused:
            errors[name] = refused.sentence()
    if errors:
        raise FormRefused(errors)
    users = values.get("approvers", {}).get("users", {}).get("selected_users") or ()
    approvers = tuple(dict.fromkeys([*map(str, users), *found.pop("groups")]))
    return Terms(approvers=approvers, **found)


def _groups(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    found = People().parse(text)
    named = found if isinstance(found, tuple) else ()
    if any(item[0] not in "SUW" or item.islower() for item in named):
        raise UserFacingError("Name user groups or people.", hint="E.g. S0BACKEND1.")
    return named


def _quorum(text: str) -> int | None:
    return int(str(Whole(1, 20).parse(text))) if text else None


def _numbers(text: str) -> tuple[int, ...]:
    words = [word for word in re.split(r"[\s,;]+", text) if word]
    found = [_ID.fullmatch(word) for word in words]
    if not all(found):
        raise UserFacingError("I need decisions' numbers.", hint="E.g. D-2, D-7.")
    return tuple(dict.fromkeys(int(match[1]) for match in found if match))


def _day(values: Values, block: str, *, today: date) -> date | None:
    given = values.get(block, {}).get("date", {}).get("selected_date")
    if not given:
        return None
    try:
        day = date.fromisoformat(str(given))
    except ValueError:
        raise UserFacingError("I cannot read that day.") from None
    if day <= today:
        raise UserFacingError("That day is not in the future.")
    return day
