"""What the elements of a view or message hold: initial values, given values, missing ones."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.workspace.blocks.check import elements, walk_blocks
from bot.workspace.shapes import Json, SlackError

# Element type -> (name of its value in `state.values`, name of its initial value).
_VALUE = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", ""),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_LISTS = frozenset(
    name for name, (key, _) in _VALUE.items() if key.endswith("s") and key != "files"
)


def stateful(element_type: str) -> bool:
    """Say whether elements of this type stand in `state.values`."""
    return element_type in _VALUE


def fields(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield (block, element) for every element that holds a value."""
    for block in walk_blocks(blocks):
        for element in elements(block):
            if element.get("type") in _VALUE:
                yield block, element


def find(blocks: Sequence[Json], action_id: str, block_id: str = "") -> tuple[Json, Json]:
    """Return (block, element) with this action id; raises `action_not_found`."""
    for block in walk_blocks(blocks):
        if block_id and block.get("block_id") != block_id:
            continue
        for element in elements(block):
            if element.get("action_id") == action_id:
                return block, element
    raise SlackError("action_not_found")


def held(element: Json, value: Any) -> Json:
    """Return the state of an element holding `value` (an option's value, a text, a date …).

    A dict with a `type` is taken as it is.
    """
    if isinstance(value, dict) and "type" in value:
        return value
    kind = element["type"]
    name = _VALUE[kind][0]
    if name == "selected_option":
        value = _option(element, value)
    elif name == "selected_options":
        value = [_option(element, one) for one in value or []]
    return {"type": kind, name: value}


def _option(element: Json, value: Any) -> Any:
    if value is None or isinstance(value, dict):
        return value
    groups = element.get("option_groups") or []
    options = [*element.get("options", ()), *(o for group in groups for o in group["options"])]
    for option in options:
        if value in (option["value"], option["text"]["text"]):
            return option
    raise SlackError("option_not_found")


def values(blocks: Sequence[Json], given: Json) -> Json:
    """Return `state.values`: what was given over what the blocks start with.

    `given` is `{block_id: {action_id: value}}` or, shorter, `{block_id: value}`.
    """
    state: Json = {}
    for block, element in fields(blocks):
        block_id, action_id = block["block_id"], element["action_id"]
        wanted = given.get(block_id, {})
        if not isinstance(wanted, dict) or "type" in wanted:
            wanted = {action_id: wanted}
        initial = element.get(_VALUE[element["type"]][1])
        if initial is None and element["type"] in _LISTS:
            initial = []
        held_value = held(element, wanted.get(action_id, initial))
        state.setdefault(block_id, {})[action_id] = held_value
    return state


def incomplete(blocks: Sequence[Json], state: Json) -> Json:
    """Return `{block_id: sentence}` for the inputs that Slack's client would not submit."""
    errors: Json = {}
    for block, element in fields(blocks):
        if block.get("type") != "input":
            continue
        value = state[block["block_id"]][element["action_id"]].get(_VALUE[element["type"]][0])
        if value in (None, "", []):
            if not block.get("optional"):
                errors[block["block_id"]] = "Please complete this required field."
        elif isinstance(value, str):
            errors.update(_length(block["block_id"], element, value))
    return errors


def _length(block_id: str, element: Json, value: str) -> Json:
    if len(value) < (element.get("min_length") or 0):
        return {block_id: f"Must be at least {element['min_length']} characters long."}
    if len(value) > (element.get("max_length") or 3000):
        return {block_id: f"Must be at most {element.get('max_length', 3000)} characters long."}
    return {}
