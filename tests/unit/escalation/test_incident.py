"""Incidents: read in each published shape, refused in others, believed only when signed."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.cli.process.hand_off_ear import HandOffEar
from bot.cli.process.incident_ear import IncidentEar
from bot.cli.process.webhook_ear import is_signed
from bot.domain.escalation.incident import Incident, incidents
from bot.errors import SettingInvalid, UserFacingError
from bot.settings import EscalationSettings, TeamsSettings
from tests.support.examples import examples

ALERT: dict[str, Any] = {
    "version": "4",
    "status": "firing",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "HighErrors", "severity": "critical"},
            "annotations": {"summary": "5xx above 5 %", "description": "Since 09:10"},
            "startsAt": "2026-03-02T09:10:00Z",
            "generatorURL": "https://prometheus.example/graph",
            "fingerprint": "abc",
        },
        {
            "status": "resolved",
            "labels": {"alertname": "DiskFull"},
            "startsAt": "2026-03-02T08:00:00Z",
            "fingerprint": "def",
        },
    ],
}
TRIGGERED: dict[str, Any] = {
    "event": {
        "event_type": "incident.triggered",
        "data": {
            "id": "PGR0VU2",
            "title": "A little bump in the road",
            "html_url": "https://acme.example/incidents/PGR0VU2",
            "urgency": "high",
            "priority": {"summary": "P1"},
            "service": {"summary": "API"},
        },
    }
}
EVENT: dict[str, Any] = {
    "event_action": "trigger",
    "dedup_key": "disk-1",
    "payload": {"summary": "Disk is full", "source": "db-1", "severity": "error"},
    "links": [{"href": "https://acme.example/disk"}],
}


def test_alertmanager() -> None:
    first, second = incidents(ALERT)
    assert first == Incident(
        key="alert:abc:2026-03-02T09:10:00Z",
        title="5xx above 5 %",
        detail="Since 09:10",
        level=4,
        url="https://prometheus.example/graph",
    )
    assert (second.title, second.level, second.is_over) == ("DiskFull", 1, True)


def test_pagerduty() -> None:
    (found,) = incidents(TRIGGERED)
    assert (found.key, found.level, found.detail) == ("pagerduty:PGR0VU2", 4, "API")
    over = {"event": {**TRIGGERED["event"], "event_type": "incident.resolved"}}
    assert incidents(over)[0].is_over
    assert incidents({"event": {**TRIGGERED["event"], "event_type": "incident.annotated"}}) == []


def test_events() -> None:
    (found,) = incidents(EVENT)
    assert (found.key, found.level, found.reusable) == ("event:disk-1", 2, True)
    assert found.url == "https://acme.example/disk"
    assert incidents({**EVENT, "event_action": "acknowledge"}) == []


def test_our_own_shape() -> None:
    (found,) = incidents({"id": 7, "title": "Queue stands", "level": 3, "status": "resolved"})
    assert (found.key, found.level, found.is_over) == ("own:7", 3, True)
    assert incidents({"id": "a", "title": "b", "level": True})[0].level == 1
    assert incidents({"id": "a", "title": "b", "severity": "Critical"})[0].level == 4


@pytest.mark.parametrize(
    "body", [None, [], "x", {}, {"title": "no id"}, {"alerts": [{}]}, {"alerts": [{}] * 51}]
)
def test_what_cannot_be_counted_once_is_refused(body: object) -> None:
    with pytest.raises(UserFacingError):
        incidents(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KNOWN = st.sampled_from(["alerts", "event", "event_action", "id", "title", "payload", "labels"])


@examples(20)
@given(JSON | st.dictionaries(KNOWN, JSON))
def test_no_shape_breaks_the_reader(body: object) -> None:
    try:
        found = incidents(body)
    except UserFacingError:
        return
    assert all(item.key and 1 <= item.level <= 4 for item in found)


NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BODY = b'{"id": 1}'


def proof(message: bytes, secret: str = "s3cret") -> str:
    return "v1=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def ours(*, age: timedelta = timedelta(), secret: str = "s3cret") -> dict[str, str]:
    stamp = str(int((NOW - age).timestamp()))
    signature = proof(f"{stamp}.".encode() + BODY, secret)
    return {"x-teamlead-timestamp": stamp, "x-teamlead-signature": signature}


@pytest.mark.parametrize(
    ("headers", "believed"),
    [
        (ours(), True),
        (ours(age=timedelta(minutes=4)), True),
        (ours(age=timedelta(minutes=6)), False),
        (ours(age=-timedelta(minutes=6)), False),
        (ours(secret="another"), False),
        ({**ours(), "x-teamlead-timestamp": "soon"}, False),
        ({**ours(), "x-teamlead-timestamp": "٣"}, False),
        # A wrong signature is not healed by another proof.
        ({**ours(secret="another"), "authorization": "Bearer s3cret"}, False),
        ({"x-pagerduty-signature": f"v1=00, {proof(BODY)}"}, True),
        ({"x-pagerduty-signature": proof(BODY, "another")}, False),
        ({"authorization": "Bearer s3cret"}, True),
        ({"authorization": "Bearer "}, False),
        ({"authorization": "s3cret"}, False),
        ({}, False),
    ],
)
def test_only_a_proof_is_believed(headers: dict[str, str], believed: bool) -> None:
    assert is_signed(headers, BODY, secret="s3cret", now=NOW) is believed


def test_without_a_secret_there_is_no_such_page() -> None:
    assert IncidentEar(EscalationSettings()).routes() == []
    with pytest.raises(SettingInvalid, match="TEAMLEAD_ESCALATION_WEBHOOK_CHANNEL is not set"):
        IncidentEar(EscalationSettings(webhook_secret=SecretStr("s3cret")))


def test_of_many_workspaces_one_must_be_named() -> None:
    secret = SecretStr("s3cret")
    with pytest.raises(SettingInvalid, match="TEAMLEAD_TEAMS_WEBHOOK_WORKSPACE is not set"):
        HandOffEar(TeamsSettings(webhook_secret=secret), many=True)
    with pytest.raises(SettingInvalid, match="TEAMLEAD_ESCALATION_WEBHOOK_WORKSPACE is not set"):
        IncidentEar(EscalationSettings(webhook_secret=secret, webhook_channel="C1"), many=True)
    named = HandOffEar(TeamsSettings(webhook_secret=secret, webhook_workspace="T1"), many=True)
    assert [route.path for route in named.routes()] == ["/webhooks/hand-off"]
    assert HandOffEar(TeamsSettings(), many=True).routes() == []
