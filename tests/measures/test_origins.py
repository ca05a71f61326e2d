"""Places that report: listed, named by people, kept so long; nothing of private channels."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.errors import NotFound, UserFacingError
from bot.services.measure_origins import Named, name_once, read_naming
from bot.services.retention import count_rows, remove_rows
from bot.services.service_graph import Place
from bot.settings import RetentionSettings
from bot.slack.cards.measure import origin_list
from storage.models import Service
from storage.uow import Database
from tests.measures.story import NOW, WINDOW, told
from tests.measures.test_dora import know_services, tell
from tests.support.databases import SqliteFiles
from tests.support.desk import Desk, desk
from tests.support.stage import words

PLACE = Place("T1", "C1", "U1")


@pytest.fixture
def database_url(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[str]:
    """SQLite alone: what differs is merging and counting, which test_dora.py looks at on both."""
    with sqlite_files.fresh(tmp_path) as url:
        yield url


@pytest.fixture
async def room(database: Database, tmp_path: Path) -> Desk:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace("T1", now=NOW)
        await tell(uow, told())
        await know_services(uow)
        times = {"created_by": "U1", "created_at": NOW, "updated_at": NOW}
        await uow.services.add(
            Service(workspace_id="T1", scope="CP", key="secret", name="Secret", **times)
        )
    return desk(database, tmp_path, clock=ManualClock(NOW))


async def shown(room: Desk) -> str:
    async with room.ctx.database.read() as uow:
        post = origin_list(await uow.facts.origins("T1", limit=99), now=NOW)
    return words({"text": post.text, "blocks": post.blocks})


async def test_a_place_is_named_once_and_counts(room: Desk) -> None:
    assert "acme/orders (github) · ▫️ no service · heard" in await shown(room)
    said = read_naming("acme/orders is Orders")
    assert said == Named("acme/orders", "Orders")
    assert await name_once(room.ctx, PLACE, said, receipt="r1") == "orders"
    assert await name_once(room.ctx, PLACE, said, receipt="r1") is None
    assert "acme/orders (github) · service orders · heard" in await shown(room)
    async with room.ctx.database.read() as uow:
        of_orders = await uow.dora.lead_time("T1", replace(WINDOW, service="orders"))
        assert of_orders.n == 3
        (entry,) = await uow.audit.of("T1", "measure", "orders")
        assert entry.details == {"origin": "acme/orders"}
    assert await name_once(room.ctx, PLACE, read_naming("Acme/Orders is none"), receipt="") == ""
    assert "acme/orders (github) · ▫️ no service" in await shown(room)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("acme/orders", "Say which service"),
        ("acme/orders is ordrs", "Did you mean orders?"),
        ("acme/orders is secret", "I know no service 'secret'"),
        ("acme/other is orders", "I know no repository or project 'acme/other'"),
    ],
)
async def test_what_cannot_be_named(room: Desk, text: str, sentence: str) -> None:
    with pytest.raises(UserFacingError) as refused:
        await name_once(room.ctx, PLACE, read_naming(text), receipt="r")
    assert sentence in refused.value.sentence()
    with pytest.raises(NotFound):
        await name_once(
            room.ctx, Place("T2", "C1", "U1"), Named("acme/orders", "orders"), receipt="r"
        )
    assert "no service" in await shown(room)


async def test_facts_are_kept_so_long(room: Desk) -> None:
    settings = RetentionSettings(measure_days=5)
    names = ("deployments", "pull_requests", "incidents", "work_items", "workflow_runs")
    later = NOW + timedelta(days=1)
    counted = await count_rows(room.ctx.database, settings, now=later)
    # after 12 March nothing happened but pull 6 of the 10th, which is past its time as well
    assert {name: counted[name] for name in names} == {
        "deployments": 7, "pull_requests": 7, "incidents": 2, "work_items": 1, "workflow_runs": 2,
    }  # fmt: skip
    removed = await remove_rows(room.ctx.database, settings, now=later)
    assert {name: removed[name] for name in names} == {name: counted[name] for name in names}
    kept = RetentionSettings(measure_days=0)
    assert "deployments" not in await count_rows(room.ctx.database, kept, now=later)
