"""Composes answers for the Messages test server: sensible for our types, valid for any schema."""

import json
import re
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from bot.domain.decision import DecisionOption, DecisionProposal
from bot.domain.output import Answer, Calculation, SpecialistOutput, Synthesis
from bot.domain.plan import Assignment, Plan

_SPECIALISTS = (
    "backend-architect",
    "database-architect",
    "api-architect",
    "python-backend-expert",
    "golang-backend-expert",
    "microservices-expert",
    "nodejs-backend-expert",
    "java-backend-expert",
    "rust-backend-expert",
)

_IN_PROMPT = re.compile(r"<schema>\s*(\{.*?\})\s*</schema>", re.DOTALL)


def wanted_schema(body: dict[str, Any]) -> dict[str, Any] | None:
    """Return the schema of output_config, or the last one that the prompt spells out."""
    asked = (body.get("output_config") or {}).get("format") or {}
    if "schema" in asked:
        return dict(asked["schema"])
    found = _IN_PROMPT.findall(prompt_text(body))
    return dict(json.loads(found[-1].replace("&lt;", "<"))) if found else None


def prompt_text(body: dict[str, Any]) -> str:
    """Return all text of a request in order."""
    return "\n".join(text for text, _ in prompt_blocks(body))


def prompt_blocks(body: dict[str, Any]) -> list[tuple[str, bool]]:
    """Return the text blocks in cache order, each with whether a cache breakpoint follows it."""
    found: list[tuple[str, bool]] = []
    system = body.get("system") or []
    for content in [system, *(turn["content"] for turn in body["messages"])]:
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        found += [(b.get("text", ""), "cache_control" in b) for b in blocks]
    return found


def compose(schema: dict[str, Any] | None, mark: str, waves: tuple[int, ...]) -> str:
    """Return the answer's text; `mark` makes it tell requests apart."""
    if schema is None:
        return f"Plain words, no schema was given ({mark})."
    compose_ours = _OURS.get(str(schema.get("title")))
    if compose_ours is not None:
        return compose_ours(mark, waves).model_dump_json()
    return json.dumps(_fill(schema, schema.get("$defs", {})))


def _plan(mark: str, waves: tuple[int, ...]) -> Plan:
    assignments: list[Assignment] = []
    before: tuple[str, ...] = ()
    for phase, size in enumerate(waves, start=1):
        now = tuple(f"a{len(assignments) + offset + 1}" for offset in range(size))
        for name in now:
            specialist = _SPECIALISTS[len(assignments) % len(_SPECIALISTS)]
            assignments.append(_assignment(name, specialist, phase, before))
        before = now
    return Plan(kind="pattern", title=f"Service {mark}", assignments=tuple(assignments))


def _assignment(name: str, specialist: str, phase: int, needs: tuple[str, ...]) -> Assignment:
    return Assignment(
        id=name,
        specialist=specialist,
        title=f"Part {name} of the design",
        brief=f"Design part {name} for the load in the request and name its limits.",
        deliverable=f"A page on part {name}",
        depends_on=needs,
        reason="The later parts build on it.",
        phase=phase,
        phase_title=f"Phase {phase}",
    )


def _output(mark: str, _waves: tuple[int, ...]) -> SpecialistOutput:
    return SpecialistOutput(
        headline=f"Keep one PostgreSQL table per aggregate and one outbox ({mark}).",
        bullets=(
            "Unique index on (tenant_id, key): a second request finds the first one's row.",
            "statement_timeout = 2s on the request path, 60s for jobs.",
        ),
        questions=("How long must records be kept?",),
        assumptions=("500 requests/s at the peak",),
        calculations=(
            Calculation(
                label="Connections", formula="500 rps x 0.02 s", result="10 connections in use"
            ),
        ),
        detail="The write and its event commit together, so no event is lost or invented.",
    )


def _synthesis(mark: str, waves: tuple[int, ...]) -> Synthesis:
    return Synthesis(
        headline=f"Begin with one service and one database ({mark}).",
        summary="The load fits one instance pair. Split when a second team owns a part.",
        risks=("The outbox grows -> delete sent rows after a day",),
        next_steps=("Create the schema", "Write the first endpoint"),
        decisions=(_decision(mark, waves),),
    )


def _decision(mark: str, _waves: tuple[int, ...]) -> DecisionProposal:
    return DecisionProposal(
        title=f"PostgreSQL as the only store ({mark})",
        context="Orders and their events must commit together.",
        options=(
            DecisionOption(title="PostgreSQL", good=("one transaction",), bad=("one more schema",)),
            DecisionOption(title="PostgreSQL and Kafka", bad=("two systems to run",)),
        ),
        outcome="PostgreSQL, because effect and event commit together.",
        services=("orders",),
        specialists=("database-architect",),
    )


def _answer(mark: str, _waves: tuple[int, ...]) -> Answer:
    return Answer(text=f"Use a unique index; it also serves the lookup ({mark}).")


_OURS: dict[str, Callable[[str, tuple[int, ...]], BaseModel]] = {
    "Plan": _plan,
    "SpecialistOutput": _output,
    "Synthesis": _synthesis,
    "DecisionProposal": _decision,
    "Answer": _answer,
}


def _fill(schema: dict[str, Any], defs: dict[str, Any]) -> Any:
    """Return the smallest value of a schema in the subset that structured outputs know."""
    if "$ref" in schema:
        return _fill(defs[schema["$ref"].rsplit("/", 1)[-1]], defs)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return _fill(schema["anyOf"][0], defs)
    if schema.get("type") == "object":
        properties = schema.get("properties", {})
        return {name: _fill(properties[name], defs) for name in schema.get("required", ())}
    plain = {"array": [], "integer": 1, "number": 1.5, "boolean": True, "null": None}
    return plain.get(str(schema.get("type")), "text")
