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
    """How far each rule is kept, and the misses. `shares`: a rule without a place has none."""

    operations: int
    shares: tuple[float, ...]
    misses: tuple[Finding, ...]
    outside: str = ""
    """A reference to another document, which nobody opened; empty: there is none."""

    @property
    def percent(self) -> float:
        """The mean of the rules' shares: a thousand properties hide no missing pagination."""
        return 100 * sum(self.shares) / len(self.shares)

    @property
    def is_versioned(self) -> bool:
        """Whether every operation has a version."""
        return all(one.rule != VERSIONING for one in self.misses)


def check_api(document: object, *, file: str = "") -> ApiScore:
    """Return how a document keeps the rules; raises UserFacingError when it is no OpenAPI 3."""
    api = Api(document)
    shares: list[float] = []
    misses: list[Finding] = []
    for rule in RULES:
        places = list(rule.check(api))
        wrong = [_miss(rule.id, place, words, file) for place, words in places if words]
        shares += [1 - len(wrong) / len(places)] if places else []
        misses += wrong
    outside = next((ref for ref in api.references() if not ref.startswith("#")), "")
    return ApiScore(len(api.operations), tuple(shares), tuple(misses), _line(outside))


def _miss(rule: str, place: str, words: str, file: str) -> Finding:
    return Finding(rule, Severity.NONE, _line(f"{rule} {place}: {words}"), file)


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text[:300]).split())


def observe_apis(scores: Sequence[ApiScore]) -> dict[Check, Observed]:
    """Return what the checks of a gate are told; of several documents the worst counts."""
    if not scores:
        return {}
    if any(not one.operations for one in scores):
        gap = Observed(None, ("The OpenAPI document has no operations.",))
        return {Check.API_VERSIONING: gap, Check.API_COMPLIANCE: gap}
    gaps = tuple(
        f"The OpenAPI document refers to {one.outside[:100]}, which I do not open: bundle it first."
        for one in scores
        if one.outside
    )
    misses = tuple(miss for one in scores for miss in one.misses)
    versioned = all(one.is_versioned for one in scores)
    unversioned = tuple(one for one in misses if one.rule == VERSIONING)
    return {
        Check.API_VERSIONING: Observed(float(versioned), gaps, unversioned),
        Check.API_COMPLIANCE: Observed(min(one.percent for one in scores), gaps, misses),
    }
