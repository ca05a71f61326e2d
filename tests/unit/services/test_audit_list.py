"""The audit log as people read it: by names and numbers, never by ids, nothing of private rooms."""

from typing import Any

import pytest

from bot.services import audit
from bot.slack.cards import audit_list
from storage.models import Service
from tests.support.desk import MORNING, Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TIMES: dict[str, Any] = {"created_by": "U1", "created_at": MORNING, "updated_at": MORNING}


async def _listed(office: Desk, noun: str, noun_id: str, **details: Any) -> str:
    async with office.ctx.database.begin() as uow:
        await uow.audit.add(
            "T1", "U1", action="x.y", noun=noun, noun_id=noun_id, at=MORNING, details=details
        )
    post = audit_list(await audit.newest(office.ctx, "T1"))
    text: str = post.blocks[0]["text"]["text"]
    return text.splitlines()[0].partition("`x.y` · ")[2]


async def test_things_are_called_as_people_call_them(office: Desk) -> None:
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=MORNING)
        open_one = Service(workspace_id="T1", key="a&b", name="a&b", scope="", **TIMES)
        secret = Service(workspace_id="T1", key="hush", name="hush", scope="G1", **TIMES)
        uow.session.add_all((open_one, secret))
        await uow.session.flush()
        names = open_one.id, secret.id
    moved = {"before": None, "after": "U0MAYA0001"}
    assert await _listed(office, "service", names[0], **moved) == (
        "service a&amp;b · not set → <@U0MAYA0001>"
    )
    assert await _listed(office, "service", names[1]) == "service"
    assert await _listed(office, "technology", "0" * 32) == "technology"
    limit = {"check": "coverage", "before": "not set", "after": 85.0}
    assert await _listed(office, "gate", "billing", **limit) == (
        "gate billing · coverage: not set → 85"
    )
    chosen = {"scope": "channel", "scope_id": "C0BACKEND1", "before": 1, "after": 2}
    assert await _listed(office, "setting", "quorum", **chosen) == (
        "setting quorum · channel <#C0BACKEND1>: 1 → 2"
    )
    everywhere = {"scope": "workspace", "scope_id": "T1", "before": None, "after": ["anyone"]}
    assert await _listed(office, "setting", "ask", **everywhere) == (
        "setting ask · workspace: not set → anyone"
    )
