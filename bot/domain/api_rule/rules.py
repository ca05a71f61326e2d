"""The rules, by their ids. Each looks at its own places of a document and says what is missing.

The seed asks for versioned APIs (api_versioning_compliance) and for more than 90 % compliance with
its standards. The wording of each rule is ours, after RFC 9457 (problem+json) and the usual
guidelines of REST.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.api_rule.document import Api, Operation, mapping

Places = Iterator[tuple[str, str]]
"""A place that was looked at, and what is wrong there; empty: nothing."""


@dataclass(frozen=True)
class ApiRule:
    """One rule; `check` yields every place that it looks at."""

    id: str
    words: str
    check: Callable[[Api], Places]


_VERSION = re.compile(r"(?:^|[/.-])v\d{1,4}(?:[./-]|$)|/\d{4}-\d{2}-\d{2}(?:/|$)", re.IGNORECASE)
_VERSION_NAME = re.compile(r"^(?:x-)?(?:api-?)?version$|^accept-version$", re.IGNORECASE)
_SEGMENT = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_VERB = re.compile(r"(?!add-?on)(?:get|create|update|delete|remove|add|list|fetch)(?:[-_A-Z]|$)")
_PAGING = re.compile(
    r"limit|offset|page(?:[-_ ]?(?:size|number|token|no))?|per[-_]?page|size|cursor|after|before"
    r"|first|last|top|skip|page\[.*\]|\$top|\$skip|continuation[-_]?token|max[-_]?results|start",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+")
_SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")


def _versions(api: Api) -> Places:
    """Each path carries a version: in itself, in every server's address, a header or the query."""
    servers = [str(mapping(one).get("url", "")) for one in api.listed(api.document.get("servers"))]
    everywhere = bool(servers) and all(_VERSION.search(url) for url in servers)
    for operation in api.operations:
        named = any(
            one.get("in") in ("header", "query") and _VERSION_NAME.match(str(one.get("name", "")))
            for one in operation.parameters
        )
        kept = everywhere or named or _VERSION.search(operation.path)
        yield operation.name, "" if kept else "no version in path, server, header or query"


def _is_error(status: str) -> bool:
    return status[:1] in ("4", "5") or status == "default"


def _documented_errors(api: Api) -> Places:
    for operation in api.operations:
        kept = any(_is_error(status) for status, _ in api.responses(operation))
        yield operation.name, "" if kept else "no error response is described"


def _error_shape(api: Api) -> Places:
    """Errors are problem+json, or all of one shared schema."""
    found = [
        (operation.name, status, media, mapping(schema).get("$ref"))
        for operation in api.operations
        for status, response in api.responses(operation)
        if _is_error(status)
        for media, schema in api.schemas(response)
    ]
    shared = Counter(str(ref) for *_, media, ref in found if ref and "problem+json" not in media)
    usual = shared.most_common(1)[0][0] if shared else ""
    for name, status, media, ref in found:
        kept = "problem+json" in media or (ref is not None and ref == usual)
        yield f"{name} {status}", "" if kept else f"{media} is neither problem+json nor shared"


def _pagination(api: Api) -> Places:
    for operation in api.operations:
        if operation.method != "get" or not _is_list(api, operation):
            continue
        names = [str(one.get("name", "")) for one in operation.parameters]
        kept = any(_PAGING.fullmatch(name) for name in names)
        yield operation.name, "" if kept else "a list without pagination"


def _is_list(api: Api, operation: Operation) -> bool:
    """Whether it answers with an array, bare or as `items`, `data`, `results` of a collection."""
    for status, response in api.responses(operation):
        if not status.startswith("2"):
            continue
        for _, schema in api.schemas(response):
            read = mapping(api.resolved(schema))
            if _is_array(read):
                return True
            if operation.path.endswith("}"):
                continue  # one thing, which may have lists in it
            inside = mapping(read.get("properties"))
            wrapped = (inside.get(key) for key in ("items", "data", "results", "content", "value"))
            if any(_is_array(mapping(api.resolved(one))) for one in wrapped):
                return True
    return False


def _is_array(schema: Mapping[str, Any]) -> bool:
    kind = schema.get("type")
    return kind == "array" or (isinstance(kind, list) and "array" in kind)


def _authentication(api: Api) -> Places:
    """Each operation says who may call it; `security: []` says that everybody may."""
    schemes = mapping(mapping(api.document.get("components")).get("securitySchemes"))
    everywhere = api.document.get("security")
    for operation in api.operations:
        own = operation.body.get("security", everywhere)
        if not isinstance(own, list):
            yield operation.name, "nothing says who may call it"
            continue
        unknown = [name for one in own for name in mapping(one) if name not in schemes]
        yield operation.name, f"security scheme {unknown[0]} is not defined" if unknown else ""


def _path_names(api: Api) -> Places:
    for path in dict.fromkeys(operation.path for operation in api.operations):
        yield path, _wrong_path(path)


def _wrong_path(path: str) -> str:
    if not path.startswith("/") or (path.endswith("/") and path != "/"):
        return "a path starts with a slash and does not end with one"
    for segment in path.strip("/").split("/"):
        if not segment or "{" in segment:
            continue
        if _VERB.match(segment):
            return f"`{segment}` is a verb; the method is one already"
        if not _SEGMENT.fullmatch(segment):
            return f"`{segment}` is not in lower case"
    return ""


def _operation_ids(api: Api) -> Places:
    ids = Counter(str(one.body.get("operationId", "")) for one in api.operations)
    for operation in api.operations:
        mine = str(operation.body.get("operationId", ""))
        if not mine:
            yield operation.name, "no operationId"
        else:
            yield operation.name, f"operationId {mine} is used twice" if ids[mine] > 1 else ""


def _property_names(api: Api) -> Places:
    """Properties are written one way, camelCase or snake_case: as most of them are."""
    names = list(api.properties())
    camel = sum(bool(_CAMEL.fullmatch(key)) for _, key in names)
    snake = sum(bool(_SNAKE.fullmatch(key)) for _, key in names)
    usual, other = (_CAMEL, _SNAKE) if camel >= snake else (_SNAKE, _CAMEL)
    words = "camelCase" if usual is _CAMEL else "snake_case"
    for schema, key in names:
        yield f"{schema}.{key}", f"not in {words} as most are" if other.fullmatch(key) else ""


def _descriptions(api: Api) -> Places:
    for operation in api.operations:
        body = operation.body
        kept = str(body.get("summary") or body.get("description") or "").strip()
        yield operation.name, "" if kept else "neither summary nor description"


def _references(api: Api) -> Places:
    for ref in dict.fromkeys(api.references()):
        if ref.startswith("#/"):
            yield ref, "" if api.at(ref) is not None else "leads nowhere"


def _head(api: Api) -> Places:
    info = mapping(api.document.get("info"))
    for key in ("title", "version"):
        yield f"info.{key}", "" if str(info.get(key) or "").strip() else "missing"


VERSIONING = "API-01"
RULES: tuple[ApiRule, ...] = (
    ApiRule(VERSIONING, "Every operation has a version.", _versions),
    ApiRule("API-02", "Every operation describes an error.", _documented_errors),
    ApiRule("API-03", "Errors are problem+json or of one shared schema.", _error_shape),
    ApiRule("API-04", "Lists are paginated.", _pagination),
    ApiRule("API-05", "Every operation says who may call it.", _authentication),
    ApiRule("API-06", "Paths are nouns in lower case.", _path_names),
    ApiRule("API-07", "Every operation has an id of its own.", _operation_ids),
    ApiRule("API-08", "Properties are written one way.", _property_names),
    ApiRule("API-09", "Every operation is described.", _descriptions),
    ApiRule("API-10", "References lead somewhere.", _references),
    ApiRule("API-11", "The document has a title and a version.", _head),
)
