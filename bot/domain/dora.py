"""DORA's keys and what they count here: definitions in words, figures with their n.

Source of the five: dora.dev, "DORA's software delivery performance metrics" (2024 and 2025).
Days are 24 hours; a window is from `since` up to but not including `until`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Dora(StrEnum):
    """The keys, and the success rate that the seed asks for beside them."""

    DEPLOYMENT_FREQUENCY = "deployment_frequency"
    LEAD_TIME = "lead_time"
    CHANGE_FAILURE_RATE = "change_failure_rate"
    TIME_TO_RESTORE = "time_to_restore"
    REWORK_RATE = "rework_rate"
    DEPLOYMENT_SUCCESS = "deployment_success"


DEFINITIONS: Mapping[Dora, str] = {
    Dora.DEPLOYMENT_FREQUENCY: (
        "Deployments to production that succeeded in the window, by day; none is 0 where there were"
        " earlier ones. n: deployments."
    ),
    Dora.LEAD_TIME: (
        "Median time from the first commit of a pull request's branch to the first deployment of"
        " its repository to production after it was merged into the default branch; it counts in"
        " the window of that deployment. Where no push told of the branch's beginning it is from"
        " opening the pull request. Bots' pull requests are left out. n: pull requests."
    ),
    Dora.CHANGE_FAILURE_RATE: (
        "Share of the window's deployments to production after which, and before the service's"
        " next one, an incident of the same service was detected. Measured only when incidents are"
        " reported of places that have a service. n: deployments of origins with a service."
    ),
    Dora.TIME_TO_RESTORE: (
        "Mean time from detection to resolution of the incidents that were resolved in the window;"
        " the median stands beside it. n: incidents."
    ),
    Dora.REWORK_RATE: (
        "Share of the window's deployments to production that brought a fix of production: a"
        " hotfix or a revert, by branch, tag, label or title. n: deployments."
    ),
    Dora.DEPLOYMENT_SUCCESS: (
        "Share of the deployments to production that ended in the window which succeeded. n:"
        " deployments that ended."
    ),
}
UNITS: Mapping[Dora, str] = {
    Dora.DEPLOYMENT_FREQUENCY: "/day",
    Dora.LEAD_TIME: "s",
    Dora.CHANGE_FAILURE_RATE: "%",
    Dora.TIME_TO_RESTORE: "s",
    Dora.REWORK_RATE: "%",
    Dora.DEPLOYMENT_SUCCESS: "%",
}


@dataclass(frozen=True)
class Window:
    """Which facts count: a time, and a service by its key, or all of them."""

    since: datetime
    until: datetime
    service: str = ""

    @property
    def days(self) -> float:
        """Its length."""
        return (self.until - self.since).total_seconds() / 86_400


@dataclass(frozen=True)
class Figure:
    """A value in the unit above, and of how many it is; None where nothing can be said."""

    value: float | None
    n: int
    median: float | None = None
    """Beside a mean, of times."""
    from_commit: int = 0
    """Of lead times: so many of the `n` are from the first commit, the others from opening."""


def share(part: int, whole: int) -> Figure:
    """Return a share in percent; nothing of nothing is no share."""
    return Figure(round(100 * part / whole, 4) if whole else None, whole)
