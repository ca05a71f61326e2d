"""A workspace installs the app and removes it: what begins, what ends, what stays."""

from datetime import timedelta

from bot.domain.task import TaskState
from bot.services import installations
from bot.services.installation_seal import Seal, new_key
from bot.services.installations import LEFT
from bot.services.workspace_settings import effective
from bot.settings import AccessSettings
from storage.models import OutboxRow
from tests.support.desk import desk
from tests.unit.installation.conftest import Office


async def may_configure(office: Office, workspace_id: str = "T1") -> tuple[str, ...]:
    ctx = office.at.ctx
    async with ctx.database.read() as uow:
        return (await effective(ctx, uow, workspace_id)).people("configure")


async def post(office: Office, workspace_id: str, key: str, **values: str) -> None:
    ctx = office.at.ctx
    async with ctx.database.begin() as uow:
        await uow.channels.ensure(workspace_id, "C1", now=ctx.clock.now())
        await uow.outbox.add(
            workspace_id=workspace_id,
            channel_id="C1",
            key=key,
            method="chat.postMessage",
            payload={"text": "x"},
            now=ctx.clock.now(),
        )
        row = await uow.outbox.by_key(workspace_id, key)
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value)


async def row_of(office: Office, workspace_id: str, key: str) -> OutboxRow:
    async with office.at.ctx.database.read() as uow:
        found = await uow.outbox.by_key(workspace_id, key)
    assert found is not None
    return found


async def remove(office: Office, workspace_id: str = "T1") -> bool:
    clock = office.at.clock
    return await installations.remove(
        office.at.ctx, workspace_id, reason="app_uninstalled", at=clock.now()
    )


async def test_who_installs_may_configure_and_is_on_record(office: Office) -> None:
    await office.install(by="U7")
    await office.install(by="U8")
    assert await may_configure(office) == ("U7", "U8", "admins")
    assert await may_configure(office, "T2") == ("admins",)
    async with office.at.ctx.database.read() as uow:
        acts = [entry.action for entry in await uow.audit.newest("T1", limit=9)]
        [(row, name)] = await uow.installations.all()
    assert acts.count("app.install") == 2
    assert (name, row.installed_by) == ("Company T1", "U8")


async def test_where_anyone_may_configure_nobody_is_named(office: Office) -> None:
    office.at = desk(
        office.at.ctx.database,
        office.at.ctx.settings.app.home,
        access=AccessSettings(configure="anyone"),
    )
    await office.install()
    assert await may_configure(office) == ("anyone",)


async def test_a_removal_ends_everything_of_the_one_workspace(office: Office) -> None:
    for workspace_id in ("T1", "T2"):
        await office.install(workspace_id)
        await post(office, workspace_id, "waits")
        await post(office, workspace_id, "under way", state="sending")
        await post(office, workspace_id, "was sent", state="sent")
    ended = await office.at.take_in()
    other = await office.at.take_in(workspace_id="T2")

    assert await remove(office)

    task = await office.at.task(ended.id)
    assert (task.state, task.state_reason) == (
        TaskState.STOPPED,
        "The app was removed from this workspace.",
    )
    assert (await office.at.task(other.id)).state is TaskState.ACCEPTED
    assert await office.tokens.of("T1") is None
    assert await office.tokens.of("T2") is not None
    for key in ("waits", "under way"):
        row = await row_of(office, "T1", key)
        assert (row.state, row.problem_code) == ("dead", LEFT)
        assert (await row_of(office, "T2", key)).state != "dead"
    assert (await row_of(office, "T1", "was sent")).state == "sent"


async def test_slack_tells_of_it_twice_and_it_happens_once(office: Office) -> None:
    await office.install()
    assert await remove(office)
    assert not await remove(office)


async def test_a_late_event_does_not_end_the_next_installation(office: Office) -> None:
    """Slack repeats an event for minutes; in between somebody may have installed again."""
    await office.install()
    happened = office.at.clock.now()
    office.at.clock.advance(timedelta(minutes=2))
    await office.install()
    assert not await installations.remove(
        office.at.ctx, "T1", reason="app_uninstalled", at=happened
    )
    assert await office.tokens.of("T1") is not None


async def test_installing_again_sends_what_a_lost_token_held_up(office: Office) -> None:
    """What the removal itself ended stays ended."""
    await office.install()
    await post(office, "T1", "refused", state="dead", problem="x", problem_code="auth_lost")
    await post(office, "T1", "ended", state="dead", problem="x", problem_code=LEFT)
    await office.install()
    assert (await row_of(office, "T1", "refused")).state == "pending"
    assert (await row_of(office, "T1", "ended")).state == "dead"


async def test_a_bot_with_a_token_of_its_own_comes_back(office: Office) -> None:
    """One workspace, token in the environment: nothing is purged once it works again."""
    assert await remove(office)
    await installations.came_back(office.at.ctx, "T1")
    async with office.at.ctx.database.read() as uow:
        row = await uow.installations.find("T1")
    assert row is not None
    assert row.removed_at is None


async def test_new_keys_take_over(office: Office) -> None:
    """After sealing anew the old key can be dropped."""
    old, new = new_key(), new_key()
    office.seal = Seal([old])
    await office.install(lives=43_200)
    assert await installations.reseal(office.at.ctx, Seal([new, old])) == (1, 0)
    office.seal = Seal([new])
    found = await office.tokens.of("T1")
    assert found is not None
    assert found.token == "xoxb-first"
