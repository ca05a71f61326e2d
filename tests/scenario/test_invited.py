"""A post for a channel that the bot is not in: kept with its reason, sent when it is invited."""

from bot.workspace.seed import MAYA, PAYMENTS
from storage.models import OutboxRow
from tests.support.stage import Stage, words


async def test_an_invitation_sends_what_waited(stage: Stage) -> None:
    """Nothing finished is lost because it could not be delivered."""
    workspace, ctx = stage.workspace, stage.bot.runtime.context
    team = workspace.identity.team_id
    async with ctx.database.begin() as uow:
        await uow.channels.ensure(team, PAYMENTS, now=ctx.clock.now(), is_private=True)
        await uow.outbox.add(
            workspace_id=team,
            channel_id=PAYMENTS,
            key="answer",
            method="chat.postMessage",
            payload={"text": "the answer"},
            now=ctx.clock.now(),
        )

    async def row() -> OutboxRow:
        async with ctx.database.read() as uow:
            found = await uow.outbox.by_key(team, "answer")
        assert found is not None
        return found

    while (await row()).state != "dead":
        await ctx.clock.sleep(0.05)
    assert (await row()).problem_code in ("not_in_channel", "channel_gone")

    workspace.people.invite(MAYA, PAYMENTS, workspace.identity.bot_user_id)

    def arrived() -> bool:
        return any("the answer" in words(m) for m in workspace.history("#payments-private"))

    await workspace.wait_for(arrived)
