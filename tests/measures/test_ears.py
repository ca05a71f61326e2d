"""The webhooks' door: who is believed, what is refused with one sentence, what is stored once."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from starlette.requests import Request

from bot.cli.process.measure_ears import measure_ears
from bot.cli.process.webhook_ear import WebhookEar
from bot.clock import ManualClock
from bot.errors import SettingInvalid
from bot.settings import MeasureSettings
from handlers.desk import Desk as Ears
from handlers.people import People
from storage.models import Base, Receipt, WorkItem
from storage.repositories.base import table_of
from storage.repositories.facts import MODELS
from storage.uow import Database
from tests.measures import payloads as p
from tests.measures.story import NOW, at
from tests.support.databases import SqliteFiles
from tests.support.desk import Desk, desk

KEY = base64.b64encode(b"a key of GitLab's").decode()
SETTINGS = MeasureSettings(
    github_secret=SecretStr("gh"),
    gitlab_secret=SecretStr(f"whsec_{KEY}"),
    sentry_secret=SecretStr("se"),
    alertmanager_secret=SecretStr("am"),
    pagerduty_secret=SecretStr("pd"),
    workspace="T1",
)
Headers = dict[str, str]


def digest(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def github(event: str) -> Callable[[bytes], Headers]:
    return lambda body: {
        "x-github-event": event,
        "x-hub-signature-256": f"sha256={digest('gh', body)}",
    }


def gitlab(body: bytes, *, stamp: int = 0, key: bytes = b"a key of GitLab's") -> Headers:
    told = str(stamp or int(NOW.timestamp()))
    proof = hmac.new(key, b"7." + told.encode() + b"." + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(proof).decode()}"
    return {"webhook-id": "7", "webhook-timestamp": told, "webhook-signature": signature}


def sentry(body: bytes) -> Headers:
    return {
        "sentry-hook-resource": "issue",
        "sentry-hook-timestamp": str(int(NOW.timestamp()) - 60),
        "sentry-hook-signature": digest("se", body),
    }


def basic(_: bytes) -> Headers:
    return {"authorization": "Basic " + base64.b64encode(b"am:am").decode()}


ISSUE = {
    "action": "created",
    "data": {
        "issue": {
            "id": "41",
            "title": "ZeroDivisionError",
            "status": "unresolved",
            "firstSeen": at(5, "10:00"),
            "project": {"slug": "orders"},
        }
    },
}
BELIEVED = [
    ("/webhooks/github", p.pull_request("opened", p.pull(1, at(2, "09:00"))),
     github("pull_request")),
    ("/webhooks/gitlab", p.gitlab_deployment("success", "2026-03-02 13:00:00 +0100"), gitlab),
    ("/webhooks/sentry", ISSUE, sentry),
    ("/webhooks/alertmanager", p.alert(at(4, "10:00")), basic),
    ("/webhooks/alertmanager", p.alert(at(4, "10:00")), lambda _: {"authorization": "Bearer am"}),
    ("/webhooks/pagerduty", p.pagerduty("triggered", at(5, "10:00")),
     lambda body: {"x-pagerduty-signature": f"v1=00,v1={digest('pd', body)}"}),
]  # fmt: skip


@pytest.fixture
def database_url(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[str]:
    """SQLite alone: what differs is merging and counting, which test_dora.py looks at on both."""
    with sqlite_files.fresh(tmp_path) as url:
        yield url


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Desk:
    return desk(database, tmp_path, clock=ManualClock(NOW))


class Client:
    """Slack's side of a request that asks for no more than its workspace."""

    async def auth_test(self) -> dict[str, str]:
        return {"team_id": "T1"}


async def send(
    room: Desk, path: str, body: bytes, headers: Headers, *, length: int | None = None
) -> tuple[int, dict[str, Any]]:
    """Send a request to the ear of a path and return its answer."""
    (ear,) = [one for one in measure_ears(SETTINGS, many=False) if one.path == path]

    async def client_for(_: str) -> Any:
        return Client()

    ear.listen(Ears(room.ctx, None, People()), client_for)  # type: ignore[arg-type]  # a test client
    sent = {"content-length": str(len(body) if length is None else length), **headers}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    raw = [(name.encode(), value.encode()) for name, value in sent.items()]
    scope = {"type": "http", "method": "POST", "path": path, "headers": raw}
    answer = await ear.hear(Request(scope, receive))
    return answer.status_code, json.loads(bytes(answer.body))


async def stored(room: Desk) -> int:
    """Return how many facts and receipts there are."""
    async with room.ctx.database.read() as uow:
        models: list[type[Base]] = [*MODELS.values(), Receipt]
        tables = map(table_of, models)
        counts = [await uow.session.scalar(select(func.count()).select_from(t)) for t in tables]
        return sum(count or 0 for count in counts)


@pytest.mark.parametrize(("path", "body", "headers"), BELIEVED)
async def test_a_signed_report_is_stored_once(
    room: Desk, path: str, body: Any, headers: Callable[[bytes], Headers]
) -> None:
    raw = json.dumps(body).encode()
    assert await send(room, path, raw, headers(raw)) == (200, {"state": "stored", "facts": 1})
    assert await stored(room) == 2
    again = {**headers(raw), "x-github-delivery": "another"}
    assert await send(room, path, raw, again) == (200, {"state": "known", "facts": 0})
    assert await stored(room) == 2


async def test_an_issue_of_sentry_is_resolved_again_by_the_same_words(room: Desk) -> None:
    """Its body does not say when; the second resolve was taken for a repetition of the first."""

    async def tell(status: str, minute: int) -> str:
        issue = {**ISSUE["data"]["issue"], "status": status}  # type: ignore[index]  # a payload
        raw = json.dumps({"action": status, "data": {"issue": issue}}).encode()
        sent = {"sentry-hook-timestamp": str(int(NOW.timestamp()) + 60 * minute)}
        _, answer = await send(room, "/webhooks/sentry", raw, {**sentry(raw), **sent})
        return str(answer["state"])

    async def state() -> str:
        async with room.ctx.database.read() as uow:
            return (await uow.session.scalars(select(WorkItem.state))).one()

    for status, minute, told in (
        ("resolved", -4, "done"), ("unresolved", -3, "open"), ("resolved", -2, "done"),
        ("unresolved", -1, "open"),
    ):  # fmt: skip
        assert (await tell(status, minute), await state()) == ("stored", told)
    assert (await tell("resolved", -4), await state()) == ("known", "open"), "sent again"
    assert await tell("resolved", -60) == "stored"
    assert (await tell("resolved", -61), await state()) == ("known", "open"), "long past"


@pytest.mark.parametrize(("path", "body", "headers"), BELIEVED)
async def test_a_wrong_signature_is_refused(
    room: Desk, path: str, body: Any, headers: Callable[[bytes], Headers]
) -> None:
    raw = json.dumps(body).encode()
    right = headers(raw)
    wrong = {name: value[:-2] + "00" for name, value in right.items()}
    changed = raw.replace(b"2026", b"2025")
    refused = (401, {"error": "The signature is missing, wrong or old."})
    assert await send(room, path, raw, wrong) == refused
    assert await send(room, path, raw, {}) == refused
    assert await send(room, path, raw, {"authorization": "Basic \xe9"}) == refused
    if path != "/webhooks/alertmanager":
        assert await send(room, path, changed, right) == refused
    assert await stored(room) == 0


async def test_gitlab_signatures_grow_old_and_its_older_token_counts(room: Desk) -> None:
    raw = json.dumps(p.merge_request("open", "2026-03-02 09:00:00 UTC")).encode()
    old = gitlab(raw, stamp=int(NOW.timestamp()) - 301)
    assert (await send(room, "/webhooks/gitlab", raw, old))[0] == 401
    assert (await send(room, "/webhooks/gitlab", raw, gitlab(raw, key=b"")))[0] == 401
    token = {"x-gitlab-token": f"whsec_{KEY}"}
    assert (await send(room, "/webhooks/gitlab", raw, token))[0] == 200


HUGE = p.pull_request("opened", {**p.pull(1, at(2, "09:00")), "id": int("9" * 400)})
HOSTILE = [
    (b"[" * 100_000, "That is no JSON."),
    (b'{"id": ' + b"9" * 5_000 + b"}", "That is no JSON."),
    (b'{"weight": NaN}', "That is no JSON."),
    (b"[]", "GitHub's events are JSON objects."),
    (b"{}", "The repository has no full_name."),
    (b'{"repository": {"full_name": "a/b"}}', "The pull request has no id."),
    (json.dumps(HUGE).encode(), "The id of the pull request has more than 140 characters."),
    (
        json.dumps(p.pull_request("opened", p.pull(1, "2031-01-01T00:00:00Z"))).encode(),
        "updated_at is 2031-01-01T00:00:00Z: before 2000, or not yet.",
    ),
    (
        json.dumps(p.pull_request("opened", p.pull(1, "0002-01-01T00:00:00Z"))).encode(),
        "updated_at is 0002-01-01T00:00:00Z: before 2000, or not yet.",
    ),
    (
        json.dumps(p.pull_request("opened", p.pull(1, "soon"))).encode(),
        "updated_at is no moment: “soon”.",
    ),
]


async def test_what_cannot_be_is_refused_with_one_sentence(room: Desk) -> None:
    for raw, sentence in HOSTILE:
        answer = await send(room, "/webhooks/github", raw, github("pull_request")(raw))
        assert answer == (400, {"error": sentence})
        assert await stored(room) == 0


async def test_hostile_texts_are_cut_and_cleaned(room: Desk) -> None:
    run = p.workflow_run(1, 1, "success", at(2, "09:15"), name="n\x00" * 5_000, head_sha="\ud800")
    raw = json.dumps(
        {**run, "repository": {"full_name": "a/\x00b", "default_branch": "m"}}
    ).encode()
    answer = await send(room, "/webhooks/github", raw, github("workflow_run")(raw))
    assert answer == (200, {"state": "stored", "facts": 1})


async def test_what_says_nothing_is_ignored(room: Desk) -> None:
    for event, body in (("ping", {"zen": "Design for failure."}), ("star", {"action": "created"})):
        raw = json.dumps(body).encode()
        answer = await send(room, "/webhooks/github", raw, github(event)(raw))
        assert answer == (200, {"state": "ignored", "facts": 0})
    assert await stored(room) == 0


async def test_a_body_of_100_mb_is_not_even_read(room: Desk) -> None:
    answer = await send(room, "/webhooks/github", b"", {}, length=100_000_000)
    assert answer == (413, {"error": "More than 5,000,000 bytes."})


def test_a_path_is_served_once_its_secret_is_set() -> None:
    assert [ear.path for ear in measure_ears(MeasureSettings(), many=True) if ear.routes()] == []
    served = [route.path for ear in measure_ears(SETTINGS, many=True) for route in ear.routes()]
    assert served == [
        f"/webhooks/{name}" for name in ("github", "gitlab", "sentry", "alertmanager", "pagerduty")
    ]
    homeless = MeasureSettings(github_secret=SecretStr("gh"))
    with pytest.raises(SettingInvalid, match="TEAMLEAD_MEASURE_WORKSPACE"):
        measure_ears(homeless, many=True)
    assert all(isinstance(ear, WebhookEar) for ear in measure_ears(homeless, many=False))
