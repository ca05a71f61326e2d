"""Measure routing against labelled requests, without knowing how routing works.

The specialists and patterns are those of the seed charter (backend-team-orchestrator.md); the
numbers' definitions stand at `Score`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, Self, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import UserFacingError

Kind = Literal["reaction", "answer", "specialist", "pattern"]
Specialist = Literal[
    "backend-architect",
    "database-architect",
    "api-architect",
    "microservices-expert",
    "python-backend-expert",
    "nodejs-backend-expert",
    "java-backend-expert",
    "golang-backend-expert",
    "rust-backend-expert",
]
Pattern = Literal[
    "greenfield",
    "legacy-modernization",
    "microservices-decomposition",
    "performance-optimization",
]

QUIET: frozenset[Kind] = frozenset({"reaction", "answer"})


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Case(_Value):
    """One labelled request. `kind` lists every acceptable kind; see `tests/routing/cases`."""

    id: str = Field(min_length=1)
    text: str
    lang: str = Field(min_length=2)
    kind: Annotated[tuple[Kind, ...], Field(min_length=1)]
    primary: Specialist | None
    also: tuple[Specialist, ...]
    pattern: Pattern | None
    note: str = Field(min_length=1)

    @model_validator(mode="after")
    def _label_is_coherent(self) -> Self:
        kinds = set(self.kind)
        if len(kinds) < len(self.kind) or len(set(self.also)) < len(self.also):
            raise ValueError("kind and also must not repeat a value")
        if self.primary in self.also:
            raise ValueError("primary must not be listed in also")
        if (self.primary is None) != bool(kinds & QUIET):
            raise ValueError("primary is for cases, and all cases, that need a specialist")
        if self.also and kinds <= QUIET:
            raise ValueError("also must be empty when no specialist may be asked")
        if (self.pattern is None) == ("pattern" in kinds):
            raise ValueError("pattern is for cases, and all cases, of kind pattern")
        return self


class Outcome(_Value):
    """What routing did with one request; `specialists` in the order of the plan."""

    kind: str
    specialists: tuple[str, ...] = ()
    pattern: str | None = None


class Miss(_Value):
    """One deviation from a label, to be read by a person."""

    case_id: str
    problem: Literal["kind", "primary", "needless", "pattern"]
    wanted: str
    got: str


class Score(_Value):
    """How well outcomes match labels. Shares are 0..1, and 1 when nothing was to be judged.

    kind_right: share of cases whose kind is acceptable.
    primary_found: share of cases with a primary whose primary is among the specialists.
    needless_per_request: mean over all cases of distinct specialists neither primary nor in also.
    pattern_right: share of cases of kind pattern whose pattern equals. A case that also accepts
        another kind is judged only when the outcome is a pattern.
    """

    n: int
    kind_right: float
    primary_found: float
    needless_per_request: float
    pattern_right: float
    misses: tuple[Miss, ...]


def needless(case: Case, outcome: Outcome) -> tuple[str, ...]:
    """Return the distinct specialists in `outcome` that `case` gives no reason for, in order."""
    welcome = {case.primary, *case.also}
    return tuple(name for name in dict.fromkeys(outcome.specialists) if name not in welcome)


def pattern_is_judged(case: Case, outcome: Outcome) -> bool:
    """Return whether `case` demands a pattern, or accepts one and `outcome` chose one."""
    return case.kind == ("pattern",) or ("pattern" in case.kind and outcome.kind == "pattern")


def judge(case: Case, outcome: Outcome) -> tuple[Miss, ...]:
    """Return every way in which `outcome` deviates from `case`; empty when it is right."""
    misses: list[Miss] = []

    def miss(
        problem: Literal["kind", "primary", "needless", "pattern"], want: str, got: str
    ) -> None:
        misses.append(Miss(case_id=case.id, problem=problem, wanted=want, got=got))

    asked = ", ".join(outcome.specialists) or "nobody"
    if outcome.kind not in case.kind:
        miss("kind", " or ".join(case.kind), outcome.kind)
    if case.primary and case.primary not in outcome.specialists:
        miss("primary", case.primary, asked)
    if extra := needless(case, outcome):
        welcome = ", ".join(filter(None, (case.primary, *case.also)))
        miss("needless", welcome or "nobody", ", ".join(extra))
    if pattern_is_judged(case, outcome) and outcome.pattern != case.pattern:
        miss("pattern", case.pattern or "none", outcome.pattern or "none")
    return tuple(misses)


def score(cases: Sequence[Case], outcomes: Mapping[str, Outcome]) -> Score:
    """Compare `outcomes`, keyed by case id, with the labels of `cases`.

    Raises `UserFacingError` when the ids of cases and outcomes differ or there are no cases.
    """
    ids = {case.id for case in cases}
    if not cases or ids != outcomes.keys():
        odd = ", ".join(sorted(ids ^ outcomes.keys())) or "no cases"
        raise UserFacingError(f"Cases and outcomes do not pair up: {odd}.")
    pairs = [(case, outcomes[case.id]) for case in cases]
    misses = tuple(miss for case, outcome in pairs for miss in judge(case, outcome))
    return Score(
        n=len(pairs),
        kind_right=_share([outcome.kind in case.kind for case, outcome in pairs]),
        primary_found=_share([c.primary in o.specialists for c, o in pairs if c.primary]),
        needless_per_request=sum(len(needless(c, o)) for c, o in pairs) / len(pairs),
        pattern_right=_share(
            [o.pattern == c.pattern for c, o in pairs if pattern_is_judged(c, o)],
        ),
        misses=misses,
    )


def load(path: Path) -> tuple[Case, ...]:
    """Read a YAML list of cases.

    Raises `UserFacingError` that names the file and the bad case by id, or by its place (from 1)
    when it has no id, and `OSError` when the file cannot be read.
    """
    try:
        rows: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise UserFacingError(f"{path.name} is not YAML: {error}") from error
    if not isinstance(rows, list):
        raise UserFacingError(f"{path.name} must hold a list of cases.")
    items = cast(list[object], rows)
    return tuple(_case(path.name, place, row) for place, row in enumerate(items, start=1))


def _case(file: str, place: int, row: object) -> Case:
    try:
        return Case.model_validate(row)
    except ValidationError as error:
        name = row.get("id") if isinstance(row, dict) else None
        why = "; ".join(
            f"{'.'.join(map(str, part['loc']))} {part['msg']}".strip() for part in error.errors()
        )
        raise UserFacingError(f"{file}: case {name or f'number {place}'}: {why}") from error


def _share(judged: Sequence[bool]) -> float:
    return sum(judged) / len(judged) if judged else 1.0
