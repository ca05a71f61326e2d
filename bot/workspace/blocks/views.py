"""Refuses modals and Home tabs that Slack would refuse."""

import copy
import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from bot.workspace import limits
from bot.workspace.blocks.check import describe, fill_ids, invalid, keep_ids, view_block_problems
from bot.workspace.blocks.objects import Identifier, Part, Plain24
from bot.workspace.shapes import Json, SlackError


class _View(Part):
    blocks: list[Any]
    private_metadata: Annotated[str, Field(max_length=limits.PRIVATE_METADATA)] | None = None
    callback_id: Identifier | None = None
    external_id: Identifier | None = None


class Modal(_View):
    type: Literal["modal"]
    title: Plain24
    submit: Plain24 | None = None
    close: Plain24 | None = None
    clear_on_close: bool | None = None
    notify_on_close: bool | None = None
    submit_disabled: bool | None = None


class Home(_View):
    type: Literal["home"]


_VIEW: TypeAdapter[Any] = TypeAdapter(Annotated[Modal | Home, Field(discriminator="type")])


def checked_view(
    value: object, *, kind: Literal["modal", "home"], before: Json | None = None
) -> Json:
    """Return a copy of the view with its ids filled in.

    Blocks that stand in the view `before` as well keep the ids they have there.
    Raises SlackError `invalid_arguments` with the problems, or `view_too_large`.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            value = None
    if not isinstance(value, dict):
        raise invalid("invalid_arguments", ["invalid view [json-pointer:/view]"])
    if len(json.dumps(value)) > limits.VIEW_BYTES:
        raise SlackError("view_too_large")
    problems = list(_problems(value, kind))
    if problems:
        raise invalid("invalid_arguments", problems)
    view = copy.deepcopy(value)
    if before is not None:
        keep_ids(view["blocks"], before["blocks"])
    fill_ids(view["blocks"])
    return view


def _problems(view: Json, kind: str) -> Iterator[str]:
    try:
        _VIEW.validate_python(view)
    except ValidationError as error:
        yield from (describe(detail, view, "/view") for detail in error.errors())
        return
    if view["type"] != kind:
        yield f"must be of type {kind} [json-pointer:/view/type]"
    blocks = view["blocks"]
    if not all(isinstance(block, dict) for block in blocks):
        yield "must be an object [json-pointer:/view/blocks]"
        return
    for problem in view_block_problems(blocks):
        yield problem.replace("[json-pointer:/blocks", "[json-pointer:/view/blocks")
    has_input = any(block.get("type") == "input" for block in blocks)
    if kind == "modal" and has_input and not view.get("submit"):
        yield "missing required field: submit [json-pointer:/view]"
