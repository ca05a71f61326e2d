"""Records out of files, on both databases: each once, nothing lost, nothing overwritten."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.adr.folder import read_folder
from bot.adr.target import FolderTarget
from bot.clock import ManualClock
from bot.domain.decision import DecisionState, DueKind, LinkKind
from bot.errors import NotFound, UserFacingError
from bot.services.adr_export import ExportReport, export_folder
from bot.services.adr_import import Imported, ImportReport, Order, import_folder
from storage.models import Decision
from storage.uow import Database
from tests.storage.rows import NOW, WORKSPACE, add_decision, add_task
from tests.support import adr_files

CLOCK = ManualClock(NOW)


async def take(
    database: Database, folder: Path, *, label: str = "shop/adr", **more: Any
) -> ImportReport:
    order = Order(read_folder(folder), label, **more)
    return await import_folder(database, CLOCK, order)


async def give(database: Database, folder: Path, **more: Any) -> ExportReport:
    return await export_folder(database, CLOCK, FolderTarget(folder), **more)


def record(folder: Path, name: str, *, status: str = "accepted", more: str = "") -> None:
    """Write a small record."""
    folder.mkdir(parents=True, exist_ok=True)
    title = name.split("-", 1)[-1]
    (folder / f"{name}.md").write_text(
        f"# {title}\n\n## Status\n\n{status}\n\n## Context\n\nWhy {title}.\n\n## Decision\n\n"
        f"We do {title}.\n{more}"
    )


def only(report: ImportReport, name: str) -> Imported:
    [found] = [item for item in report.imported if item.file.path == name]
    return found


async def all_of(database: Database, workspace: str) -> dict[str, Decision]:
    async with database.read() as uow:
        found = await uow.decisions.to_export(workspace, "")
        return {row.title: row for row in found}


@pytest.mark.again
async def test_every_form_and_status_once_and_again(database: Database, tmp_path: Path) -> None:
    written = adr_files.write_folder(tmp_path / "in")
    assert written.records >= 200
    first = await take(database, tmp_path / "in")
    assert first.by_status == written.by_status
    assert first.by_outcome == {"created": written.records}
    assert len(first.skipped) == written.others
    assert all(skipped.why for skipped in first.skipped)
    async with database.read() as uow:
        for state in DecisionState:
            counted = written.by_status[state.value]
            if state is DecisionState.UNCLEAR:
                counted += written.by_status["missing"]
            assert await uow.decisions.count("local", state) == counted
    second = await take(database, tmp_path / "in")
    assert second.by_outcome == {"unchanged": written.records}
    assert second.by_status == written.by_status


@pytest.mark.again
async def test_exported_and_imported_elsewhere_all_is_the_same(
    database: Database, tmp_path: Path
) -> None:
    adr_files.write_folder(tmp_path / "in", each=4)
    await take(database, tmp_path / "in")
    first = await give(database, tmp_path / "out")
    assert set(first.by_outcome) == {"created"}
    assert (await give(database, tmp_path / "out")).done == "Nothing to write."
    here = await take(database, tmp_path / "out", label="elsewhere")
    assert set(here.by_outcome) == {"unchanged"}
    async with database.begin() as uow:
        await uow.channels.ensure_workspace("T2", now=NOW)
    there = await take(database, tmp_path / "out", workspace="T2")
    assert set(there.by_outcome) == {"created"}
    ours, theirs = await all_of(database, "local"), await all_of(database, "T2")
    assert {title: (row.body, row.state) for title, row in ours.items()} == {
        title: (row.body, row.state) for title, row in theirs.items()
    }
    await give(database, tmp_path / "again", workspace="T2")
    for file in (tmp_path / "out").rglob("*.md"):
        name = file.relative_to(tmp_path / "out")
        mine, other = file.read_text(), (tmp_path / "again" / name).read_text()
        # The ids are another workspace's: they are taken in this database.
        assert mine.split("teamlead-id")[0] == other.split("teamlead-id")[0], name


async def test_a_changed_file_updates_and_says_so(database: Database, tmp_path: Path) -> None:
    record(tmp_path, "0001-go", more="\n## Rollout\n\nSlowly.\n")
    await take(database, tmp_path)
    record(tmp_path, "0001-go", status="deprecated")
    report = await take(database, tmp_path)
    assert report.by_outcome == {"updated": 1}
    row = (await all_of(database, "local"))["go"]
    assert (row.state, row.revision) == (DecisionState.DEPRECATED, 2)
    record(tmp_path, "0001-go", status="deprecated", more="\n## Rollout\n\nFast.\n")
    assert (await take(database, tmp_path)).by_outcome == {"updated": 1}
    async with database.read() as uow:
        source = await uow.decision_sources.of(row.id)
    assert source is not None
    assert source.body["sections"][-1]["text"] == "Fast."


async def test_what_people_changed_since_is_not_overwritten(
    database: Database, tmp_path: Path
) -> None:
    record(tmp_path, "0001-go")
    await take(database, tmp_path)
    async with database.begin() as uow:
        row = await uow.decisions.by_number("local", 1, seen_from="")
        row.state = DecisionState.DEPRECATED
    assert (await take(database, tmp_path)).by_outcome == {"unchanged": 1}
    record(tmp_path, "0001-go", status="rejected")
    report = await take(database, tmp_path)
    assert report.by_outcome == {"conflict": 1}
    assert "D-1 was changed in Slack" in report.imported[0].problems[0]
    assert (await all_of(database, "local"))["go"].state is DecisionState.DEPRECATED


async def test_a_decision_made_in_slack_comes_and_goes_unchanged(
    database: Database, tmp_path: Path
) -> None:
    body = {"title": "Append-only *ledger*", "context": "# why\n---", "outcome": " Because. "}
    async with database.begin() as uow:
        task = await add_task(uow)
        row = await add_decision(
            uow,
            task,
            title=body["title"],
            body=body,
            state=DecisionState.ACCEPTED,
            decided_by="U7",
            decided_at=NOW,
            review_by=date(2026, 9, 1),
        )
    await give(database, tmp_path, workspace=WORKSPACE)
    file = tmp_path / "0001-append-only-ledger.md"
    text = file.read_text()
    assert "decision-makers:\n- U7\n" in text
    assert "review-by: '2026-09-01'\n" in text
    assert (await take(database, tmp_path, workspace=WORKSPACE)).by_outcome == {"unchanged": 1}
    file.write_text(text.replace("Because.", "No."))
    report = await take(database, tmp_path, workspace=WORKSPACE)
    assert report.by_outcome == {"conflict": 1}
    async with database.read() as uow:
        assert (await uow.decisions.get(row.id)).body == body
    # And the other way round: the file that a person edited is left alone.
    again = await give(database, tmp_path, workspace=WORKSPACE)
    assert again.by_outcome == {"conflict": 1}
    assert "No." in file.read_text()


async def test_a_file_keeps_its_name_when_the_title_changes(
    database: Database, tmp_path: Path
) -> None:
    async with database.begin() as uow:
        row = await add_decision(uow, await add_task(uow), title="One", body={"title": "One"} | _B)
    await give(database, tmp_path, workspace=WORKSPACE)
    async with database.begin() as uow:
        found = await uow.decisions.get(row.id)
        found.title, found.body = "Two", {"title": "Two"} | _B
    report = await give(database, tmp_path, workspace=WORKSPACE)
    assert [(item.name, item.outcome) for item in report.written] == [("0001-one.md", "updated")]
    assert "# Two\n" in (tmp_path / "0001-one.md").read_text()
    assert (
        "| D-1 | [Two](0001-one.md) | proposed | 2026-03-02 |"
        in (tmp_path / "README.md").read_text()
    )


_B = {"context": "Why.", "outcome": "That."}


async def test_links_are_read_from_both_ends(database: Database, tmp_path: Path) -> None:
    record(tmp_path / "in", "0001-a", status="Superseded by [2](0002-b.md)")
    record(tmp_path / "in", "0002-b", status="accepted\n\nSupersedes [1. a](0001-a.md)")
    record(tmp_path / "in", "0003-c", status="accepted\n\nAmends ADR-0002")
    await take(database, tmp_path / "in")
    rows = await all_of(database, "local")
    async with database.read() as uow:
        onward = await uow.decision_parts.onward(rows["b"].id)
        backward = await uow.decision_parts.backward(rows["b"].id)
    assert [(kind, row.title) for kind, row in onward] == [(LinkKind.SUPERSEDES, "a")]
    assert [(kind, row.title) for kind, row in backward] == [(LinkKind.AMENDS, "c")]
    await give(database, tmp_path / "out")
    assert "superseded-by:\n- 0002-b.md\n" in (tmp_path / "out/0001-a.md").read_text()
    assert "amended-by:\n- 0003-c.md\n" in (tmp_path / "out/0002-b.md").read_text()
    # A link that no file asks for any more goes.
    record(tmp_path / "in", "0003-c", status="accepted")
    await take(database, tmp_path / "in")
    async with database.read() as uow:
        assert await uow.decision_parts.backward(rows["b"].id) == []


async def test_links_that_make_no_sense_are_reported(database: Database, tmp_path: Path) -> None:
    record(tmp_path, "0001-a", status="accepted\n\nSupersedes ADR-2")
    record(tmp_path, "0002-b", status="accepted\n\nSupersedes ADR-1")
    record(tmp_path, "0003-c", status="Superseded by [9](0009-gone.md)")
    record(tmp_path, "0004-d", status="accepted\n\nAmends ADR-4")
    report = await take(database, tmp_path)
    problems = {item.file.path: item.problems for item in report.imported}
    circle = [text for texts in problems.values() for text in texts if "circle" in text]
    assert len(circle) == 1
    assert problems["0003-c.md"] == ["superseded by 0009-gone.md, which is not here"]
    assert problems["0004-d.md"] == ["amends itself"]
    async with database.read() as uow:
        assert len(await uow.decision_parts.edges("local", LinkKind.SUPERSEDES)) == 1


async def test_two_imports_at_once_take_each_file_once(database: Database, tmp_path: Path) -> None:
    for number in range(1, 6):
        record(tmp_path, f"000{number}-a{number}")
    both = await asyncio.gather(take(database, tmp_path), take(database, tmp_path))
    outcomes = sorted((dict(report.by_outcome) for report in both), key=str)
    assert outcomes == [{"created": 5}, {"unchanged": 5}]
    assert len(await all_of(database, "local")) == 5


async def test_two_projects_do_not_mix(database: Database, tmp_path: Path) -> None:
    record(tmp_path / "a", "0001-same")
    record(tmp_path / "b", "0001-same", more="\nIn b.\n")
    record(tmp_path / "b", "0002-new", status="accepted\n\nAmends ADR-1")
    await take(database, tmp_path / "a", label="a/adr")
    report = await take(database, tmp_path / "b", label="b/adr")
    assert report.by_outcome == {"created": 2}
    assert [item.public_id for item in report.imported] == ["D-2", "D-3"]
    names = [item.name for item in (await give(database, tmp_path / "out")).written]
    assert sorted(names) == ["0001-same-d2.md", "0001-same.md", "0002-new.md"]


async def test_numbers_are_the_files_where_all_are_free(database: Database, tmp_path: Path) -> None:
    record(tmp_path, "0004-a")
    record(tmp_path, "0031-b")
    report = await take(database, tmp_path)
    assert [item.public_id for item in report.imported] == ["D-4", "D-31"]
    record(tmp_path / "late", "0007-c")
    late = await take(database, tmp_path / "late", label="late")
    assert [item.public_id for item in late.imported] == ["D-32"]


async def test_a_private_channels_decisions_leave_only_by_its_name(
    database: Database, tmp_path: Path
) -> None:
    async with database.begin() as uow:
        public = await add_decision(
            uow, await add_task(uow, channel="C1"), body=_B | {"title": "Open"}, title="Open"
        )
        secret = await add_decision(
            uow,
            await add_task(uow, channel="G1", private=True),
            body=_B | {"title": "Hidden"},
            title="Hidden",
        )
        await uow.decision_parts.link(secret, public, LinkKind.AMENDS, now=NOW)
    await give(database, tmp_path / "all", workspace=WORKSPACE)
    told = "".join(file.read_text() for file in (tmp_path / "all").iterdir())
    assert "Open" in told
    assert "hidden" not in told.lower()
    report = await give(database, tmp_path / "one", workspace=WORKSPACE, channel="G1")
    assert [item.name for item in report.written] == ["0002-hidden.md"]


async def test_a_record_of_a_channel_is_seen_there(database: Database, tmp_path: Path) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure(WORKSPACE, "G1", now=NOW, is_private=True)
    record(tmp_path, "0001-secret")
    await take(database, tmp_path, workspace=WORKSPACE, channel="G1")
    async with database.read() as uow:
        assert (await uow.decisions.by_number(WORKSPACE, 1, seen_from="G1")).title == "secret"
        with pytest.raises(NotFound):
            await uow.decisions.by_number(WORKSPACE, 1, seen_from="C1")


async def test_a_dry_run_keeps_nothing(database: Database, tmp_path: Path) -> None:
    record(tmp_path, "0001-a")
    report = await take(database, tmp_path, dry_run=True)
    assert report.by_outcome == {"created": 1}
    assert await all_of(database, "local") == {}
    await take(database, tmp_path)
    given = await give(database, tmp_path / "out", dry_run=True)
    assert given.by_outcome == {"created": 1}
    assert not (tmp_path / "out").exists()


async def test_a_review_day_of_an_exported_file_is_planned(
    database: Database, tmp_path: Path
) -> None:
    record(tmp_path, "0001-a")
    file = tmp_path / "0001-a.md"
    file.write_text(f"---\nreview-by: 2026-09-01\n---\n{file.read_text()}")
    await take(database, tmp_path)
    async with database.read() as uow:
        later = NOW.replace(year=2027)
        due = await uow.decision_parts.due(now=later, limit=9)
    assert [kind for _, kind in due] == [DueKind.REVIEW]


async def test_scopes_that_are_not_plain_are_refused(database: Database, tmp_path: Path) -> None:
    record(tmp_path, "0001-a")
    with pytest.raises(NotFound, match="workspace 'T9'"):
        await take(database, tmp_path, workspace="T9")
    async with database.begin() as uow:
        await uow.channels.ensure_workspace("T1", now=NOW)
    with pytest.raises(NotFound, match="channel 'C9'"):
        await take(database, tmp_path, channel="C9")
    async with database.begin() as uow:
        await uow.channels.ensure_workspace("T2", now=NOW)
    with pytest.raises(UserFacingError, match="2 workspaces"):
        await take(database, tmp_path)
