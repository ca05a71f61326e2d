"""What the process counts, as plain functions; `/metrics` shows it (docs/operate.md lists it all).

Labels are closed sets only: never a channel, a person or a task.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot.errors import Used

REGISTRY = CollectorRegistry()
"""Our own: the library's default one would carry whatever other packages put in."""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_MICROS = 1_000_000
_ACK_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0)
"""Slack waits 3 s for an acknowledgement; ours should take under 0.1 s."""
_CALL_BUCKETS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 80.0, 120.0)
_OUTCOMES = {"sent": "sent", "pending": "retried", "dead": "failed"}
_LAG_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0)

disable_created_metrics()  # type: ignore[no-untyped-call]  # untyped there
ProcessCollector(registry=REGISTRY)
_process = Info("teamlead_process", "This process.", registry=REGISTRY)
_accepted = Counter("teamlead_tasks_accepted", "Wishes that became a task.", registry=REGISTRY)
_ended = Counter("teamlead_tasks_ended", "Rounds that ended.", ["state"], registry=REGISTRY)
_running = Gauge("teamlead_running_tasks", "Tasks at work in this process.", registry=REGISTRY)
_taken = Counter(
    "teamlead_runs_taken_over", "Runs of dead processes that went on here.", registry=REGISTRY
)
_calls = Counter(
    "teamlead_model_calls", "Model calls that ended.", ["model", "outcome"], registry=REGISTRY
)
_tokens = Counter(
    "teamlead_model_tokens",
    "Tokens; `cached` ones are part of `in`.",
    ["model", "direction"],
    registry=REGISTRY,
)
_cost = Counter(
    "teamlead_model_cost_dollars", "US dollars, known prices only.", ["model"], registry=REGISTRY
)
_seconds = Histogram(
    "teamlead_model_call_seconds",
    "How long a call took, its retries included.",
    ["model"],
    buckets=_CALL_BUCKETS,
    registry=REGISTRY,
)
_posts = Counter(
    "teamlead_posts", "Tries to deliver a row.", ["method", "outcome"], registry=REGISTRY
)
_ack = Histogram(
    "teamlead_ack_seconds",
    "From receiving what Slack sent to having acknowledged it.",
    ["ear", "kind"],
    buckets=_ACK_BUCKETS,
    registry=REGISTRY,
)
_lag = Histogram(
    "teamlead_schedule_lag_seconds",
    "How late a tick started.",
    buckets=_LAG_BUCKETS,
    registry=REGISTRY,
)
_tasks = Gauge("teamlead_tasks", "Tasks in the database.", ["state"], registry=REGISTRY)
_escalations = Gauge(
    "teamlead_escalations", "Escalations in the database.", ["state"], registry=REGISTRY
)
_feedback = Gauge("teamlead_feedback", "Words on answers.", ["verdict"], registry=REGISTRY)
_waiting = Gauge("teamlead_outbox_waiting", "Rows not delivered yet.", registry=REGISTRY)
_oldest = Gauge(
    "teamlead_outbox_oldest_seconds", "Age of the oldest row that waits.", registry=REGISTRY
)
_timers = Counter(
    "teamlead_escalation_timers",
    "Timers of escalations that went off.",
    ["kind"],
    registry=REGISTRY,
)
_timer_lag = Histogram(
    "teamlead_escalation_timer_lag_seconds",
    "How late a timer of an escalation went off.",
    buckets=_LAG_BUCKETS,
    registry=REGISTRY,
)
_timers_off = Gauge(
    "teamlead_escalation_timers_off",
    "Timers that the auditor found overdue, late in the last day, or lost.",
    ["trouble"],
    registry=REGISTRY,
)
_beats = Gauge(
    "teamlead_escalation_beat_timestamp_seconds",
    "When this process last swept and last audited the timers.",
    ["job"],
    registry=REGISTRY,
)
_fired = Counter(
    "teamlead_schedule_slots",
    "Slots of channels' schedules that fired.",
    ["kind"],
    registry=REGISTRY,
)
_fired_lag = Histogram(
    "teamlead_schedule_slot_lag_seconds",
    "How late a channel's schedule fired.",
    buckets=_LAG_BUCKETS,
    registry=REGISTRY,
)
_kpis = Gauge(
    "teamlead_kpi",
    "KPIs of the workspace, public channels only; none where there is too little data.",
    ["kpi"],
    registry=REGISTRY,
)
_kpi_targets = Gauge("teamlead_kpi_target", "The KPIs' targets.", ["kpi"], registry=REGISTRY)
_kpi_samples = Gauge(
    "teamlead_kpi_samples", "Of how many things a KPI is.", ["kpi"], registry=REGISTRY
)
_database_up = Gauge("teamlead_database_up", "Whether the database answered.", registry=REGISTRY)


@dataclass(frozen=True)
class KpiGauge:
    """One KPI; `name` is of the closed table of KPIs."""

    name: str
    value: float | None
    """None: not enough data."""
    n: int
    target: float | None


@dataclass(frozen=True)
class Stored:
    """What the database says at one moment; all processes on it show the same."""

    tasks: dict[str, int] = field(default_factory=dict)
    """State -> how many."""
    outbox_waiting: int = 0
    outbox_oldest_seconds: float = 0.0
    escalations: dict[str, int] = field(default_factory=dict)
    """State -> how many."""
    feedback: dict[str, int] = field(default_factory=dict)
    """`good` and `bad` -> how many."""
    kpis: tuple[KpiGauge, ...] = ()


def process_started(*, command: str, worker: str, version: str) -> None:
    """Say who this is: the command, the executor id and the version."""
    _process.info({"command": command, "worker": worker, "version": version})


def task_accepted() -> None:
    """Count a wish that became a task."""
    _accepted.inc()


def task_ended(state: str) -> None:
    """Count a round that ended; `state` is the task's: done, stopped or failed."""
    _ended.labels(state=state).inc()


def tasks_at_work(count: int) -> None:
    """Say how many tasks this process works on at present."""
    _running.set(count)


def runs_taken_over(count: int) -> None:
    """Count runs of a dead process that this one goes on with."""
    _taken.inc(count)


def call_ended(*, model: str, outcome: str, usage: Used | None = None) -> None:
    """Count a model call and what it used; `outcome` is `done` or `failed`."""
    _calls.labels(model=model, outcome=outcome).inc()
    if usage is None:
        return
    used = _used(model)
    used.tokens_in.inc(usage.tokens_in)
    used.tokens_out.inc(usage.tokens_out)
    used.tokens_cached.inc(usage.tokens_cached)
    used.cost.inc((usage.cost_micros or 0) / _MICROS)
    used.seconds.observe(usage.seconds)


class _OfModel(NamedTuple):
    tokens_in: Counter
    tokens_out: Counter
    tokens_cached: Counter
    cost: Counter
    seconds: Histogram


@cache
def _used(model: str) -> _OfModel:
    """Return what counts a model's calls: to find it by its labels takes longer than to count."""
    return _OfModel(
        _tokens.labels(model=model, direction="in"),
        _tokens.labels(model=model, direction="out"),
        _tokens.labels(model=model, direction="cached"),
        _cost.labels(model=model),
        _seconds.labels(model=model),
    )


def post_tried(*, method: str, state: str) -> None:
    """Count one try to deliver a row by the state it has then: sent, pending (again) or dead."""
    _posts.labels(method=method, outcome=_OUTCOMES.get(state, state)).inc()


def acknowledged(*, ear: str, kind: str, seconds: float) -> None:
    """Note how long Slack waited; `ear` is socket or http, `kind` event, command or interaction."""
    _ack.labels(ear=ear, kind=kind).observe(seconds)


def tick_started(*, late_seconds: float) -> None:
    """Note how late a tick started."""
    _lag.observe(max(late_seconds, 0.0))


def schedule_fired(*, kind: str, late_seconds: float) -> None:
    """Count a slot of a channel's schedule, and how late it fired; `kind` is its ceremony."""
    _fired.labels(kind=kind).inc()
    _fired_lag.observe(max(late_seconds, 0.0))


def escalation_timers_fired(*, kind: str, late_seconds: Sequence[float]) -> None:
    """Count timers that went off, and how late each; `kind` is what they did."""
    _timers.labels(kind=kind).inc(len(late_seconds))
    for seconds in late_seconds:
        _timer_lag.observe(seconds)


def escalations_swept(*, at: datetime) -> None:
    """Note that this process looked for due timers."""
    _beats.labels(job="sweep").set(at.timestamp())


def escalations_audited(*, at: datetime, overdue: int, late: int, lost: int) -> None:
    """Note what the auditor found in all workspaces."""
    _beats.labels(job="audit").set(at.timestamp())
    for trouble, count in (("overdue", overdue), ("late", late), ("lost", lost)):
        _timers_off.labels(trouble=trouble).set(count)


def exposition(stored: Stored | None) -> bytes:
    """Return Prometheus's text; without `stored` the database does not answer."""
    _database_up.set(0 if stored is None else 1)
    _tasks.clear()
    _escalations.clear()
    _feedback.clear()
    for verdict, count in (stored.feedback if stored is not None else {}).items():
        _feedback.labels(verdict=verdict).set(count)
    if stored is not None:
        for state, count in stored.tasks.items():
            _tasks.labels(state=state).set(count)
        for state, count in stored.escalations.items():
            _escalations.labels(state=state).set(count)
    _show_kpis(stored.kpis if stored is not None else ())
    # NaN says "unknown": the last value would look like news.
    _waiting.set(float("nan") if stored is None else stored.outbox_waiting)
    _oldest.set(float("nan") if stored is None else stored.outbox_oldest_seconds)
    return generate_latest(REGISTRY)


def _show_kpis(kpis: Sequence[KpiGauge]) -> None:
    for gauge in (_kpis, _kpi_targets, _kpi_samples):
        gauge.clear()
    for kpi in kpis:
        _kpi_samples.labels(kpi=kpi.name).set(kpi.n)
        if kpi.value is not None:
            _kpis.labels(kpi=kpi.name).set(kpi.value)
        if kpi.target is not None:
            _kpi_targets.labels(kpi=kpi.name).set(kpi.target)
