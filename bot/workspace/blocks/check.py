"""Refuses blocks that Slack would refuse, with Slack's wording and JSON pointers."""

import copy
import json
import operator
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.workspace import limits
from bot.workspace.blocks.kinds import AnyBlock
from bot.workspace.ids import new_id
from bot.workspace.shapes import Json, SlackError

_BLOCKS: TypeAdapter[Any] = TypeAdapter(list[AnyBlock])
_NOT_IN_VIEWS = frozenset({"markdown", "table", "plan", "task_card", "context_actions"})


def checked_blocks(value: object, *, most: int = limits.MESSAGE_BLOCKS) -> list[Json]:
    """Return a copy of the blocks with every id filled in.

    Raises SlackError `invalid_blocks_format`, `invalid_blocks` (with `response_metadata.messages`)
    or `msg_blocks_too_long`.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise SlackError("invalid_blocks_format") from None
    if not isinstance(value, list) or not all(isinstance(block, dict) for block in value):
        raise SlackError("invalid_blocks_format")
    problems = list(block_problems(value, most=most))
    if problems:
        raise invalid("invalid_blocks", problems)
    markdown = sum(len(block["text"]) for block in value if block["type"] == "markdown")
    if markdown > limits.MESSAGE_MARKDOWN:
        raise SlackError("msg_blocks_too_long")
    blocks = copy.deepcopy(value)
    fill_ids(blocks)
    return blocks


def block_problems(blocks: list[Json], *, most: int) -> Iterator[str]:
    """Yield one line per problem, as Slack words them."""
    if len(blocks) > most:
        yield f"no more than {most} items allowed [json-pointer:/blocks]"
    try:
        _BLOCKS.validate_python(blocks)
    except ValidationError as error:
        yield from (describe(detail, blocks, "/blocks") for detail in error.errors())
        return
    yield from _duplicates(blocks)
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield "only_one_table_allowed [json-pointer:/blocks]"


def view_block_problems(blocks: list[Json]) -> Iterator[str]:
    """Yield the problems of a modal's or Home tab's blocks."""
    yield from block_problems(blocks, most=limits.VIEW_BLOCKS)
    for index, block in enumerate(blocks):
        if block.get("type") in _NOT_IN_VIEWS:
            yield f"unsupported type: {block['type']} [json-pointer:/blocks/{index}/type]"


def invalid(code: str, problems: Sequence[str]) -> SlackError:
    """Return the error with its problems in the two places where Slack puts them."""
    lines = [f"[ERROR] {problem}" for problem in problems]
    return SlackError(code, errors=list(problems), response_metadata={"messages": lines})


def describe(detail: ErrorDetails, data: object, root: str) -> str:
    """Return one pydantic error in Slack's words with its JSON pointer."""
    path, rest = _walk(detail["loc"], data)
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "text_limit":
        path.append("text")
    name = rest[-1] if rest else ""
    wording = {
        "string_too_long": f"must be less than {_number(context, 'max_length', 1)} characters",
        "string_too_short": f"must be more than {_number(context, 'min_length', -1)} characters",
        "too_long": f"no more than {context.get('max_length')} items allowed",
        "too_short": f"no fewer than {context.get('min_length')} items allowed",
        "missing": f"missing required field: {name}",
        "extra_forbidden": f"invalid additional property: {path[-1] if path else name}",
        "union_tag_invalid": f"unsupported type: {context.get('tag')}",
        "union_tag_not_found": "missing required field: type",
    }.get(kind, detail["msg"])
    return f"{wording} [json-pointer:{root}{''.join(f'/{step}' for step in path)}]"


def _number(context: Json, name: str, plus: int) -> int:
    return int(context.get(name, 0)) + plus


def _walk(loc: tuple[int | str, ...], data: object) -> tuple[list[int | str], list[int | str]]:
    """Split a pydantic location into the real path and what is not in the data (type tags)."""
    path: list[int | str] = []
    rest: list[int | str] = []
    here: Any = data
    for step in loc:
        in_list = isinstance(here, list) and isinstance(step, int) and step < len(here)
        if in_list or (isinstance(here, dict) and step in here):
            here = operator.getitem(here, step)
            path.append(step)
        else:
            rest.append(step)
    return path, rest


def _duplicates(blocks: list[Json]) -> Iterator[str]:
    ids = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    for block_id, times in ids.items():
        if times > 1:
            yield f"`block_id` {block_id!r} already exists [json-pointer:/blocks]"
    for index, block in enumerate(blocks):
        actions = Counter(e["action_id"] for e in elements(block) if e.get("action_id"))
        for action_id, times in actions.items():
            if times > 1:
                yield f"`action_id` {action_id!r} already exists [json-pointer:/blocks/{index}]"


_ELEMENT_PLACES = ("elements", "actions", "accessory", "element")


def elements(block: Json) -> Iterator[Json]:
    """Yield the block's own elements (not those of child blocks)."""
    for place in _ELEMENT_PLACES:
        found = block.get(place)
        for element in found if isinstance(found, list) else [found]:
            if isinstance(element, dict):
                yield element


def walk_blocks(blocks: Sequence[Json]) -> Iterator[Json]:
    """Yield every block, containers' children and carousels' cards included."""
    for block in blocks:
        yield block
        yield from walk_blocks(block.get("child_blocks") or [])
        if block.get("type") == "carousel":
            yield from walk_blocks(block.get("elements") or [])


_NO_ACTION_ID = frozenset({"image", "plain_text", "mrkdwn", "card"})


def keep_ids(blocks: Sequence[Json], before: Sequence[Json]) -> None:
    """Give blocks that say what they said before the ids they had, where the app left them out.

    Somebody may press a button just as its view is published anew: it is still the same button.
    """
    taken = {block["block_id"] for block in blocks if block.get("block_id")}
    known: dict[str, list[str]] = {}
    for block in before:
        if block["block_id"] not in taken:
            known.setdefault(_said(block), []).append(block["block_id"])
    for block in blocks:
        ids = known.get(_said(block))
        if ids and not block.get("block_id"):
            block["block_id"] = ids.pop(0)


def _said(block: Json) -> str:
    return json.dumps({k: v for k, v in block.items() if k != "block_id"}, sort_keys=True)


def fill_ids(blocks: Sequence[Json]) -> None:
    """Give blocks and interactive elements the ids that the app left out, as Slack does."""
    for block in walk_blocks(blocks):
        if not block.get("block_id"):
            block["block_id"] = new_id("b")
        if block.get("type") == "rich_text":
            continue
        for element in elements(block):
            if element.get("type") not in _NO_ACTION_ID and not element.get("action_id"):
                element["action_id"] = new_id("a")
