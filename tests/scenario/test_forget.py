"""Forgetting by `/lead forget`, by deleting a channel in Slack, and by the operator's command."""

import asyncio

from bot.services.forget import count_of_channel, count_of_person
from bot.workspace.seed import BACKEND, MAYA, PAYMENTS, TOM
from tests.support.stage import PATIENCE, Stage, words

POOL = "which HikariCP pool size do we need for 300 rps at 20 ms a query?"


async def pressed(stage: Stage, user: str, action_id: str) -> str:
    """Press the button of the person's newest card and return what they are told when it is done:
    a direct message, of which nothing is kept once it is sent.
    """
    shown = [one for one in stage.workspace.whispers(user) if action_id in str(one)][-1]
    await stage.workspace.click(user, BACKEND, str(shown["ts"]), action_id)
    assert "when it is done" in words(await stage.wait_whisper(user, "I am forgetting"))
    direct = stage.workspace.state.direct(user).id

    def told() -> str | None:
        said = [words(one) for one in stage.workspace.history(direct)]
        return next((text for text in said if "Forgotten" in text), None)

    return await stage.workspace.wait_for(told, PATIENCE)


async def noted(stage: Stage) -> None:
    """Wait until the audit log says that a channel was forgotten."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if "channel.forgotten" in words(await stage.lead("audit")):
                return
            await asyncio.sleep(0.05)  # what is waited for is in the database


async def kept(stage: Stage, channel: str) -> dict[str, int]:
    """Return how many rows of a channel are left, by table."""
    team = stage.workspace.identity.team_id
    return await count_of_channel(stage.bot.runtime.context, team, channel)


async def test_a_person_asks_to_be_forgotten(stage: Stage) -> None:
    root = await stage.mention(POOL)
    await stage.wait_text(root, "pool")
    others = await stage.mention(f"{POOL} and for 500 rps?", user=TOM)
    await stage.wait_text(others, "pool")
    await stage.delivered()

    told = words(await stage.lead("forget me"))
    assert "Forget you?" in told
    assert "*Stays:*" in told
    ctx, team = stage.bot.runtime.context, stage.workspace.identity.team_id
    assert (await count_of_person(ctx, team, MAYA))["message"] == 1, "asked first"

    assert "1 message" in await pressed(stage, MAYA, "forget.person")
    assert await count_of_person(ctx, team, MAYA) == {}
    assert (await count_of_person(ctx, team, TOM))["message"] == 1
    assert POOL not in words(await stage.lead("task T-1"))


async def test_only_who_may_configure_forgets_a_channel(stage: Stage) -> None:
    root = await stage.mention(POOL)
    await stage.wait_text(root, "pool")
    await stage.delivered()
    assert "Only workspace admins" in words(await stage.lead("forget channel", user=TOM))

    assert "Forget this channel?" in words(await stage.lead("forget channel"))
    assert "1 message" in await pressed(stage, MAYA, "forget.channel")
    assert await kept(stage, BACKEND) == {}
    await noted(stage)


async def test_a_deleted_channel_is_forgotten(stage: Stage) -> None:
    bot = stage.workspace.identity.bot_user_id
    stage.workspace.people.invite(MAYA, PAYMENTS, bot)
    root = await stage.mention(POOL, channel="#payments-private")
    await stage.wait_text(root, "pool", channel="#payments-private")
    await stage.delivered()

    assert (await kept(stage, PAYMENTS))["message"] == 1
    stage.workspace.people.delete_channel(MAYA, PAYMENTS)
    await noted(stage)
    assert await kept(stage, PAYMENTS) == {}
