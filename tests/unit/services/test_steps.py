"""What is owed to a workflow's step: told once, whatever dies or ends first."""

from typing import Any

from bot.domain.lanes import COMPLETE
from bot.services import steps, tasks
from bot.services.outbox import Delivery
from bot.services.outbox_repair import retry
from bot.services.slack_render import SlackRenderer
from bot.settings import OutboxSettings
from bot.slack.errors import failure
from bot.slack.poster import Poster
from storage.models import OutboxRow, Task
from tests.support.desk import Desk
from tests.unit.delivery.scripted import ScriptedPoster

ROOT = "ask:Fx1"
FAILED = "functions.completeError"


async def owe(office: Desk, task: Task, *, wait: bool = True) -> None:
    await steps.owe_task(office.ctx, task.id, execution_id="Fx1", root_key=ROOT, wait=wait)


async def end(office: Desk, task: Task) -> None:
    """Stop the task and settle, as the news of its end do."""
    await tasks.stop(office.ctx, task.id, by="U1")
    async with office.ctx.database.begin() as uow:
        ended = await uow.tasks.get(task.id)
        await steps.settle_task(uow, ended, now=office.clock.now())


async def row(office: Desk, task: Task) -> OutboxRow:
    async with office.ctx.database.read() as uow:
        found = await uow.outbox.by_key(task.workspace_id, f"step:{task.id}")
    assert found is not None
    return found


async def delivered(office: Desk, slack: ScriptedPoster | None = None) -> ScriptedPoster:
    poster = slack or ScriptedPoster()

    async def poster_for(_: str) -> Poster:
        return poster

    delivery = Delivery(
        office.ctx.database,
        poster_for,
        clock=office.clock,
        settings=OutboxSettings(per_channel_seconds=0),
        worker_id="w",
        renderer=SlackRenderer(office.ctx),
    )
    await delivery.drain()
    return poster


def told(slack: ScriptedPoster) -> list[dict[str, Any]]:
    return [*slack.made(COMPLETE), *slack.made(FAILED)]


async def test_what_is_owed_is_not_sent_before_its_time(office: Desk) -> None:
    """Neither by the delivery nor by somebody who has dead rows sent again."""
    task = await office.take_in()
    await owe(office, task)
    await retry(office.ctx.database, now=office.clock.now())
    assert told(await delivered(office)) == []


async def test_the_first_end_counts(office: Desk) -> None:
    """A task that is taken up again ends twice; the workflow went on long ago."""
    task = await office.take_in()
    await owe(office, task)
    await end(office, task)
    (said,) = told(await delivered(office))
    assert said == {"function_execution_id": "Fx1", "error": "T-1 stopped: Stopped by <@U1>."}

    await tasks.resume(office.ctx, task.id, by="U1")
    await end(office, task)
    assert told(await delivered(office)) == []


async def test_a_task_that_ended_before_it_was_owed_ends_the_step(office: Desk) -> None:
    """The process died between the two; Slack told of the run again."""
    task = await office.take_in()
    await tasks.stop(office.ctx, task.id, by="U1")
    await owe(office, task)
    await owe(office, task)
    assert len(told(await delivered(office))) == 1


async def test_at_once_waits_for_the_first_message_only(office: Desk) -> None:
    """Its address is an output; without it there is nothing to link to, and the step fails."""
    task = await office.take_in()
    async with office.ctx.database.begin() as uow:
        await uow.outbox.post(
            workspace_id="T1",
            channel_id="C1",
            key=ROOT,
            task_id=task.id,
            payload={"text": "the wish"},
            now=office.clock.now(),
        )
    await owe(office, task, wait=False)
    slack = await delivered(office)
    assert [method for method, _ in slack.calls][-3:] == [
        "chat.postMessage",
        "chat.getPermalink",
        COMPLETE,
    ]
    assert (await row(office, task)).state == "sent"


async def test_a_step_whose_message_cannot_be_posted_fails(office: Desk) -> None:
    task = await office.take_in()
    async with office.ctx.database.begin() as uow:
        await uow.outbox.post(
            workspace_id="T1",
            channel_id="C1",
            key=ROOT,
            task_id=task.id,
            payload={"text": "the wish"},
            now=office.clock.now(),
        )
        found = await uow.outbox.by_key("T1", ROOT)
        assert found is not None
        found.state, found.problem = "dead", "I am not in the channel."
        await uow.session.flush()
    await owe(office, task, wait=False)
    (said,) = told(await delivered(office))
    assert "could not post" in said["error"]


async def test_a_step_that_slack_ended_meanwhile_is_no_trouble(office: Desk) -> None:
    """An answer got lost: Slack says that it knows already."""
    task = await office.take_in()
    await owe(office, task)
    await end(office, task)
    slack = ScriptedPoster()
    slack.script(FAILED, failure(FAILED, "execution_not_in_running_state"))
    await delivered(office, slack)
    found = await row(office, task)
    assert (found.state, found.problem) == ("sent", "")


async def test_words_of_a_private_channel_stay_there(office: Desk) -> None:
    """The workflow hears that it ended, and not why."""
    task = await office.take_in(is_private=True)
    await owe(office, task)
    await end(office, task)
    (said,) = told(await delivered(office))
    assert said["error"] == "T-1 stopped: it has no result."
