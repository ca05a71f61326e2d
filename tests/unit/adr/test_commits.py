"""Decisions that are settled in Slack appear as commits: once, public ones, after every failure."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.doctor_local import check_records
from bot.domain.decision import DecisionState
from bot.services import adr_commits, decision_dues
from bot.settings import AdrSettings, Settings, SlackSettings
from storage.models import DecisionExport
from storage.uow import Database
from tests.support.desk import Desk, desk
from tests.unit.adr.test_git import git, repository
from tests.unit.decision.acts import NO, YES, accepted, recorded, say

__all__ = ["repository"]
BRANCH = "adr/teamlead"
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What no statement of its own needs proving for on the other database."""


@pytest.fixture
def office(database: Database, tmp_path: Path, repository: Path) -> Desk:
    """A desk whose decisions are committed to `repository`."""
    return desk(database, tmp_path, adr=AdrSettings(repository=str(repository)))


async def row(office: Desk) -> DecisionExport | None:
    async with office.ctx.database.read() as uow:
        return await uow.session.get(DecisionExport, "T1")


def files(repository: Path) -> list[str]:
    """Return the names of the records on the branch."""
    listed = git(repository, "ls-tree", "--name-only", BRANCH, "docs/decisions/").split()
    return [name for each in listed if (name := Path(each).name)[:1].isdigit()]


async def test_what_is_settled_is_committed_once(office: Desk, repository: Path) -> None:
    decision = await recorded(office)
    assert await adr_commits.commit_due(office.ctx) == 0
    await say(office, decision, YES, "U2")
    counts = await asyncio.gather(*(adr_commits.commit_due(office.ctx) for _ in range(3)))
    assert sum(counts) == 1
    assert files(repository) == ["0001-title-of-k1.md"]
    shown = git(repository, "show", f"{BRANCH}:docs/decisions/0001-title-of-k1.md")
    assert "status: accepted" in shown
    head = git(repository, "rev-parse", BRANCH)
    assert await adr_commits.commit_due(office.ctx) == 0
    assert git(repository, "rev-parse", BRANCH) == head


@ONE
async def test_what_replaces_another_is_committed_with_it(office: Desk, repository: Path) -> None:
    await accepted(office)
    await adr_commits.commit_due(office.ctx)
    await accepted(office, "k2", terms={"supersedes": (1,)})
    assert await adr_commits.commit_due(office.ctx) == 1
    shown = git(repository, "show", f"{BRANCH}:docs/decisions/0001-title-of-k1.md")
    assert "status: superseded" in shown
    assert git(repository, "rev-list", "--count", f"main..{BRANCH}") == "2"


@ONE
async def test_what_is_renewed_or_kept_is_committed_anew(office: Desk, repository: Path) -> None:
    day = office.clock.now().date()
    decision = await accepted(office, terms={"expires_on": day + timedelta(days=10)})
    office.clock.advance(timedelta(days=12))
    await decision_dues.tell_due(office.ctx)
    assert await adr_commits.commit_due(office.ctx) == 1
    record = f"{BRANCH}:docs/decisions/0001-title-of-k1.md"
    expired = git(repository, "show", record)
    until = day + timedelta(days=40)
    await decision_dues.renew(office.ctx, decision.id, until=until, by="U1", receipt="renew")
    assert await adr_commits.commit_due(office.ctx) == 1
    renewed = git(repository, "show", record)
    assert "status: accepted" not in expired
    assert "status: accepted" in renewed
    office.clock.advance(timedelta(days=1))
    await decision_dues.keep(office.ctx, decision.id, by="U1", receipt="keep")
    assert await adr_commits.commit_due(office.ctx) == 1
    assert git(repository, "show", record) != renewed


@ONE
async def test_a_private_channels_decision_is_in_no_file(office: Desk, repository: Path) -> None:
    await accepted(office, title="Public one")
    await accepted(office, "k2", channel_id="G1", is_private=True, title="Secret one")
    await adr_commits.commit_due(office.ctx)
    whole = git(repository, "log", "-p", BRANCH)
    assert "Public one" in whole
    assert "Secret one" not in whole


@ONE
async def test_a_failure_is_tried_again_later_and_said(office: Desk, repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", BRANCH)
    await accepted(office)
    assert await adr_commits.commit_due(office.ctx) == 0
    kept = await row(office)
    assert kept is not None
    assert "is checked out" in kept.problem
    async with office.ctx.database.read() as uow:
        assert await uow.decision_exports.problem("T1") == kept.problem
        assert await uow.decision_exports.problem("T2") == ""
    git(repository, "checkout", "-q", "main")
    assert await adr_commits.commit_due(office.ctx) == 0  # not yet
    office.clock.advance(timedelta(minutes=2))
    assert await adr_commits.commit_due(office.ctx) == 1
    kept = await row(office)
    assert kept is not None
    assert (kept.problem, kept.next_try_at, kept.done_at) == ("", None, kept.wanted_at)


@ONE
async def test_a_process_that_dies_on_the_way_leaves_it_to_the_next(
    office: Desk, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accepted(office)

    def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(adr_commits, "_left_alone", die)  # after the commit, before its note
        with pytest.raises(KeyboardInterrupt):
            await adr_commits.commit_due(office.ctx)
    head = git(repository, "rev-parse", BRANCH)
    assert await adr_commits.commit_due(office.ctx) == 0
    office.clock.advance(timedelta(minutes=16))
    assert await adr_commits.commit_due(office.ctx) == 1
    assert git(repository, "rev-parse", BRANCH) == head


async def test_what_is_settled_meanwhile_is_committed_next(
    office: Desk, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accepted(office)
    real: Callable[..., Any] = adr_commits._export

    async def slow(*given: Any) -> Any:
        report = await real(*given)
        office.clock.advance(timedelta(seconds=1))
        await accepted(office, "k2")
        return report

    with monkeypatch.context() as patched:
        patched.setattr(adr_commits, "_export", slow)
        assert await adr_commits.commit_due(office.ctx) == 1
    assert len(files(repository)) == 1
    assert await adr_commits.commit_due(office.ctx) == 1
    assert len(files(repository)) == 2


@ONE
async def test_a_file_that_somebody_edited_is_left_alone_and_said(
    office: Desk, repository: Path
) -> None:
    first = await recorded(office)
    await accepted(office, "k2")
    await adr_commits.commit_due(office.ctx)
    git(repository, "stash", "-q", "-u")
    git(repository, "checkout", "-q", BRANCH)
    (repository / "docs/decisions/0001-title-of-k1.md").write_text("Mine.\n")
    git(repository, "commit", "-qam", "Edit")
    git(repository, "checkout", "-q", "main")
    await say(office, first, NO, "U2")
    assert await adr_commits.commit_due(office.ctx) == 1
    kept = await row(office)
    assert kept is not None
    assert "0001-title-of-k1.md" in kept.problem
    assert git(repository, "show", f"{BRANCH}:docs/decisions/0001-title-of-k1.md") == "Mine."


@ONE
async def test_without_a_repository_nothing_is_kept(database: Database, tmp_path: Path) -> None:
    office = desk(database, tmp_path)
    decision = await accepted(office)
    assert decision.state is DecisionState.ACCEPTED
    assert await row(office) is None


@ONE
async def test_of_many_workspaces_one_has_the_repository(
    database: Database, tmp_path: Path, repository: Path
) -> None:
    many = SlackSettings(client_id="1.2")
    unnamed = desk(database, tmp_path, slack=many, adr=AdrSettings(repository=str(repository)))
    await accepted(unnamed)
    assert await row(unnamed) is None
    named = AdrSettings(repository=str(repository), workspace="T1")
    office = desk(database, tmp_path, slack=many, adr=named)
    await accepted(office, "k2", workspace_id="T2", channel_id="C9")
    assert await adr_commits.commit_due(office.ctx) == 0
    await accepted(office, "k3")
    assert await adr_commits.commit_due(office.ctx) == 1
    assert len(files(repository)) == 2


def test_doctor_looks_at_the_repository(repository: Path) -> None:
    def found(**adr: Any) -> list[str]:
        settings = Settings(adr=AdrSettings(**adr), slack=SlackSettings(client_id="1.2"))
        return [f"{check.state} {check.found}" for check in check_records(settings)]

    assert found() == []
    assert found(repository=str(repository), workspace="T1") == [
        f"ok They are committed on {BRANCH} of {repository}."
    ]
    assert found(repository=str(repository)) == [
        "note Nobody said whose decisions the bot commits."
    ]
    assert found(repository=str(repository), branch="main") == [
        f"fix main is checked out in {repository}."
    ]
