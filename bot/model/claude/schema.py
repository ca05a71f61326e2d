"""Writes a type as the part of JSON Schema that the Messages API takes as an answer's form.

What it does not take (limits, patterns, defaults) is said in the description, where a model reads
it, as Anthropic's own SDK does; a test holds this beside the SDK for every type of ours.
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel

Schema = dict[str, Any]

_FORMATS: Final = frozenset(
    ("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid")
)
_CHOICES: Final = ("anyOf", "oneOf", "allOf")


@cache
def output_config(result_type: type[BaseModel]) -> dict[str, Any]:
    """Return the `output_config` that asks for JSON of a type.

    Kept per type: writing it anew was 40 % of a call's CPU time.
    """
    return {"format": {"type": "json_schema", "schema": strict(result_type.model_json_schema())}}


def strict(schema: Mapping[str, Any]) -> Schema:
    """Return a schema without what the API refuses; raises ValueError for one without a form."""
    rest = dict(schema)
    kept: Schema = {}
    if (definitions := rest.pop("$defs", None)) is not None:
        kept["$defs"] = {name: strict(each) for name, each in definitions.items()}
    if "$ref" in rest:
        return {**kept, "$ref": rest["$ref"]}
    kind = _form(rest, kept)
    for name in ("description", "title"):
        if (text := rest.pop(name, None)) is not None:
            kept[name] = text
    if kind in _PARTS:
        _PARTS[kind](rest, kept)
    if rest:
        said = f"{kept['description']}\n\n" if "description" in kept else ""
        more = ", ".join(f"{name}: {value}" for name, value in rest.items())
        kept["description"] = f"{said}{{{more}}}"
    return kept


def _form(rest: Schema, kept: Schema) -> str | None:
    """Move what says which values there are; return the type where parts may follow."""
    kind: str | None = rest.pop("type", None)
    choices = [(name, found) for name in _CHOICES if (found := rest.pop(name, None)) is not None]
    if rest.get("enum"):
        kept["enum"] = rest.pop("enum")
    if "const" in rest:
        kept["const"] = rest.pop("const")
    is_listed = "enum" in kept or "const" in kept
    if choices:
        name, found = choices[0]
        kept["anyOf" if name == "oneOf" else name] = [strict(each) for each in found]
    elif kind is not None and not is_listed:
        kept["type"] = kind
    elif not is_listed:
        raise ValueError("a schema needs a type, choices or listed values")
    return None if is_listed else kind


def _object(rest: Schema, kept: Schema) -> None:
    properties = rest.pop("properties", {})
    kept["properties"] = {name: strict(each) for name, each in properties.items()}
    rest.pop("additionalProperties", None)
    kept["additionalProperties"] = False
    if (required := rest.pop("required", None)) is not None:
        kept["required"] = required


def _string(rest: Schema, kept: Schema) -> None:
    if (form := rest.pop("format", None)) is not None:
        (kept if form in _FORMATS else rest)["format"] = form


def _array(rest: Schema, kept: Schema) -> None:
    if (items := rest.pop("items", None)) is not None:
        kept["items"] = strict(items)
    if (least := rest.pop("minItems", None)) is not None:
        (kept if least in (0, 1) else rest)["minItems"] = least


_PARTS: Final[Mapping[str | None, Callable[[Schema, Schema], None]]] = MappingProxyType(
    {"object": _object, "string": _string, "array": _array}
)
