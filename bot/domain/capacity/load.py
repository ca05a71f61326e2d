"""Arithmetic about requests in flight: concurrency, pools, instances, limits and latency."""

from math import ceil

from bot.domain.capacity import assumptions as a
from bot.domain.facts.values import Fact, FactName, Facts
from bot.domain.output import Calculation
from bot.domain.quantity import amount, exact, span

_LATENCIES: tuple[tuple[FactName, str], ...] = (
    ("p95_ms", "p95"),
    ("latency_ms", "stated latency"),
    ("p99_ms", "p99"),
    ("p50_ms", "median"),
)


def rate_text(rps: float) -> str:
    """Return "500 rps", or "57.9 rps" for a rate that came from a day's volume."""
    return f"{exact(rps) if rps == int(rps) else amount(rps)} rps"


def latency(facts: Facts) -> tuple[float, str] | None:
    """Return the latency to reckon with in ms and what it is, or None when none is given."""
    for name, text in _LATENCIES:
        value = facts.get(name)
        if value is not None:
            return value, text
    return None


def littles_law(facts: Facts) -> Calculation | None:
    """Requests in flight = arrival rate x time in system (Little, 1961)."""
    rps = facts.get("rps")
    if rps is None:
        return None
    given = latency(facts)
    held = facts.fact("hold_ms")
    if given is None and held is not None:
        return _busy(rps, held)
    ms, what = given or (a.P95_MS, "p95")
    assumed = [] if given else [f"p95 of {span(ms / 1000)} (house standard)"]
    if what != "median":
        assumed.append(f"every request as slow as the {what}: an upper bound")
    flying = max(1.0, ceil(rps * ms / 1000))
    return Calculation(
        label="Requests in flight",
        formula=f"{rate_text(rps)} × {span(ms / 1000)} ({what})",
        result=f"at most {amount(flying)} request{'s' if flying > 1 else ''} in flight",
        assumed=tuple(assumed),
    )


def _busy(rps: float, held: Fact) -> Calculation:
    return Calculation(
        label="Busy connections",
        formula=f"{rate_text(rps)} × {span(held.value / 1000)} held (“{held.words}”)",
        result=f"{amount(rps * held.value / 1000)} connections in use on average",
    )


def pool_size(facts: Facts) -> Calculation | None:
    """Busy connections by Little's law; for a given pool, how long a request may hold one."""
    rps, pool = facts.get("rps"), facts.get("connections")
    if rps is None or rps <= 0:
        return None
    instances = facts.get("instances")
    if pool is not None and pool <= 1000:
        total = pool * (instances or 1)
        each = f"{exact(pool)} connections"
        each += f" × {exact(instances)} instances" if instances else ""
        return Calculation(
            label="Longest hold before the pool queues",
            formula=f"{each} ÷ {rate_text(rps)}",
            result=f"a request may hold a connection {span(total / rps)}, waits included",
            assumed=() if instances else ("one pool takes the whole load",),
        )
    held = facts.fact("hold_ms")
    ms = held.value if held is not None else a.HOLD_MS
    busy = rps * ms / 1000
    size = max(2, ceil(busy * a.BURST))
    share = (
        f", {ceil(size / instances)} on each of {exact(instances)} instances" if instances else ""
    )
    return Calculation(
        label="Database connections",
        formula=f"{rate_text(rps)} × {span(ms / 1000)} held × {a.BURST:g} for bursts",
        result=f"{amount(busy)} busy on average, {amount(size)} connections in all{share}",
        assumed=() if held else (f"a request holds a connection {span(ms / 1000)}",),
    )


def instance_count(facts: Facts) -> Calculation | None:
    """Instances by CPU, plus one that may fail."""
    rps = facts.get("rps")
    if rps is None:
        return None
    each = a.CORES * 1000 / a.CPU_MS * a.TARGET_USE
    return Calculation(
        label="Instances",
        formula=f"{rate_text(rps)} ÷ {each:g} rps each, plus one spare",
        result=f"{amount(ceil(rps / each) + 1)} instances",
        assumed=(f"{a.CPU_MS:g} ms CPU per request, {a.CORES} cores at {a.TARGET_USE * 100:g} %",),
    )


def cache_hit_rate(facts: Facts) -> Calculation | None:
    """What reaches the database behind a warm cache, and with a cold one."""
    rps = facts.get("rps")
    if rps is None:
        return None
    return Calculation(
        label="Load behind the cache",
        formula=f"{rate_text(rps)} × (1 − {a.HIT_RATE * 100:g} % hits)",
        result=f"{amount(rps * (1 - a.HIT_RATE))} rps warm, {amount(rps)} rps after a flush",
        assumed=(f"{a.HIT_RATE * 100:g} % hit rate once warm", "all requests are reads"),
    )


def rate_limit_share(facts: Facts) -> Calculation | None:
    """The even share of a tenant, and the limit that leaves room for skew."""
    rps = facts.get("rps")
    clients, noun = facts.get("tenants"), "tenant"
    if clients is None:
        clients, noun = facts.get("users"), "user"
    if rps is None or not clients:
        return None
    share = rps / clients
    limit = share * a.BURST_LIMIT
    text = f"{amount(limit)}/s" if limit >= 1 else f"{amount(limit * 60)}/min"
    return Calculation(
        label=f"Rate limit per {noun}",
        formula=f"{rate_text(rps)} ÷ {amount(clients)} {noun}s × {a.BURST_LIMIT:g} for skew",
        result=f"about {text} per {noun}",
        assumed=(f"a {noun} may use {a.BURST_LIMIT:g} times the even share",),
    )


def retry_amplification(facts: Facts) -> Calculation | None:
    """Load when every layer retries a failing dependency, against one budget."""
    rps = facts.get("rps") or facts.get("events_per_s")
    if rps is None:
        return None
    worst = a.ATTEMPTS**a.LAYERS
    return Calculation(
        label="Retry storm",
        formula=f"{amount(rps)}/s × {a.ATTEMPTS} attempts in each of {a.LAYERS} layers",
        result=f"{amount(rps * worst)}/s; {amount(rps * (1 + a.RETRY_BUDGET))}/s with one"
        f" {a.RETRY_BUDGET * 100:g} % budget",
        assumed=(f"{a.LAYERS} layers retry, {a.ATTEMPTS} attempts each",),
    )


def latency_budget(facts: Facts) -> Calculation | None:
    """A target split over the hops, with a reserve."""
    given = latency(facts)
    if given is None or given[1] == "median":
        return None
    ms, what = given
    gateway, code, database = (span(ms * share / 1000) for share in (0.1, 0.3, 0.4))
    return Calculation(
        label="Latency budget",
        formula=f"{span(ms / 1000)} {what} split 10 / 30 / 40 / 20 %",
        result=f"gateway {gateway}, code {code}, database {database},"
        f" reserve {span(ms * 0.2 / 1000)}",
        assumed=("the split: replace it by a trace's shares",),
    )
