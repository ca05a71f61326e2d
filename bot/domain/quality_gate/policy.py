"""A gate's limits and waivers; the defaults are the seed's BackendQualityGates."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.domain.quality_gate.checks import CHECKS, LEVELS, Check, find_check
from bot.errors import UserFacingError

OFF = "off"
_WORDS_OFF = (None, False, "off", "none", "no")
_KEYS = "ratchet, tolerance, required, waivers"
MOST_REASON = 300


@dataclass(frozen=True)
class Waiver:
    """Somebody answers for a check that is missed, until a day."""

    check: Check
    owner: str
    reason: str
    until: date
    name: str = ""
    """How people call it, e.g. `W-3`; empty when it stands in a file."""

    def counts(self, today: date) -> bool:
        """Whether it has not ended; its last day still counts."""
        return today <= self.until


@dataclass(frozen=True)
class Policy:
    """What a repository or a service must keep. A check without a limit is not judged."""

    limits: Mapping[Check, float] = field(default_factory=dict)
    ratchet: bool = True
    """Never worse than the last result of the main branch."""
    tolerance: float = 0.5
    """How much worse is still the same: percentage points, and percent of other values."""
    required: frozenset[Check] = frozenset()
    """Those whose not being measured counts as missed."""
    waivers: tuple[Waiver, ...] = ()

    def with_limits(self, limits: Mapping[Check, float | None]) -> "Policy":
        """Return it with other limits; None takes one away."""
        kept = {**self.limits, **limits}
        return replace(self, limits={k: v for k, v in kept.items() if v is not None})

    def require(self, checks: frozenset[Check]) -> "Policy":
        """Return it with more checks that must be measured."""
        return replace(self, required=self.required | checks)

    def waive(self, waivers: tuple[Waiver, ...]) -> "Policy":
        """Return it with more waivers."""
        return replace(self, waivers=self.waivers + waivers)

    def waiver(self, check: Check, today: date) -> tuple[Waiver | None, Waiver | None]:
        """Return the waiver that counts, and the one that ended last when none does."""
        mine = sorted((one for one in self.waivers if one.check is check), key=lambda w: w.until)
        if not mine:
            return None, None
        last = mine[-1]
        return (last, None) if last.counts(today) else (None, last)


def read_limit(check: Check, value: object) -> float | None:
    """Return a limit as people and files write it, None for none; raises UserFacingError."""
    if isinstance(value, str):
        value = value.strip().lower()
    if check is Check.API_VERSIONING and value in (True, "true", "yes", "on"):
        return 1.0
    if value in _WORDS_OFF and not (value == 0 and value is not False):
        return None
    if check is Check.COUPLING and value in LEVELS:
        return float(LEVELS.index(str(value)))
    return _number(check, value)


def _number(check: Check, value: object) -> float:
    rule = CHECKS[check]
    words = {Check.COUPLING: "low, medium or high", Check.API_VERSIONING: "true"}
    most = 100.0 if rule.unit == "%" else 1e9
    number = "0 to 100 %" if rule.unit == "%" else f"a number of {rule.unit}".removesuffix(" of ")
    expects = words.get(check, number)
    refused = UserFacingError(f"`{check}` needs {expects}, or `off`.")
    if check in words or isinstance(value, bool):
        raise refused
    try:
        read = float(str(value).removesuffix(rule.unit or "\0").strip())
    except ValueError:
        raise refused from None
    if not math.isfinite(read) or not 0 <= read <= most:
        raise refused
    return read


def read_policy(document: object, base: Policy) -> Policy:
    """Return `base` as a policy file changes it; raises UserFacingError that names the key."""
    if document is None:
        return base
    if not isinstance(document, dict):
        raise UserFacingError(
            "A policy is a list of names and limits.", hint="E.g. `coverage: 85`."
        )
    limits: dict[Check, float | None] = {}
    policy = base
    for key, value in document.items():
        match key:
            case "ratchet":
                policy = replace(policy, ratchet=_switch(value))
            case "tolerance":
                policy = replace(policy, tolerance=_number(Check.COVERAGE, value))
            case "required":
                policy = policy.require(_checks(value))
            case "waivers":
                policy = policy.waive(_waivers(value))
            case _:
                check = _check(key)
                limits[check] = read_limit(check, value)
    return policy.with_limits(limits)


def _check(key: object) -> Check:
    try:
        return find_check(str(key))
    except UserFacingError as error:
        raise UserFacingError(error.text, hint=f"{error.hint} Else: {_KEYS}.") from None


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise UserFacingError("`ratchet` needs true or false.")
    return value


def _checks(value: object) -> frozenset[Check]:
    if not isinstance(value, list):
        raise UserFacingError("`required` needs a list of checks.")
    return frozenset(find_check(str(one)) for one in value)


def _waivers(value: object) -> tuple[Waiver, ...]:
    if not isinstance(value, list):
        raise UserFacingError("`waivers` needs a list.")
    return tuple(_waiver(one) for one in value)


def _waiver(value: object) -> Waiver:
    hint = "A waiver has check, owner, reason and until (a day, 2027-01-31)."
    if not isinstance(value, dict) or not {"check", "owner", "reason", "until"} <= value.keys():
        raise UserFacingError("A waiver is not complete.", hint=hint)
    until = value["until"]
    if isinstance(until, str):
        try:
            until = date.fromisoformat(until)
        except ValueError:
            raise UserFacingError("A waiver's `until` is no day.", hint=hint) from None
    owner, reason = (" ".join(str(value[key] or "").split()) for key in ("owner", "reason"))
    if type(until) is not date or not owner or not reason:
        raise UserFacingError("A waiver is not complete.", hint=hint)
    return Waiver(find_check(str(value["check"])), owner[:80], reason[:MOST_REASON], until)
