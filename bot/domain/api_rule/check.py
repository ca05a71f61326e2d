"""How well a document keeps the rules: a score, and every miss."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.api_rule.document import Api
from bot.domain.api_rule.rules import RULES, VERSIONING
from bot.domain.quality_gate.checks import Check
from bot.domain.quality_gate.observe import Observed
from bot.domain.report import Finding, Severity


@dataclass(frozen=True)
class ApiScore:
    """Places that were looked at and that keep their rule, and the misses."""

    operations: int
    looked: int
    misses: tuple[Finding, ...]

    @property
    def percent(self) -> float:
        """The share of places that keep their rule."""
        return 100 * (self.looked - len(self.misses)) / self.looked

    @property
    def is_versioned(self) -> bool:
        """Whether every operation has a version."""
        return all(one.rule != VERSIONING for one in self.misses)


def check_api(document: object, *, file: str = "") -> ApiScore:
    """Return how a document keeps the rules; raises UserFacingError when it is no OpenAPI 3."""
    api = Api(document)
    looked = 0
    misses = []
    for rule in RULES:
        for place, wrong in rule.check(api):
            looked += 1
            if wrong:
                said = f"{rule.id} {place}: {wrong}"[:300]
                text = " ".join("".join(c if c.isprintable() else " " for c in said).split())
                misses.append(Finding(rule.id, Severity.NONE, text, file))
    return ApiScore(len(api.operations), looked, tuple(misses))


def observe_apis(scores: Sequence[ApiScore]) -> dict[Check, Observed]:
    """Return what the checks of a gate are told; of several documents the worst counts."""
    if not scores:
        return {}
    if any(not one.operations for one in scores):
        gap = Observed(None, ("The OpenAPI document has no operations.",))
        return {Check.API_VERSIONING: gap, Check.API_COMPLIANCE: gap}
    misses = tuple(miss for one in scores for miss in one.misses)
    versioned = all(one.is_versioned for one in scores)
    unversioned = tuple(one for one in misses if one.rule == VERSIONING)
    return {
        Check.API_VERSIONING: Observed(float(versioned), findings=unversioned),
        Check.API_COMPLIANCE: Observed(min(one.percent for one in scores), findings=misses),
    }
