"""Incidents as monitoring systems report them: Alertmanager, PagerDuty, or our own plain shape.

Sources: prometheus.io/docs/alerting/latest/configuration (webhook_config),
developer.pagerduty.com (Webhooks v3 "Overview", Events API v2 "Send an Alert Event").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.escalation.policy import HIGHEST
from bot.errors import UserFacingError

MOST = 50
"""Ours: a request that reports more at once is cut into several by its sender."""
_LEVELS = {
    "critical": HIGHEST,
    "page": HIGHEST,
    "emergency": HIGHEST,
    "p1": HIGHEST,
    "high": 3,
    "error": 2,
    "p2": 2,
}
"""What sources call it -> level; everything else is level 1."""
_STARTS = frozenset({"incident.triggered", "incident.reopened", "incident.escalated", "trigger"})
_ENDS = frozenset({"incident.resolved", "resolve"})

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Incident:
    """One incident that began, or ended when `is_over`.

    `key` is the source's own id. A `reusable` one names the next incident, too, once this is over.
    One that begins `again` is new even though its case is closed.
    """

    key: str
    title: str
    detail: str
    level: int
    url: str = ""
    is_over: bool = False
    reusable: bool = False
    again: bool = False
    service: str = ""
    """What it is about, in the source's words; for facts (docs/measures.md)."""
    started_at: str = ""
    """When the trouble began, as the source writes it."""


def incidents(body: object) -> list[Incident]:
    """Return what a webhook's body reports; raises UserFacingError for a shape nobody knows."""
    if not isinstance(body, Mapping):
        raise _unknown()
    if isinstance(body.get("alerts"), list):
        found = [_alert(item) for item in body["alerts"] if isinstance(item, Mapping)]
    elif isinstance(body.get("event"), Mapping):
        found = _pagerduty(body["event"])
    elif "event_action" in body:
        found = _event(body)
    elif "id" in body and "title" in body:
        found = [_plain(body)]
    else:
        raise _unknown()
    if len(found) > MOST:
        raise UserFacingError(f"That reports {len(found)} incidents; {MOST} fit into one request.")
    if any(not item.key for item in found):
        raise UserFacingError("An incident has no id.", hint="It is needed to count it once.")
    return found


def _alert(item: Json) -> Incident:
    """Alertmanager: a fingerprint and a beginning make one firing."""
    labels, notes = _part(item, "labels"), _part(item, "annotations")
    begun = _text(item, "startsAt")
    fingerprint = _text(item, "fingerprint")
    return Incident(
        key=f"alert:{fingerprint}:{begun}" if fingerprint else "",
        title=_text(notes, "summary") or _text(labels, "alertname") or "Alert",
        detail=_text(notes, "description"),
        level=level_of(_text(labels, "severity")),
        url=_text(item, "generatorURL"),
        is_over=_text(item, "status") == "resolved",
    )


def _pagerduty(event: Json) -> list[Incident]:
    """PagerDuty's webhooks v3; what neither begins nor ends an incident is none of ours."""
    kind, data = _text(event, "event_type"), _part(event, "data")
    if kind not in _STARTS | _ENDS:
        return []
    priority = _text(_part(data, "priority"), "summary")
    return [
        Incident(
            key=f"pagerduty:{_text(data, 'id')}" if _text(data, "id") else "",
            title=_text(data, "title") or "Incident",
            detail=_text(_part(data, "service"), "summary"),
            level=level_of(priority or _text(data, "urgency")),
            url=_text(data, "html_url"),
            is_over=kind in _ENDS,
            again=kind == "incident.reopened",
        )
    ]


def _event(body: Json) -> list[Incident]:
    """PagerDuty's events v2, which many tools send; their key is used again."""
    action, payload = _text(body, "event_action"), _part(body, "payload")
    if action not in _STARTS | _ENDS:
        return []
    links = body.get("links")
    first = links[0] if isinstance(links, list) and links else {}
    return [
        Incident(
            key=f"event:{_text(body, 'dedup_key')}" if _text(body, "dedup_key") else "",
            title=_text(payload, "summary") or "Incident",
            detail=_text(payload, "source"),
            level=level_of(_text(payload, "severity")),
            url=_text(first, "href") if isinstance(first, Mapping) else "",
            is_over=action in _ENDS,
            reusable=True,
            # A sender that never says "resolve" uses the key again after people closed the case.
            again=action not in _ENDS,
            service=(_text(payload, "component") or _text(payload, "source"))[:140],
        )
    ]


def _plain(body: Json) -> Incident:
    level = body.get("level")
    known = isinstance(level, int) and not isinstance(level, bool) and 1 <= level <= HIGHEST
    return Incident(
        key=f"own:{_text(body, 'id')}" if _text(body, "id") else "",
        title=_text(body, "title"),
        detail=_text(body, "detail"),
        level=int(str(level)) if known else level_of(_text(body, "severity")),
        url=_text(body, "url"),
        is_over=_text(body, "status") == "resolved",
        service=_text(body, "service")[:140],
        started_at=_text(body, "started_at"),
    )


def level_of(word: str) -> int:
    """Return the level that a source's word for severity or urgency means; 1 for others."""
    return _LEVELS.get(word.strip().lower(), 1)


def _part(item: Json, name: str) -> Json:
    found = item.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(item: Json, name: str) -> str:
    """Return a text without what no database stores: zero bytes, halves of characters."""
    found = item.get(name)
    text = str(found) if isinstance(found, str | int | float) else ""
    return text.replace("\x00", "").encode("utf-8", "replace").decode().strip()


def _unknown() -> UserFacingError:
    return UserFacingError(
        "I know no incident of that shape.",
        hint="Send Alertmanager's or PagerDuty's, or id, title, severity and status.",
    )
