"""Finds the JSON object in whatever text a model wrote and checks it against the type wanted."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TypeVar

from pydantic import BaseModel, ValidationError

R = TypeVar("R", bound=BaseModel)

MOST_PROBLEMS = 8
"""More than these fill the repair prompt without helping."""

_DECODER = json.JSONDecoder(strict=False)
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
"""The escape of the character that no database stores, where its backslash is not one itself."""
_FENCED = re.compile(r"```[a-zA-Z]*\s*\n(.*?)```", re.DOTALL)


class Unusable(Exception):
    """The text holds no object of that type; `problems` says why, one phrase each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def parse(text: str, result_type: type[R]) -> R:
    """Return the first object in `text` that is valid, bare, fenced or amid prose.

    Raises Unusable with the problems of the largest object that was found.
    """
    if "\\u0000" in text:  # looked for without the expression, which takes 0.15 ms for a plan
        text = _NUL.sub(r"\1", text)
    with suppress(ValidationError):  # most answers are the object and nothing else
        return result_type.model_validate_json(text)
    problems: tuple[str, ...] = ("there is no JSON object in it",)
    largest = -1
    for found, size in _objects(text):
        try:
            return result_type.model_validate_json(found)
        except ValidationError as error:
            if size > largest:
                largest, problems = size, _problems(error)
    raise Unusable(problems)


def _objects(text: str) -> Iterator[tuple[bytes, int]]:
    """Yield objects as JSON with their length: the fenced ones first, then those amid prose."""
    for match in _FENCED.finditer(text):
        yield from _scan(match[1])
    yield from _scan(text)


def _scan(text: str) -> Iterator[tuple[bytes, int]]:
    start = text.find("{")
    while start >= 0:
        try:
            value, end = _DECODER.raw_decode(text, start)
            found = _encodable(value)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            yield found, end - start
        start = text.find("{", end)


def _encodable(value: object) -> bytes:
    """Return JSON with lone surrogates as question marks: no database would store them."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _problems(error: ValidationError) -> tuple[str, ...]:
    found = [
        f"{'.'.join(map(str, item['loc'])) or 'it'}: {item['msg']}"
        for item in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    more = len(found) - MOST_PROBLEMS
    return (*found[:MOST_PROBLEMS], *([f"and {more} more"] if more > 0 else []))
