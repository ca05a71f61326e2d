"""Keeps the engine's rows as plain JSON: with pickle, whoever can write there could run code."""

import json
from typing import Any

from dbos import Serializer

_ERROR = "__error__"


class StepFailed(Exception):
    """An error read back from the engine's rows: its type and text, not its code."""


class JsonSerializer(Serializer):
    """Plain values as JSON, errors as type and text."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=_encode, ensure_ascii=False)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data, object_hook=_decode)

    def name(self) -> str:
        return "teamlead_json"


def _encode(value: Any) -> Any:
    if isinstance(value, BaseException):
        return {_ERROR: [type(value).__name__, str(value)]}
    raise TypeError(f"{type(value).__name__} cannot be kept in a workflow; use plain values")


def _decode(found: dict[str, Any]) -> Any:
    if found.keys() == {_ERROR}:
        name, text = found[_ERROR]
        return StepFailed(f"{name}: {text}")
    return found
