"""Fields of forms: an element under its label, of the kinds that several forms ask with.

Handlers read them by block and by the element's action id, which each of these names.
"""

from collections.abc import Collection, Sequence
from datetime import date

from bot.slack import limits
from bot.slack.post import Block
from bot.slack.text import clip, line


def plain(text: str) -> Block:
    """Return text as Slack takes it where there is no markup."""
    return {"type": "plain_text", "text": text}


def field(
    label: str, block_id: str, element: Block, *, optional: bool = True, hint: str = ""
) -> Block:
    """Return an element under its label."""
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "optional": optional,
        "label": plain(label),
        "element": element,
    }
    if hint:
        made["hint"] = plain(hint)
    return made


def day_field(
    label: str, block_id: str, initial: date | None = None, *, optional: bool = True
) -> Block:
    """Ask for a day; the action id is `date`."""
    element: Block = {"type": "datepicker", "action_id": "date"}
    if initial is not None:
        element["initial_date"] = initial.isoformat()
    return field(label, block_id, element, optional=optional)


def person_field(label: str, block_id: str, initial: str = "", *, optional: bool = True) -> Block:
    """Ask for one person; the action id is `user`."""
    element: Block = {
        "type": "users_select",
        "action_id": "user",
        "placeholder": plain("Choose a person"),
    }
    if initial:
        element["initial_user"] = initial
    return field(label, block_id, element, optional=optional)


def people_field(
    label: str,
    block_id: str,
    chosen: Collection[str] = (),
    *,
    placeholder: str = "",
    hint: str = "",
) -> Block:
    """Ask for any number of people, or nobody; the action id is `users`."""
    element: Block = {"type": "multi_users_select", "action_id": "users"}
    if placeholder:
        element["placeholder"] = plain(placeholder)
    if chosen:
        element["initial_users"] = list(chosen)
    return field(label, block_id, element, hint=hint)


def one_field(
    label: str,
    block_id: str,
    options: Sequence[tuple[str, str]],
    *,
    chosen: str | None,
    nothing: str,
) -> Block:
    """Ask for one of (value, what people read), or none, called `nothing`; it is `choice`."""
    shown = options_of(options)
    element: Block = {
        "type": "static_select",
        "action_id": "choice",
        "placeholder": plain(nothing),
        "options": shown,
    }
    if chosen is not None:
        element["initial_option"] = next(each for each in shown if each["value"] == chosen)
    return field(label, block_id, element)


def several_field(
    label: str,
    block_id: str,
    options: Sequence[tuple[str, str]],
    *,
    chosen: Collection[str] = (),
    most: int = 0,
    optional: bool = True,
) -> Block:
    """Ask for several of (value, what people read), at most `most`; it is `choices`."""
    shown = options_of(options)
    element: Block = {"type": "multi_static_select", "action_id": "choices", "options": shown}
    first = [each for each in shown if each["value"] in chosen]
    if first:
        element["initial_options"] = first
    if most:
        element["max_selected_items"] = most
    return field(label, block_id, element, optional=optional)


def options_of(options: Sequence[tuple[str, str]]) -> list[Block]:
    """Return (value, what people read) as Slack's options."""
    return [
        {"value": value, "text": plain(clip(line(text), limits.BUTTON_TEXT))}
        for value, text in options
    ]
