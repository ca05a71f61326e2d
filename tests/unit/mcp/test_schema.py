"""The memory tools' shapes are the reference server's; every tool says what it does and takes."""

from typing import Any

import pytest

from bot.mcp.server import TOOLS, WIRE
from tests.unit.mcp import reference_tools


def short(schema: dict[str, Any], *, required: bool = True) -> Any:
    """Return a JSON schema as the reference's list is written; only what must be given."""
    if schema["type"] == "array":
        return [short(schema["items"], required=required)]
    if schema["type"] != "object":
        return schema["type"]
    fields = schema.get("required", []) if required else schema["properties"]
    return {name: short(schema["properties"][name], required=required) for name in fields}


@pytest.mark.parametrize("name", reference_tools.TOOLS)
def test_what_the_reference_takes_and_gives_ours_does(name: str) -> None:
    """Ours demands nothing more, and gives at least as much, under the same names."""
    wire, theirs = WIRE[name], reference_tools.TOOLS[name]
    assert wire.output_schema is not None
    assert wire.annotations is not None
    assert short(wire.input_schema) == theirs["takes"]
    given = short({**wire.output_schema, "required": list(theirs["gives"])})
    assert given == theirs["gives"]
    hints = wire.annotations.model_dump(by_alias=True, exclude_none=True)
    assert hints.items() >= theirs["hints"].items()


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_explains_itself(name: str) -> None:
    wire = WIRE[name]
    assert "$ref" not in str(wire.model_dump())
    assert (wire.description or "").endswith(".")
    for field, schema in wire.input_schema["properties"].items():
        described = "description" in schema or schema["type"] == "array"
        assert described, field


def test_only_what_reads_says_that_it_reads() -> None:
    reading = {name for name, tool in TOOLS.items() if tool.reads}
    assert reading == {name for name, tool in TOOLS.items() if tool.scope.endswith(":read")}
