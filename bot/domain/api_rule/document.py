"""An OpenAPI 3 document as far as the rules read it; what is not as it should be is left out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from bot.errors import UserFacingError

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
_MOST_HOPS = 20
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """One method of one path, with the parameters that it shares with the path's others."""

    path: str
    method: str
    body: Json
    parameters: tuple[Json, ...]

    @property
    def name(self) -> str:
        """How it is called in a finding."""
        return f"{self.method.upper()} {self.path}"


class Api:
    """A document; raises UserFacingError when it is no OpenAPI 3."""

    def __init__(self, document: object) -> None:
        if not isinstance(document, Mapping):
            raise UserFacingError("This is no OpenAPI document.")
        if "swagger" in document:
            raise UserFacingError("This is Swagger 2.", hint="I read OpenAPI 3; converters exist.")
        version = str(document.get("openapi", ""))  # YAML reads 3.1 as a number
        if not re.fullmatch(r"3\.\d{1,3}(\.\d{1,3})?", version):
            raise UserFacingError(
                "This is no OpenAPI 3 document.", hint="It starts with `openapi: 3…`."
            )
        self.document: Json = document
        self.operations = tuple(self._operations())

    def _operations(self) -> Iterator[Operation]:
        for path, item in mapping(self.document.get("paths")).items():
            shared = self.listed(mapping(self.resolved(item)).get("parameters"))
            for method in METHODS:
                body = mapping(self.resolved(item)).get(method)
                if isinstance(body, Mapping):
                    own = self.listed(body.get("parameters"))
                    yield Operation(str(path), method, body, (*shared, *own))

    def listed(self, value: object) -> tuple[Json, ...]:
        """Return the objects of a list, references followed."""
        items = value if isinstance(value, list) else []
        return tuple(mapping(self.resolved(one)) for one in items)

    def resolved(self, value: object) -> object:
        """Follow references within the document; {} for one that leads nowhere."""
        for _ in range(_MOST_HOPS):
            if not isinstance(value, Mapping) or "$ref" not in value:
                return value
            value = self.at(value["$ref"])
        return {}

    def at(self, ref: object) -> object:
        """Return what a reference names, None for nothing; other files are not opened."""
        if not isinstance(ref, str) or not ref.startswith("#/"):
            return None
        found: object = self.document
        for part in ref[2:].split("/"):
            found = _inside(found, unquote(part).replace("~1", "/").replace("~0", "~"))
        return found

    def responses(self, operation: Operation) -> Iterator[tuple[str, Json]]:
        """Yield status and response."""
        for status, response in mapping(operation.body.get("responses")).items():
            yield str(status), mapping(self.resolved(response))

    def schemas(self, response: Json) -> Iterator[tuple[str, object]]:
        """Yield media type and schema, its reference not followed."""
        for media, content in mapping(response.get("content")).items():
            yield str(media), mapping(content).get("schema")

    def properties(self) -> Iterator[tuple[str, str]]:
        """Yield schema and property of the document's shared schemas."""
        for name, schema in mapping(
            mapping(self.document.get("components")).get("schemas")
        ).items():
            for key in mapping(mapping(schema).get("properties")):
                yield str(name), str(key)

    def references(self) -> Iterator[str]:
        """Yield every reference, also those that lead to other documents."""
        waiting: list[object] = [self.document]
        while waiting:
            value = waiting.pop()
            if isinstance(value, Mapping):
                ref = value.get("$ref")
                if isinstance(ref, str):
                    yield ref
                waiting.extend(value.values())
            elif isinstance(value, list):
                waiting.extend(value)


def _inside(value: object, key: str) -> object:
    """Return a part of an object or a list, None when there is none."""
    if isinstance(value, Mapping):
        return value.get(key, value.get(int(key)) if _is_index(key) else None)
    if isinstance(value, list) and _is_index(key) and int(key) < len(value):
        return value[int(key)]
    return None


def _is_index(key: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,6}", key))


def mapping(value: object) -> Json:
    """Return an object, an empty one for what is none."""
    return value if isinstance(value, Mapping) else {}
