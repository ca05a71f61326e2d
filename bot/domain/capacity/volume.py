"""Arithmetic about what piles up: volume, storage, backfills, queues and error budgets."""

from math import ceil

from bot.domain.capacity import assumptions as a
from bot.domain.capacity.load import rate_text
from bot.domain.facts.values import Facts
from bot.domain.output import Calculation
from bot.domain.quantity import amount, exact, size, span

DAY_S = 86_400.0
MONTH_DAYS = 30.0


def monthly_volume(facts: Facts) -> Calculation | None:
    """Requests or events in thirty days."""
    rps, noun = facts.get("rps"), "requests"
    if rps is None:
        rps, noun = facts.get("events_per_s"), "events"
    if rps is None:
        return None
    return Calculation(
        label="Monthly volume",
        formula=f"{amount(rps)}/s × 86,400 s × 30 days",
        result=f"{amount(rps * DAY_S * MONTH_DAYS)} {noun} a month",
        assumed=("the rate holds all day; a peak rate gives an upper bound",),
    )


def storage_growth(facts: Facts) -> Calculation | None:
    """New data a month, and what retention makes of it."""
    given = facts.get("growth_gb_month")
    events, rps = facts.get("events_per_s"), facts.get("rps")
    assumed: list[str] = []
    if given is not None:
        month, formula = given, f"{size(given)} a month as given"
    elif events is not None or rps is not None:
        kb, kb_text = _item_kb(facts, events is not None, assumed)
        rate, formula = (events, f"{amount(events)}/s") if events is not None else (
            (rps or 0) * a.WRITE_SHARE, f"{rate_text(rps or 0)} × {a.WRITE_SHARE * 100:g} % writes"
        )  # fmt: skip
        if events is None:
            assumed.append(f"{a.WRITE_SHARE * 100:g} % of requests write a row")
        month = rate * kb * DAY_S * MONTH_DAYS / 1e6
        formula = f"{formula} × {kb_text} × 30 days"
    else:
        return None
    days = facts.get("retention_days")
    kept = f", {size(month * days / MONTH_DAYS)} over {_days(days)}" if days else ""
    return Calculation(
        label="Storage growth",
        formula=formula,
        result=f"{size(month)} of new data a month{kept}",
        assumed=tuple(assumed),
    )


def _item_kb(facts: Facts, event: bool, assumed: list[str]) -> tuple[float, str]:
    given = facts.get("payload_kb")
    if given is not None:
        return given, size(given / 1e6)
    kb = a.EVENT_KB if event else a.ROW_KB
    assumed.append(f"{size(kb / 1e6)} per {'event' if event else 'row with its indexes'}")
    return kb, size(kb / 1e6)


def _days(days: float) -> str:
    return span(days * DAY_S) if days >= 2 else f"{days * 24:g} h"


def error_budget(facts: Facts) -> Calculation | None:
    """Minutes and requests that may fail in thirty days."""
    target, rps = facts.get("availability_pct"), facts.get("rps")
    if target is None:
        return None
    share = (100 - target) / 100
    failing = ""
    if rps is not None:
        failing = f", or {amount(rps * DAY_S * MONTH_DAYS * share)} failed requests"
    return Calculation(
        label="Error budget",
        formula=f"(100 % − {exact(target)} %) × 30 days",
        result=f"{span(share * MONTH_DAYS * DAY_S)} down a month{failing}",
    )


def backfill_time(facts: Facts) -> Calculation | None:
    """How long a throttled rewrite of the table takes."""
    rows, assumed = _rows(facts)
    if rows is None:
        return None
    return Calculation(
        label="Backfill",
        formula=f"{amount(rows)} rows ÷ {amount(a.BACKFILL_ROWS_S)} rows/s",
        result=f"a backfill of {span(rows / a.BACKFILL_ROWS_S)}",
        assumed=(*assumed, f"batches that write {amount(a.BACKFILL_ROWS_S)} rows/s"),
    )


def _rows(facts: Facts) -> tuple[float | None, tuple[str, ...]]:
    rows, data = facts.get("rows"), facts.get("data_gb")
    if rows is not None or data is None:
        return rows, ()
    return data * 1e6 / a.ROW_KB, (f"{size(a.ROW_KB / 1e6)} a row",)


def queue_drain(facts: Facts) -> Calculation | None:
    """How long a queue needs after an outage of its consumers."""
    rate = facts.get("events_per_s")
    if not rate:
        return None
    stop = facts.get("downtime_min")
    minutes = stop or a.OUTAGE_MIN
    assumed = [] if stop else [f"{a.OUTAGE_MIN:g} min without consumers"]
    assumed.append(f"consumers manage {a.DRAIN_FACTOR:g} times the arrival rate")
    return Calculation(
        label="Queue after an outage",
        formula=f"{amount(rate)}/s × {minutes:g} min, drained at {amount(rate * a.DRAIN_FACTOR)}/s",
        result=f"{amount(rate * minutes * 60)} events waiting, none after another"
        f" {span(minutes * 60 / (a.DRAIN_FACTOR - 1))}",
        assumed=tuple(assumed),
    )


def partition_count(facts: Facts) -> Calculation | None:
    """Partitions of a topic by consumer speed, or of a table by time or size."""
    events = facts.get("events_per_s")
    if events is not None:
        need = max(1, ceil(events / a.CONSUMER_EVENTS_S))
        return Calculation(
            label="Topic partitions",
            formula=f"{amount(events)} events/s ÷ {a.CONSUMER_EVENTS_S:g}/s each × 2 to grow",
            result=f"{amount(need * 2)} partitions",
            assumed=(f"a consumer handles {a.CONSUMER_EVENTS_S:g} events/s",),
        )
    return _table_partitions(facts)


def _table_partitions(facts: Facts) -> Calculation | None:
    days, rows = facts.get("retention_days"), facts.get("rows")
    if days is not None and days >= 60:
        return Calculation(
            label="Table partitions",
            formula=f"{_days(days)} ÷ 1 month, plus one to come",
            result=f"{ceil(days / (365 / 12)) + 1} monthly partitions",
        )
    if rows is not None and rows > a.PARTITION_ROWS:
        return Calculation(
            label="Table partitions",
            formula=f"{amount(rows)} rows ÷ {amount(a.PARTITION_ROWS)} a partition",
            result=f"{ceil(rows / a.PARTITION_ROWS)} partitions",
            assumed=(f"{amount(a.PARTITION_ROWS)} rows keep a partition's indexes in memory",),
        )
    return None


def index_build(facts: Facts) -> Calculation | None:
    """How long `CREATE INDEX CONCURRENTLY` takes: it scans the table twice."""
    data, rows = facts.get("data_gb"), facts.get("rows")
    assumed = [f"{a.SCAN_MB_S:g} MB/s beside normal load"]
    if data is None and rows is not None:
        data = rows * a.ROW_KB / 1e6
        assumed.insert(0, f"{size(a.ROW_KB / 1e6)} a row")
    if data is None:
        return None
    return Calculation(
        label="Index build",
        formula=f"{size(data)} × 2 scans ÷ {a.SCAN_MB_S:g} MB/s",
        result=f"an index build of {span(data * 2 * 1000 / a.SCAN_MB_S)}",
        assumed=tuple(assumed),
    )
