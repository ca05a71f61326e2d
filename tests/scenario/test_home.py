"""The App Home: my tasks, decisions that wait, load and money; each opens in a modal."""

import re

from bot.workspace.seed import MAYA, PAYMENTS, TOM
from bot.workspace.shapes import Json
from tests.support.stage import PATIENCE, Stage, action_ids, words

BILLING = "we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps"


async def home(stage: Stage, user: str, text: str) -> Json:
    """Open the Home tab and wait until it shows `text`."""
    stage.workspace.people.open_home(user)

    def shown() -> Json | None:
        view = stage.workspace.modals.home(user)
        return view if view is not None and text in words(view["blocks"]) else None

    return await stage.workspace.wait_for(shown, PATIENCE)


async def test_a_waiting_decision_opens(stage: Stage) -> None:
    """In a modal with all its fields; an empty home says how to begin."""
    shown = words((await home(stage, MAYA, "Your open tasks"))["blocks"])
    assert "Mention me in a channel" in shown
    assert "Team: free · Left today: $25.00 of $25.00" in shown

    root = await stage.mention(BILLING)
    await stage.wait_text(root, "Decision proposed")
    view = await home(stage, TOM, "D-1")
    action = {"action_id": "decision.open"}
    await stage.workspace.actions.in_view(TOM, str(view["id"]), action)
    opened = await stage.workspace.wait_for(lambda: stage.workspace.open_view(TOM), PATIENCE)
    assert "*Outcome*" in words(opened["blocks"])

    # One of a private channel shows to those in it, and to nobody else.
    stage.workspace.people.invite(MAYA, PAYMENTS, stage.workspace.identity.bot_user_id)
    root = await stage.mention(BILLING, channel="#payments-private")
    card = await stage.wait_text(root, "Decision proposed", channel="#payments-private")
    number = re.findall(r"\bD-\d+", words(card))[0]
    view = await home(stage, MAYA, number)
    assert number not in words((await home(stage, TOM, "Waiting for a decision"))["blocks"])
    line = next(b for b in view["blocks"] if "accessory" in b and number in words(b))
    action |= {"block_id": line["block_id"]}
    await stage.workspace.actions.in_view(MAYA, str(view["id"]), action)
    opened = await stage.workspace.wait_for(lambda: stage.workspace.open_view(MAYA), PATIENCE)
    assert "*Outcome*" in words(opened["blocks"])


async def test_what_comes_next_in_my_channels(stage: Stage) -> None:
    """Also in a private one, for those who are in it and for nobody else."""
    stage.workspace.people.invite(MAYA, PAYMENTS, stage.workspace.identity.bot_user_id)
    for channel, name in (("#backend", "Tickets"), ("#payments-private", "Refunds")):
        asked = f'schedule reminder "{name}" weekdays 09:30 Europe/Berlin'
        preview = await stage.lead(asked, channel=channel)
        where = stage.workspace.state.channel(channel).id
        ts = next(ts for room, ts in stage.workspace.state.ephemerals if room == where)
        assert "schedule.save" in action_ids(preview)
        await stage.workspace.click(MAYA, channel, ts, "schedule.save")

    mine = words((await home(stage, MAYA, "Coming up"))["blocks"])
    assert "Tickets" in mine
    assert "Refunds" in mine
    others = words((await home(stage, TOM, "Coming up"))["blocks"])
    assert "Tickets" in others
    assert "Refunds" not in others
