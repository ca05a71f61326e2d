"""Incidents of Alertmanager, PagerDuty and Sentry as facts; Sentry's issues are defects.

Sources: prometheus.io/docs/alerting/latest/configuration (webhook_config),
developer.pagerduty.com (Webhooks v3), docs.sentry.io/organization/integrations (webhooks).
"""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.escalation.incident import level_of
from bot.domain.measure.fact import Fact, FactKind, Heard
from bot.domain.measure.shape import (
    Json,
    firsts,
    moment,
    must_be,
    part,
    parts,
    read_moment,
    required,
    text,
)
from bot.errors import UserFacingError

_SERVICE_LABELS = ("service", "app", "job")
"""Labels of an alert that say what it is about; the first that is there."""
_MOST = 500
_HAPPENED = frozenset(
    f"incident.{what}"
    for what in (
        "triggered", "acknowledged", "unacknowledged", "escalated", "delegated", "reassigned",
        "priority_updated", "reopened", "resolved",
    )
)  # fmt: skip


def read_alertmanager(body: object, *, now: datetime) -> Heard:
    """Return the alerts of a group; raises UserFacingError."""
    alerts = parts(_object(body, "Alertmanager"), "alerts")
    if len(alerts) > _MOST:
        raise UserFacingError(f"That reports {len(alerts)} alerts; {_MOST} fit into one request.")
    return Heard(tuple(_alert(alert, now) for alert in alerts))


def _alert(alert: Json, now: datetime) -> Fact:
    labels = part(alert, "labels")
    said = [text(labels, name) for name in (*_SERVICE_LABELS, "alertname")]
    begun = must_be(moment(alert, "startsAt", now=now), "startsAt", of="alert")
    is_over = text(alert, "status") == "resolved"
    ended = moment(alert, "endsAt", now=now) if is_over else None
    return Fact(
        FactKind.INCIDENT,
        "alertmanager",
        f"{required(alert, 'fingerprint', of='alert', most=64)}:{begun:%Y%m%d%H%M%S%f}",
        next((name for name in said if name), ""),
        ended or begun,
        {"resolved_at": ended},
        {"detected_at": begun},
        {"level": level_of(text(labels, "severity"))},
        rank=int(is_over),
    )


def read_pagerduty(body: object, *, now: datetime) -> Heard | None:
    """Return what an event of an incident says, None for another; raises UserFacingError."""
    event = part(_object(body, "PagerDuty"), "event")
    kind, data = text(event, "event_type"), part(event, "data")
    is_over = kind == "incident.resolved"
    if kind not in _HAPPENED or (text(data, "status") == "resolved" and not is_over):
        return None
    at = must_be(moment(event, "occurred_at", now=now), "occurred_at", of="event")
    priority = text(part(data, "priority"), "summary")
    fact = Fact(
        FactKind.INCIDENT,
        "pagerduty",
        required(data, "id", of="incident"),
        text(part(data, "service"), "summary"),
        at,
        {"resolved_at": at if is_over else None},
        firsts(
            detected_at=moment(data, "created_at", now=now) or at,
            acknowledged_at=at if kind == "incident.acknowledged" else None,
        ),
        {"level": level_of(priority or text(data, "urgency"))},
        rank=int(is_over),
    )
    return Heard((fact,))


def read_sentry(resource: str, body: object, *, at: datetime, now: datetime) -> Heard | None:
    """Return what a hook says, None for one that says nothing; raises UserFacingError.

    `at` is when Sentry says that it sent it: an issue does not say when it was resolved.
    """
    said = _object(body, "Sentry")
    if resource == "issue":
        return Heard((_issue(part(part(said, "data"), "issue"), at, now),))
    if resource == "metric_alert":
        return Heard((_metric_alert(said, now),))
    return None


def _issue(issue: Json, at: datetime, now: datetime) -> Fact:
    is_over = text(issue, "status") == "resolved"
    is_dropped = text(issue, "status") == "ignored"
    return Fact(
        FactKind.WORK_ITEM,
        "sentry",
        required(issue, "id", of="issue"),
        text(part(issue, "project"), "slug"),
        at,
        {
            "kind": "defect",
            "state": "done" if is_over else "dropped" if is_dropped else "open",
            "escaped": True,
            "points": None,
            "done_at": at if is_over else None,
        },
        firsts(opened_at=moment(issue, "firstSeen", now=now)),
        rank=int(is_over),
    )


def _metric_alert(said: Json, now: datetime) -> Fact:
    alert, action = part(part(said, "data"), "metric_alert"), text(said, "action")
    started = moment(alert, "date_started", now=now)
    detected = must_be(
        moment(alert, "date_detected", now=now) or started, "date_detected", of="alert"
    )
    is_over = action == "resolved"
    closed = moment(alert, "date_closed", now=now) if is_over else None
    projects = alert.get("projects")
    first = projects[0] if isinstance(projects, list) and projects else ""
    return Fact(
        FactKind.INCIDENT,
        "sentry",
        required(alert, "id", of="alert"),
        text({"project": first}, "project"),
        closed or detected,
        {"resolved_at": closed},
        firsts(started_at=started, detected_at=detected),
        {"level": level_of(text(alert, "severity") or action)},
        rank={"warning": 1, "critical": 2, "resolved": 3}.get(action, 0),
    )


def sent_at(seconds: str, *, now: datetime) -> datetime:
    """Return the moment of a header in seconds since 1970; `now` when it says none.

    Raises UserFacingError for a moment that cannot be.
    """
    if not seconds.isascii() or not seconds.isdigit() or len(seconds) > 11:
        return now
    at = datetime.fromtimestamp(int(seconds), tz=now.tzinfo)
    return read_moment(at.isoformat(), "The moment of sending", now=now)


def _object(body: object, who: str) -> Json:
    if not isinstance(body, Mapping):
        raise UserFacingError(f"{who}'s reports are JSON objects.")
    return body
