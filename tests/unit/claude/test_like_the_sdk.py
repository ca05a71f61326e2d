"""What we say to the Messages API is what Anthropic's own SDK would say."""

from datetime import datetime
from typing import Any

import pytest
from anthropic import AsyncAnthropic, transform_schema
from anthropic._data import DEPRECATED_MODELS
from pydantic import BaseModel

from bot.clock import SystemClock
from bot.model import assessment_port, port, sprint_port, standup_port
from bot.model.claude.config import ClaudeConfig
from bot.model.claude.endings import ENDS, deprecated
from bot.model.claude.schema import output_config, strict
from bot.model.claude.transport import CONNECT_SECONDS, HOME, Transport, headers

PORTS = (port, sprint_port, standup_port, assessment_port)
KINDS = {
    kind.result_type
    for module in PORTS
    for kind in vars(module).values()
    if isinstance(kind, type) and isinstance(getattr(kind, "result_type", None), type)
}


@pytest.mark.parametrize("kind", sorted(KINDS, key=lambda kind: kind.__name__))
def test_each_kind_of_answer_is_asked_for_in_the_same_form(kind: type[BaseModel]) -> None:
    schema = transform_schema(kind.model_json_schema())
    assert output_config(kind) == {"format": {"type": "json_schema", "schema": schema}}


def test_all_kinds_are_looked_at() -> None:
    assert len(KINDS) > 15


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "format": "date", "pattern": "x", "description": "A day."},
        {"type": "string", "format": "binary"},
        {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1},
        {"type": "array", "minItems": 3, "maxItems": 9},
        {"enum": ["a", None], "type": "string", "title": "Choice"},
        {"const": 3},
        {"oneOf": [{"type": "null"}, {"type": "number", "maximum": 2}], "default": None},
        {"allOf": [{"$ref": "#/$defs/A"}], "$defs": {"A": {"type": "boolean"}}},
        {"$ref": "#/$defs/A", "$defs": {"A": {"type": "object", "properties": {}}}},
        {"type": "object", "additionalProperties": True, "required": ["a"], "minProperties": 1},
    ],
)
def test_every_part_of_a_schema_is_treated_alike(schema: dict[str, Any]) -> None:
    assert strict(schema) == transform_schema(schema)


def test_a_schema_without_a_form_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a type"):
        strict({"title": "Nothing"})


def test_the_headers_that_count_are_the_same() -> None:
    sdk = AsyncAnthropic(api_key="a key")
    said = {name.lower(): value for name, value in sdk.default_headers.items()}
    for name in ("Authorization", "anthropic-version", "Content-Type", "Accept"):
        assert headers("a key")[name] == said[name.lower()]
    assert str(sdk.base_url).rstrip("/") == HOME
    assert sdk.timeout.connect == CONNECT_SECONDS  # type: ignore[union-attr]  # a Timeout


def test_the_same_models_are_to_end() -> None:
    ends = {model: _day(text) for model, text in DEPRECATED_MODELS.items()}
    assert deprecated(DEPRECATED_MODELS) == ends
    assert {f"{day}" for day in ENDS.values()} == set(ends.values())


def _day(text: str) -> str:
    """Return a day such as “June 30th, 2026” as ISO has it."""
    month, day, year = text.split()
    return f"{datetime.strptime(f'{month} {int(day[:-3])} {year} +0000', '%B %d %Y %z'):%Y-%m-%d}"


@pytest.mark.parametrize(
    ("named", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://127.0.0.1:3128"}, "http://127.0.0.1:3128"),
        ({"ALL_PROXY": "http://127.0.0.1:3129"}, "http://127.0.0.1:3129"),
        ({"HTTP_PROXY": "http://127.0.0.1:3128"}, None),
        ({"HTTPS_PROXY": "http://127.0.0.1:3128", "NO_PROXY": "example.org"}, None),
    ],
)
def test_the_environments_proxy_is_used(
    monkeypatch: pytest.MonkeyPatch, named: dict[str, str], proxy: str | None
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    config = ClaudeConfig(api_key="", base_url="https://api.example.org")
    assert Transport(config, SystemClock())._proxy == proxy
