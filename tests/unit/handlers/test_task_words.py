"""`stop`, `yes`, `no`, `retry` said in a task's thread: done once, told once, no message of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.context.async_context import AsyncBoltContext
from sqlalchemy import select, update

from bot.domain.task import TaskState
from bot.services.context import Models
from bot.services.threads import set_mention_only
from bot.settings import AccessSettings
from handlers.desk import Desk as Hands
from handlers.messages import Messages
from storage.models import Attachment, Plan, Task
from storage.uow import Database
from tests.support.desk import Desk, desk, scripted
from tests.unit.handlers.test_said_words import Room, Starter, delivered

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ROOT = "1700000001.000100"


@pytest.fixture
def at(database: Database, tmp_path: Path) -> Desk:
    return desk(database, tmp_path)


async def in_state(at: Desk, state: TaskState) -> str:
    task = await at.take_in()
    async with at.ctx.database.begin() as uow:
        await uow.session.execute(update(Task).where(Task.id == task.id).values(state=state))
    return task.id


async def say(
    at: Desk,
    text: str,
    *,
    mention: bool = False,
    root: str | None = ROOT,
    user: str = "U1",
    ts: str = "1700000009.000100",
    file: str = "",
) -> str:
    """Deliver it twice, as Slack does with mentions; return what was told and how many began."""
    event: dict[str, Any] = {"channel": "C1", "channel_type": "channel", "user": user}
    event |= {"ts": ts, "text": f"<@UBOT> {text}" if mention else text}
    if root:
        event["thread_ts"] = root
    if file:
        event["files"] = [{"id": "F1", "name": file, "url_private": "https://files.slack.com/F1"}]
    told, begun = await delivered(at, event)
    return f"{told} {begun} begun".lstrip()


async def messages_in(at: Desk, task_id: str) -> list[str]:
    async with at.ctx.database.read() as uow:
        task = await uow.tasks.get(task_id)
        return [said.text for said in await uow.threads.messages(task.thread_id)]


@pytest.mark.parametrize("mention", [False, True])
@pytest.mark.parametrize("text", ["stop", "Never mind!", "please cancel"])
async def test_stop_stops_and_is_no_message(at: Desk, text: str, mention: bool) -> None:
    task_id = await in_state(at, TaskState.WORKING)
    assert await say(at, text, mention=mention) == (
        "T-1 is stopped. `retry` here goes on with it. 0 begun"
    )
    task = await at.task(task_id)
    assert (task.state, task.round) == (TaskState.STOPPED, 1)
    assert task.stop_requested_by == "U1"
    assert await messages_in(at, task_id) == ["an API for invoices"]


@pytest.mark.parametrize(("text", "state"), [("yes", "working"), ("No.", "stopped")])
async def test_a_plan_that_waits_hears_yes_and_no(at: Desk, text: str, state: str) -> None:
    task_id = await in_state(at, TaskState.AWAITING_APPROVAL)
    told = await say(at, text, mention=True)
    assert told.endswith("T-1 goes on. 1 begun" if state == "working" else "it. 0 begun")
    task = await at.task(task_id)
    assert task.state == ("planning" if state == "working" else "stopped")  # it has no plan here
    assert await messages_in(at, task_id) == ["an API for invoices"]


async def test_a_yes_that_comes_late_is_none_to_the_plan_that_was_made_after_it(at: Desk) -> None:
    task_id = await in_state(at, TaskState.AWAITING_APPROVAL)
    async with at.ctx.database.begin() as uow:
        await uow.session.execute(update(Task).values(round=2, read_ts="1700000020.000100"))
    assert "T-1 still waits for a `yes`" in await say(at, "yes", mention=True)
    assert (await at.task(task_id)).state is TaskState.AWAITING_APPROVAL


@pytest.mark.parametrize("state", [TaskState.PAUSED, TaskState.FAILED, TaskState.STOPPED])
async def test_retry_goes_on_in_the_same_round(at: Desk, state: TaskState) -> None:
    task_id = await in_state(at, state)
    assert await say(at, "try again", mention=True) == "T-1 goes on. 1 begun"
    assert (await at.task(task_id)).round == 1


@pytest.mark.parametrize("mention", [False, True])
async def test_a_file_beside_retry_is_read(at: Desk, mention: bool) -> None:
    task_id = await in_state(at, TaskState.FAILED)
    assert await say(at, "retry", mention=mention, file="error.log") == "1 begun"
    assert (await at.task(task_id)).round == 2
    async with at.ctx.database.read() as uow:
        assert await uow.session.scalar(select(Attachment.name)) == "error.log"


async def test_a_file_keeps_nobody_from_stopping(at: Desk) -> None:
    task_id = await in_state(at, TaskState.WORKING)
    assert "T-1 is stopped." in await say(at, "stop", mention=True, file="bill.png")
    assert (await at.task(task_id)).state is TaskState.STOPPED


async def test_a_plan_that_is_taken_up_again_still_waits_for_its_yes(at: Desk) -> None:
    paid = Models(scripted(), default="claude", claude=lambda: at.model)
    at = replace(at, ctx=replace(at.ctx, models=paid))
    task_id = await in_state(at, TaskState.STOPPED)
    async with at.ctx.database.begin() as uow:
        dear = Plan(task_id=task_id, round=1, kind="team", title="An API", body={})
        dear.estimate_micros, dear.created_at = 50_000_000, at.ctx.clock.now()
        uow.session.add(dear)
    told = await say(at, "go on", mention=True)
    assert told.startswith("T-1 waits for a `yes` again: its plan has none yet."), "not approved"
    assert (await at.task(task_id)).state is TaskState.AWAITING_APPROVAL


async def test_another_word_while_a_plan_waits_is_noted_and_told_what_moves_it(at: Desk) -> None:
    task_id = await in_state(at, TaskState.AWAITING_APPROVAL)
    told = await say(at, "again, but cheaper", mention=True)
    assert "Noted; T-1 still waits for a `yes` or a `no`." in told
    assert await messages_in(at, task_id) == ["an API for invoices", "again, but cheaper"]
    assert await say(at, "or on Kafka", ts="1700000010.000100") == "1 begun", "said once is enough"
    assert "still waits" in await say(at, "or on SQS", user="U2", ts="1700000011.000100")


async def test_nothing_is_left_to_stop(at: Desk) -> None:
    task_id = await in_state(at, TaskState.DONE)
    assert await say(at, "stop") == "T-1 has already ended: done. 0 begun"
    assert (await at.task(task_id)).round == 1


async def test_what_was_refused_stops_no_later_round(at: Desk) -> None:
    task_id = await in_state(at, TaskState.DONE)
    assert "already ended" in await say(at, "stop")
    async with at.ctx.database.begin() as uow:
        await uow.session.execute(update(Task).values(state=TaskState.WORKING, round=2))
    assert await say(at, "stop") == "0 begun", "the same message, delivered once more"
    assert (await at.task(task_id)).state is TaskState.WORKING


async def test_outside_of_its_thread_stop_means_no_task(at: Desk) -> None:
    assert "I cannot tell which task you mean." in await say(at, "stop", mention=True, root=None)


async def test_a_yes_written_to_the_bot_alone_is_to_the_one_plan_that_waits_for_its_writer(
    at: Desk,
) -> None:
    task_id = await in_state(at, TaskState.AWAITING_APPROVAL)
    assert (await direct(at, "yes", user="U2", ts="1700000008.0"))[0] == "", "nobody else's"
    assert (await at.task(task_id)).state is TaskState.AWAITING_APPROVAL
    said = await direct(at, "Yes, go ahead!", ts="1700000010.000100", heard=2)
    assert said == ("T-1 goes on.", 1)
    assert (await at.task(task_id)).state is TaskState.PLANNING


async def test_a_yes_written_alone_before_the_plan_was_made_is_none_to_it(at: Desk) -> None:
    """It is told late: what was meant is another plan, of which less was known."""
    task_id = await in_state(at, TaskState.AWAITING_APPROVAL)
    async with at.ctx.database.begin() as uow:
        await uow.session.execute(update(Task).values(round=2, read_ts="1700000020.000100"))
    await direct(at, "yes", ts="1700000010.000100")
    assert (await at.task(task_id)).state is TaskState.AWAITING_APPROVAL


async def test_of_several_plans_it_is_asked_which(at: Desk) -> None:
    await at.take_in()
    other = await at.take_in("a queue", ts="1700000002.000100", channel_id="C2")
    async with at.ctx.database.begin() as uow:
        await uow.session.execute(update(Task).values(state=TaskState.AWAITING_APPROVAL))
    told, begun = await direct(at, "yes", heard=2)
    assert "2 plans wait for your yes: T-1 an API for invoices; T-2 a queue." in told
    assert begun == 0
    assert (await at.task(other.id)).state is TaskState.AWAITING_APPROVAL
    assert (await direct(at, "yes", root="1700000003.0", ts="1700000012.0"))[0] == ""


async def test_a_yes_outside_of_the_thread_is_to_a_plan_of_that_channel(at: Desk) -> None:
    task_id = await in_state(at, TaskState.AWAITING_APPROVAL)
    elsewhere = await at.take_in("a queue", ts="1700000002.000100", channel_id="C2")
    async with at.ctx.database.begin() as uow:
        await uow.session.execute(update(Task).values(state=TaskState.AWAITING_APPROVAL))
    assert await say(at, "yes", mention=True, root=None) == "T-1 goes on. 1 begun"
    assert (await at.task(task_id)).state is TaskState.PLANNING
    assert (await at.task(elsewhere.id)).state is TaskState.AWAITING_APPROVAL


@pytest.mark.parametrize(
    ("first", "refused"), [("stop", "which task you mean"), ("yes", "2 plans wait")]
)
async def test_what_was_refused_and_is_edited_is_heard_as_what_it_says_now(
    at: Desk, first: str, refused: str
) -> None:
    """In a direct message, where Slack tells of an edit only as one; and each edit once."""
    await at.take_in()
    await at.take_in("a queue", ts="1700000002.000100", channel_id="C2")
    async with at.ctx.database.begin() as uow:
        await uow.session.execute(update(Task).values(state=TaskState.AWAITING_APPROVAL))
    assert refused in (await direct(at, first))[0]
    again = await edited(at, first, "retry", edited_ts="1700000019.0")
    assert "I cannot tell which task you mean." in again
    assert await edited(at, "retry", "an API for refunds", edited_ts="1700000020.0") == "1 begun"
    said = await edited(at, "an API for refunds", "an API for tips", edited_ts="1700000021.0")
    assert "goes on with what you wrote first" in said
    async with at.ctx.database.read() as uow:
        texts = list(await uow.session.scalars(select(Task.text)))
    assert sorted(texts) == ["a queue", "an API for invoices", "an API for refunds"]


async def test_an_edit_of_what_nobody_refused_begins_nothing(at: Desk) -> None:
    """E.g. of a message that the bot never heard of, or said to it long ago."""
    assert await edited(at, "thanks!", "an API for refunds", edited_ts="1700000019.0") == ""


async def test_a_mention_that_was_refused_and_is_edited_is_a_new_try(at: Desk) -> None:
    """Slack tells of it as a mention with the time of the edit."""
    assert "which task" in await say(at, "stop", mention=True, root=None)
    event: dict[str, Any] = {"channel": "C1", "channel_type": "channel", "user": "U1"}
    event |= {"ts": "1700000009.000100", "edited": {"user": "U1", "ts": "1700000019.0"}}
    told, begun = await delivered(at, event | {"text": "<@UBOT> retry"})
    assert ("which task" in told, begun) == (True, 0)
    wish = event | {"text": "<@UBOT> an API for refunds", "edited": {"ts": "1700000020.0"}}
    assert await delivered(at, wish) == ("", 1)


async def edited(at: Desk, was: str, now: str, *, edited_ts: str) -> str:
    """Edit a direct message, told of twice; return what was told, or how many tasks began."""
    message = {"user": "U1", "ts": "1700000009.000100"}
    event = {
        "channel": "D1",
        "channel_type": "im",
        "subtype": "message_changed",
        "ts": edited_ts,
        "message": message | {"text": now, "edited": {"user": "U1", "ts": edited_ts}},
        "previous_message": message | {"text": was},
        "text": "",
    }
    told, begun = await delivered(at, event)
    return told or (f"{begun} begun" if begun else "")


async def direct(
    at: Desk,
    text: str,
    *,
    user: str = "U1",
    root: str = "",
    ts: str = "1700000009.000100",
    heard: int = 1,
) -> tuple[str, int]:
    """Write it to the bot alone; return what was told, at most once, and how many tasks began."""
    event = {"channel": "D1", "channel_type": "im", "user": user, "ts": ts, "text": text}
    return await delivered(at, event | ({"thread_ts": root} if root else {}), heard=heard)


async def test_what_people_say_to_each_other_in_a_quiet_thread_stops_nothing(at: Desk) -> None:
    task_id = await in_state(at, TaskState.WORKING)
    task = await at.task(task_id)
    await set_mention_only(at.ctx, task.thread_id, True, by="U1")
    assert await say(at, "stop") == "0 begun"
    assert (await at.task(task_id)).state is TaskState.WORKING


async def test_who_may_not_approve_is_told_so_and_nothing_moves(
    database: Database, tmp_path: Path
) -> None:
    at = desk(database, tmp_path, access=AccessSettings(approve="U9"))
    task_id = await in_state(at, TaskState.AWAITING_APPROVAL)
    assert (await say(at, "yes", mention=True)).endswith(" 0 begun")
    assert (await at.task(task_id)).state is TaskState.AWAITING_APPROVAL
    assert await messages_in(at, task_id) == ["an API for invoices"]


async def test_who_may_not_ask_hears_nothing_unless_he_talks_to_us(
    database: Database, tmp_path: Path
) -> None:
    at = desk(database, tmp_path, access=AccessSettings(ask="U1", approve="U1"))
    task_id = await in_state(at, TaskState.AWAITING_APPROVAL)
    assert await say(at, "yes", user="U2") == "0 begun"
    assert await say(at, "yes", user="U2", mention=True, ts="1700000010.000100") != "0 begun"
    assert (await at.task(task_id)).state is TaskState.AWAITING_APPROVAL


async def edit(
    at: Desk,
    *,
    subtype: str = "message_changed",
    ts: str = ROOT,
    to: str = "b",
    form: str | None = None,
) -> str:
    """Deliver an edit twice; return what was whispered."""
    was = {"user": "U1", "ts": ts, "text": "an API for invoices"}
    event = {"type": "message", "subtype": subtype, "channel": "C1", "previous_message": was}
    if subtype == "message_changed":
        event["message"] = was | {"text": to, "subtype": form}
    room = Room([])
    messages = Messages(Hands(at.ctx, Starter()))  # type: ignore[arg-type]  # it only starts
    for _ in range(2):
        await messages.said(event, AsyncBoltContext({"team_id": "T1", "bot_user_id": "UBOT"}), room)  # type: ignore[arg-type]  # what of it is asked
    assert len(room.whispers) <= 1
    return "".join(room.whispers)


async def test_an_edit_of_a_wish_at_work_is_told_to_change_nothing(at: Desk) -> None:
    task_id = await in_state(at, TaskState.WORKING)
    assert await edit(at, to="an API for invoices") == "", "a link's preview is no edit"
    assert await edit(at, ts="1700000002.000100") == "", "a message that was not taken in"
    mended = "<@UBOT> an API for invoices"
    assert await edit(at, to=mended) == "", "it was taken in with the mention that was added"
    assert "T-1 goes on with what you wrote first." in await edit(at)
    assert await messages_in(at, task_id) == ["an API for invoices"]


async def test_a_wish_that_is_deleted_tells_how_to_stop_its_task(at: Desk) -> None:
    """With replies Slack tells of it as an edit, and replies it has."""
    await in_state(at, TaskState.WORKING)
    gone = {"to": "This message was deleted.", "form": "tombstone"}
    assert "T-1 goes on with what you wrote first." in await edit(at)
    assert "`/lead stop T-1` stops it." in await edit(at, **gone)
    assert await edit(at, subtype="message_deleted") == "", "said once"


async def test_an_edit_after_the_end_is_nobody_s_business(at: Desk) -> None:
    await in_state(at, TaskState.DONE)
    assert await edit(at) == ""


@pytest.mark.parametrize(
    ("state", "text", "begun"),
    [
        (TaskState.DONE, "<@U2> did we ship this?", 0),
        (TaskState.DONE, "hey <!subteam^S1|backend> have a look", 0),
        (TaskState.DONE, "Thanks, *<@U2>*: ship it", 0),
        (TaskState.DONE, ":+1:", 0),
        (TaskState.DONE, "as <@U2> says, make it 600 rps", 1),
        (TaskState.WORKING, "<@U2> is right, make it 600 rps", 1),
    ],
)
async def test_what_people_say_to_each_other_when_it_is_over(
    at: Desk, state: TaskState, text: str, begun: int
) -> None:
    await in_state(at, state)
    assert await say(at, text) == f"{begun} begun"


async def test_nor_is_the_answer_to_it_for_the_bot(at: Desk) -> None:
    task_id = await in_state(at, TaskState.DONE)
    assert await say(at, "<@U2> did we ship this?") == "0 begun"
    assert await say(at, "yes, on Tuesday", user="U2", ts="1700000010.000100") == "0 begun"
    assert await messages_in(at, task_id) == [
        "an API for invoices", "<@U2> did we ship this?", "yes, on Tuesday",
    ], "kept for the next mention"  # fmt: skip
    assert await say(at, "what about refunds?", user="U2", ts="1700000011.000100") == "1 begun"
    assert (await at.task(task_id)).round == 2


async def test_what_is_said_days_later_is_no_answer_to_it(at: Desk) -> None:
    await in_state(at, TaskState.DONE)
    assert await say(at, "<@U2> did we ship this?") == "0 begun"
    assert await say(at, "and for 600 rps?", user="U2", ts="1700180000.000100") == "1 begun"


async def test_whoever_mentions_the_bot_beside_others_is_answered(at: Desk) -> None:
    await in_state(at, TaskState.DONE)
    assert await say(at, "<@U2> and you: 600 rps?", mention=True) == "1 begun"
