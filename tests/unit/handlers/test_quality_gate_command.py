"""`/lead gates` and its form: who may, what it says, what is wrong with a form."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.quality_gate import observe
from bot.domain.report import Measurement, Name, Report, ReportKind
from bot.domain.setting import Scope
from bot.errors import NotAllowed
from bot.services.quality_gate_policy import default_policy
from bot.services.quality_gates import Run, keep
from bot.services.workspace_settings import choose
from bot.settings_gate import GateSettings
from handlers.commands.quality_gate import run_gates
from handlers.commands.table import Call
from handlers.interaction import Submission
from handlers.quality_gates import QualityGateActions
from storage.models import QualityGatePlace
from storage.uow import Database
from tests.support.desk import Desk, desk
from tests.support.hands import hands
from tests.support.slack_client import client
from tests.unit.handlers.test_sprint_command import Slack

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def at(database: Database, tmp_path: Path) -> Desk:
    made = desk(database, tmp_path, gate=GateSettings(waive="U1"))
    async with database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=made.clock.now(), is_private=False)
    reports = (Report(ReportKind.LCOV, (Measurement(Name.COVERAGE_LINES, 70),)),)
    run = Run("T1", "shop", "", "abc1234567890", "main", reports, observe(reports))
    await keep(made.ctx, run, default_policy(made.ctx.settings.gate))
    return made


class Members(Slack):
    """Knows who is in which channel, and perhaps an admin."""

    def __init__(self, rooms: dict[str, tuple[str, ...]], *, admin: str = "") -> None:
        super().__init__()
        self._rooms, self._admin = rooms, admin

    async def users_info(self, *, user: str, **_: Any) -> dict[str, Any]:
        return {"user": {"id": user, "is_admin": user == self._admin}}

    async def conversations_members(self, *, channel: str, **_: Any) -> dict[str, Any]:
        return {"members": list(self._rooms.get(channel, ()))}


async def _said(at: Desk, typed: str, *, user: str = "U1", slack: Slack | None = None) -> str:
    call = Call(
        desk=hands(at.ctx),
        workspace_id="T1",
        channel_id="C1",
        user_id=user,
        words=typed,
        client=client(slack or Slack()),
        receipt=f"command:{typed}",
    )
    post = await run_gates(call)
    return f"{post.text} {json.dumps(post.blocks, ensure_ascii=False)}"


async def test_the_list_and_the_page_say_what_is_missed(at: Desk) -> None:
    assert "❌ *repo:shop* · lines covered by tests · main" in await _said(at, "")
    page = await _said(at, "repo:shop")
    day = f"<!date^{int(at.clock.now().timestamp())}^"
    assert f"❌ *repo:shop*: missed on main (abc1234567), {day}" in page
    assert "❌ Lines covered by tests 70 % (at least 80 %)" in page
    assert "▫️ Not measured: most complex function" in page
    assert '"action_id": "waiver.open"' in page


async def test_a_move_of_the_results_says_where_they_were(at: Desk) -> None:
    assert "in a thread here. Before" not in await _said(at, "here repo:shop")
    async with at.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "G1", now=at.clock.now(), is_private=True)
        await uow.channels.ensure("T1", "C2", now=at.clock.now(), is_private=False)
        (place,) = (await uow.session.scalars(select(QualityGatePlace))).all()
        place.channel_id = "C2"
    assert "told in a thread here. Before: <#C2>." in await _said(at, "here  repo:shop")
    async with at.ctx.database.begin() as uow:
        (place,) = (await uow.session.scalars(select(QualityGatePlace))).all()
        place.channel_id = "G1"
    inside = Members({"G1": ("U1",)})
    said = await _said(at, "nowhere repo:shop", slack=inside)
    assert "told nowhere now. Before: a private channel." in said


async def test_results_are_moved_only_by_who_may_decide_where_they_are_told(at: Desk) -> None:
    await _said(at, "here repo:shop")
    async with at.ctx.database.begin() as uow:
        for channel, private in (("C2", False), ("G1", True)):
            await uow.channels.ensure("T1", channel, now=at.clock.now(), is_private=private)
        (place,) = (await uow.session.scalars(select(QualityGatePlace))).all()
        place.channel_id = "C2"
    await choose(
        at.ctx, {"decide": ("U7",)}, workspace_id="T1", scope=Scope.CHANNEL, scope_id="C2", by="U7"
    )
    for typed in ("here repo:shop", "nowhere repo:shop"):
        with pytest.raises(NotAllowed, match=r"told in <#C2>, where you cannot decide"):
            await _said(at, typed)
    async with at.ctx.database.begin() as uow:
        (place,) = (await uow.session.scalars(select(QualityGatePlace))).all()
        place.channel_id = "G1"
    with pytest.raises(NotAllowed, match="told in a private channel, where you cannot"):
        await _said(at, "nowhere repo:shop", slack=Members({"G1": ("U2",)}))
    configurer = Members({}, admin="U1")
    assert "told nowhere now" in await _said(at, "nowhere repo:shop", slack=configurer)


async def test_limits_are_the_configurers(at: Desk) -> None:
    with pytest.raises(NotAllowed):
        await _said(at, "set repo:shop coverage 65")


async def test_the_form_waives_once_by_whom_the_setting_names(at: Desk) -> None:
    slack = Slack()
    with pytest.raises(NotAllowed, match="waive a gate's check"):
        await _said(at, "waive repo:shop coverage", user="U9", slack=slack)
    await _said(at, "waive repo:shop coverage", slack=slack)
    view = slack.view | {"id": "V1", "hash": "1"}
    form = QualityGateActions(hands(at.ctx))
    acked: list[dict[str, Any]] = []

    async def ack(**more: Any) -> None:
        acked.append(more)

    async def send(values: dict[str, Any], user: str = "U1") -> None:
        context = type("Context", (), {"team_id": "T1", "user_id": user, "channel_id": None})
        given: Any = (ack, {}, context, slack, {**view, "state": {"values": values}})
        await form.saved(Submission(*given))

    values: dict[str, Any] = {
        "check": {"choice": {"selected_option": {"value": "coverage"}}},
        "reason": {"text": {"value": ""}},
        "owner": {"user": {"selected_user": None}},
        "due": {"date": {"selected_date": "2026-03-01"}},
    }
    await send(values)
    assert acked.pop()["errors"] == {
        "reason": "Say why it is waived.",
        "owner": "Somebody has to answer for it.",
        "due": "A waiver ends within 365 days, today at the earliest.",
    }
    values["reason"]["text"]["value"] = "Old importer"
    values["owner"]["user"]["selected_user"] = "U7"
    values["due"]["date"]["selected_date"] = "2026-03-31"
    with pytest.raises(NotAllowed):
        await send(values, user="U9")
    slack.chat_postEphemeral = ack  # type: ignore[attr-defined]  # a fake
    await send(values)
    await send(values)
    page = await _said(at, "repo:shop")
    assert "W-1 repo:shop, lines covered by tests · until 31 Mar 2026 · <@U7>: Old importer" in page
    assert "W-2" not in page
    with pytest.raises(NotAllowed):
        await _said(at, "end W-1", user="U9")
    assert "W-1 counts no more." in await _said(at, "end W-1")
