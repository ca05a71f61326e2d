"""The calculations by the names that cards use (bot/team/playbooks/README.md)."""

from collections.abc import Callable, Iterable

from bot.domain.capacity import load, volume
from bot.domain.facts.values import Facts
from bot.domain.output import Calculation

_BY_NAME: dict[str, Callable[[Facts], Calculation | None]] = {
    function.__name__: function
    for function in (
        load.littles_law,
        load.pool_size,
        volume.monthly_volume,
        volume.storage_growth,
        volume.error_budget,
        load.instance_count,
        volume.backfill_time,
        volume.queue_drain,
        load.cache_hit_rate,
        load.rate_limit_share,
        load.retry_amplification,
        volume.partition_count,
        volume.index_build,
        load.latency_budget,
    )
}
NAMES = frozenset(_BY_NAME)


def calculate(name: str, facts: Facts) -> Calculation | None:
    """Return the calculation of that name, None when an input lacks; raises KeyError if unknown."""
    return _BY_NAME[name](facts)


def calculate_all(names: Iterable[str], facts: Facts) -> tuple[Calculation, ...]:
    """Return those of the named calculations whose inputs are known, in that order."""
    found = (calculate(name, facts) for name in dict.fromkeys(names))
    return tuple(item for item in found if item is not None)
