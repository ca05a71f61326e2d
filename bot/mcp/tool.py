"""What a tool of ours is: a name, two shapes, a scope, and what it does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from bot.domain.mcp_token import Agent, Scope
from bot.domain.memory.graph import View
from bot.services.context import Context, Starter
from bot.services.mcp_rights import view_of


class Shape(BaseModel):
    """Arguments and results; on the wire in camel case, as the reference server writes them."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class Placed(Shape):
    """Arguments of every tool that looks from somewhere."""

    channel: str = Field(
        "",
        max_length=40,
        description="Id of a channel to look from, e.g. C012AB3CD: what only its members see is"
        " included, and what is written stays there. Without it: what the whole workspace sees.",
    )


@dataclass(frozen=True)
class Call:
    """Who calls, and what their call is served with."""

    ctx: Context
    agent: Agent
    starter: Starter | None = None
    """Who starts tasks; None: a running bot finds them."""

    async def view(self, arguments: Placed) -> View:
        """Return what is seen from there; raises NotAllowed and NotFound."""
        return await view_of(self.ctx, self.agent, arguments.channel.strip())


@dataclass(frozen=True)
class Tool:
    """`run` is handed arguments of the shape `arguments` and returns a `result`."""

    name: str
    title: str
    description: str
    scope: Scope
    arguments: type[BaseModel]
    result: type[BaseModel]
    run: Callable[[Call, Any], Awaitable[BaseModel]]
    reads: bool = True
    destroys: bool = False
    repeatable: bool = True
    """The same call again changes nothing more."""
    text: Callable[[Any], Any] = lambda result: result
    """What of the result its text holds, for clients that read no structured content."""


def schema_of(shape: type[BaseModel], *, result: bool = False) -> dict[str, Any]:
    """Return a shape's JSON schema in one piece: not every client follows references."""
    schema = shape.model_json_schema(
        by_alias=True, mode="serialization" if result else "validation"
    )
    shapes = schema.pop("$defs", {})
    schema.pop("description", None)
    whole: dict[str, Any] = _whole(schema, shapes)
    return whole


def _whole(part: Any, shapes: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_whole(item, shapes) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        named = shapes[str(part["$ref"]).rpartition("/")[2]]
        return _whole({**named, **{k: v for k, v in part.items() if k != "$ref"}}, shapes)
    return {
        key: {name: _whole(one, shapes) for name, one in value.items()}
        if key == "properties"
        else _whole(value, shapes)
        for key, value in part.items()
        if key != "title" or not isinstance(value, str)
    }
