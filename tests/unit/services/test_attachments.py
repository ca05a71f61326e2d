"""Attachments: which files are read and how, and reading that is interrupted or repeated."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import AttachmentRefused
from bot.domain.links import MessageLink
from bot.domain.setting import Effective
from bot.errors import DatabaseAway
from bot.services import attachments, tasks, wishes
from bot.services.attachments import Brought
from bot.services.directory import Directory
from bot.services.file_text import decoded, file_text, is_read, shortened
from bot.services.reading import read_thread
from bot.services.retention import remove_rows
from bot.services.sources import FileRef, Heard, Unreadable
from bot.settings import RetentionSettings
from storage.models import Task
from storage.uow import Database
from tests.support.desk import Desk, desk, wish
from tests.support.pdf import pdf_of

FILE = FileRef("F1", "schema.sql", 10, "https://files.slack.com/files-pri/T1-F1/schema.sql")


class Shelf:
    """Sources that count what they are asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.public = False
        self.away = False

    async def file(self, workspace_id: str, url: str, *, most: int) -> bytes:
        if self.away:
            raise DatabaseAway("OperationalError")
        self.asked.append(url)
        return b"create table invoice"

    async def files_of(
        self, workspace_id: str, channel_id: str, ts: str, *, root_ts: str
    ) -> list[FileRef]:
        self.asked.append(f"files of {ts}")
        return [FILE]

    async def thread(
        self, workspace_id: str, channel_id: str, root_ts: str, *, most: int, before: str = ""
    ) -> list[Heard]:
        self.asked.append(f"thread {channel_id}")
        return [Heard("1700000000.000001", "U9", "said before")]

    async def may_see(self, workspace_id: str, user_id: str, channel_id: str) -> bool:
        return self.public

    async def is_shared(self, workspace_id: str, channel_id: str) -> bool | None:
        return False

    async def directory(self, workspace_id: str) -> Directory:
        raise AssertionError("nobody need be looked up")

    async def may_ask(self, settings: Effective, workspace_id: str, user_id: str) -> bool:
        return user_id != "U9"


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def office(database: Database, tmp_path: Path, shelf: Shelf) -> Desk:
    made = desk(database, tmp_path)
    return replace(made, ctx=replace(made.ctx, sources=shelf))


async def said(office: Desk, task: Task) -> dict[str, tuple[str, bool]]:
    async with office.ctx.database.read() as uow:
        found = await read_thread(uow, await uow.tasks.get(task.id))
    return {item.text: (item.kind, item.trusted) for item in found}


async def test_a_file_is_read_once(office: Desk, shelf: Shelf) -> None:
    """Also when the run begins again."""
    task = await office.take_in(brought=Brought(files=(FILE,)))
    await attachments.read_waiting(office.ctx, task.id)
    await attachments.read_waiting(office.ctx, task.id)

    assert shelf.asked == [FILE.url]
    assert await said(office, task) == {"create table invoice": ("file", False)}


async def test_a_file_waits_while_the_database_is_away(office: Desk, shelf: Shelf) -> None:
    """There an installed app's token is looked up: that is no reason to leave the file out."""
    task = await office.take_in(brought=Brought(files=(FILE,)))
    shelf.away = True
    with pytest.raises(DatabaseAway):
        await attachments.read_waiting(office.ctx, task.id)
    shelf.away = False
    await attachments.read_waiting(office.ctx, task.id)
    assert await said(office, task) == {"create table invoice": ("file", False)}


async def test_no_other_channel_is_read_out_where_others_read(office: Desk, shelf: Shelf) -> None:
    shelf.public = True
    link = MessageLink("C2", "1700000000.000001", "1700000000.000001")
    for channel, shared in (("C1", False), ("CS", True)):
        async with office.ctx.database.begin() as uow:
            await uow.channels.ensure("T1", channel, now=office.clock.now(), is_shared=shared)
        task = await office.take_in(
            channel_id=channel, key=f"k{channel}", brought=Brought(links=(link,))
        )
        await attachments.read_waiting(office.ctx, task.id)
        found = await said(office, task)
        assert any("said before" in text for text in found) is not shared
    assert shelf.asked == ["thread C2"]


async def test_what_was_read_elsewhere_is_not_worked_with_where_others_read_by_now(
    office: Desk, shelf: Shelf
) -> None:
    shelf.public = True
    link = MessageLink("C2", "1700000000.000001", "1700000000.000001")
    own = MessageLink("C1", "1700000000.000002", "1700000000.000002")
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=office.clock.now(), is_shared=False)
    task = await office.take_in(brought=Brought(links=(link, own)))
    await attachments.read_waiting(office.ctx, task.id)
    assert len(shelf.asked) == 2
    before = [kind for kind, _ in (await said(office, task)).values()]
    async with office.ctx.database.begin() as uow:
        await uow.channels.share("T1", "C1", True, now=office.clock.now())
    async with office.ctx.database.begin() as uow:
        links = [one for one in await read_thread(uow, task) if one.kind == "link"]
    assert "link" in before
    assert len(links) == 1


async def test_a_second_delivery_brings_the_files(office: Desk, shelf: Shelf) -> None:
    """Then nobody looks for them, and they are read once."""
    task = await office.take_in(brought=Brought(look=True))
    assert await wishes.take_in(office.ctx, wish(brought=Brought(files=(FILE,)))) is None
    await attachments.read_waiting(office.ctx, task.id)

    assert shelf.asked == [FILE.url]
    assert len(await said(office, task)) == 1


async def test_a_mention_alone_is_looked_up(office: Desk, shelf: Shelf) -> None:
    """Where Slack tells of nothing else."""
    task = await office.take_in(brought=Brought(look=True))
    await attachments.read_waiting(office.ctx, task.id)
    await attachments.read_waiting(office.ctx, task.id)

    assert shelf.asked == [f"files of {task.read_ts}", FILE.url]


async def test_who_may_not_ask_is_data(office: Desk) -> None:
    """In the thread's past as everywhere."""
    task = await office.take_in(root_ts="1699999999.000001")
    await attachments.read_waiting(office.ctx, task.id)

    assert await said(office, task) == {"said before": ("message", False)}


async def test_a_closed_channel_is_not_asked_for(office: Desk, shelf: Shelf) -> None:
    """Its link is refused before anything is read, in one sentence."""
    link = MessageLink("C2", "1700000000.000001", "1700000000.000001")
    task = await office.take_in(brought=Brought(links=(link,)))
    await attachments.read_waiting(office.ctx, task.id)

    assert shelf.asked == []
    assert office.news.count(AttachmentRefused) == 1
    assert await said(office, task) == {}


async def test_what_was_read_goes_with_the_messages(office: Desk) -> None:
    """After its retention."""
    task = await office.take_in(brought=Brought(files=(FILE,)))
    await attachments.read_waiting(office.ctx, task.id)
    await tasks.stop(office.ctx, task.id, by="U1")
    later = office.clock.now() + timedelta(days=40)
    removed = await remove_rows(office.ctx.database, RetentionSettings(message_days=30), now=later)

    assert removed["attachments"] == 1
    assert "create table invoice" not in await said(office, task)


@pytest.mark.parametrize("name", ["a.sql", "A.MD", "openapi.yaml", "spec.pdf", "Dockerfile"])
def test_what_is_read(name: str) -> None:
    assert is_read(name)


@pytest.mark.parametrize("name", ["a.png", "a.exe", "archive.tar.gz", "photo", "a.docx"])
def test_what_is_not(name: str) -> None:
    assert not is_read(name)
    assert is_read("a.docx", "docx, .md")
    assert not is_read("a.sql", "docx, .md")


async def test_a_pdf_is_read_apart() -> None:
    """A broken one ends its own process only."""
    assert await file_text("a.pdf", pdf_of("Hello invoices")) == "Hello invoices"
    with pytest.raises(Unreadable, match="damaged"):
        await file_text("a.pdf", b"%PDF-1.7 \xff\xff")


@given(st.text(), st.integers(min_value=10, max_value=200))
def test_any_text_is_shortened(text: str, most: int) -> None:
    assert len(shortened(text, most)) <= most + 60


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufffd\ufeff")))
def test_any_text_is_decoded(text: str) -> None:
    assert decoded("a.txt", text.encode()) == text.replace("\r\n", "\n")
