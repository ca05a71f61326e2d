"""`/lead settings` and its modal: seen by all, changed by who may, honoured at once."""

from pathlib import Path
from typing import Any

from bot.settings import BudgetSettings
from bot.workspace.seed import BACKEND, MAYA, PAYMENTS, PRIYA, TOM
from bot.workspace.shapes import Json
from tests.support.stage import PATIENCE, Stage, on_stage, words

POOL = "which HikariCP pool size do we need for 300 rps at 20 ms a query?"


async def test_the_list_says_where_each_value_comes_from(tmp_path: Path) -> None:
    async with on_stage(tmp_path / "home", budget=BudgetSettings(per_task=3)) as stage:
        await stage.lead("settings channel_budget 7 here")
        await stage.lead("settings day_budget 70 workspace")
        await stage.lead("settings approve_above 0.25 me", user=TOM)
        shown = words(await stage.lead("settings", user=TOM))

    for line in (
        "*task_budget*: $3.00 · _set by the operator_",
        "*channel_budget*: $7.00 · _set for this channel_",
        "*day_budget*: $70.00 · _set for the workspace_",
        "*approve_above*: $0.25 · _set by you for yourself_",
        "*review_days*: 180 days · Days until",
        "*configure*: workspace admins · Who may change",
    ):
        assert line in shown


async def test_only_who_may_configure_changes_anything(stage: Stage) -> None:
    """Admins may; the buttons show to nobody else."""
    refused = words(await stage.lead("settings task_budget 1", user=TOM))
    assert "Only workspace admins can change settings" in refused
    assert "settings.channel" not in str(await stage.lead("settings", user=TOM))
    assert "settings.channel" in str(await stage.lead("settings"))

    await stage.lead(f"settings configure <@{TOM}> workspace")
    assert "$1.00" in words(await stage.lead("settings task_budget 1", user=TOM))
    assert "Only" in words(await stage.lead("settings task_budget 1", user=PRIYA))

    # Who may configure one channel may not configure all.
    await stage.lead("settings configure <!subteam^S0BACKLEAD> here")
    assert "$1.00" in words(await stage.lead("settings task_budget 1 here", user=PRIYA))
    refused = words(await stage.lead("settings task_budget 1 workspace", user=PRIYA))
    assert f"Only <@{TOM}> can change settings" in refused


MISTAKES = (
    ("settings taks_budget 1", "Did you mean `task_budget`?"),
    ("settings xyzzy 1", "`/lead settings` lists them"),
    ("settings task_budget lots", "Give dollars from 0 to"),
    ("settings task_budget -1", "Give dollars from 0 to"),
    ("settings task_budget here", "Say what `task_budget` should be"),
    ("settings review_days 0", "a whole number from 1"),
    ("settings replies some", "one of all, mentions"),
    ("settings enabled perhaps", "on or off"),
    ("settings ask everybody managers", "mentions of people"),
    ("settings day_budget 5 here", "for the workspace only"),
    ("settings task_budget 5 me", "for the workspace or a channel only"),
    ("settings model claude", "Claude is not set up here"),
    ("settings model claude me", "one of offline"),
)


async def test_one_setting_is_shown_set_and_taken_back(stage: Stage) -> None:
    """What is typed wrong gets one sentence."""
    for typed, said in MISTAKES:
        assert said in words(await stage.lead(typed)), typed
    shown = words(await stage.lead("settings parallel-assignments")).lower()
    assert "a whole number from 1 to 20" in shown
    assert "7 days (set for this channel)" in words(await stage.lead("settings review_days 7"))
    other = words(await stage.lead("settings review_days", channel=f"D{MAYA[1:]}"))
    assert "180 days" in other
    assert "180 days (default)" in words(await stage.lead("settings review_days reset"))


async def test_a_channel_that_is_off_takes_no_work(stage: Stage) -> None:
    """By mention and by command; other channels go on."""
    await stage.lead("settings enabled off here")

    await stage.mention(POOL)
    await stage.wait_whisper(MAYA, "I am switched off in this channel")
    assert "switched off" in words(await stage.lead(f"ask {POOL}"))
    assert "T-1" not in words(await stage.lead("tasks"))

    await stage.lead("settings enabled on here")
    root = await stage.mention(POOL)
    await stage.wait_text(root, "T-1")


async def test_channels_are_switched_on_one_by_one_where_the_workspace_says_so(
    stage: Stage,
) -> None:
    await stage.lead("settings enabled off workspace")
    stage.workspace.people.invite(MAYA, PAYMENTS, stage.workspace.identity.bot_user_id)
    await stage.lead("settings enabled on here")

    assert "switched off" in words(await stage.lead(f"ask {POOL}", channel="#payments-private"))
    root = await stage.mention(POOL)
    await stage.wait_text(root, "T-1")


async def test_a_quiet_thread_waits_for_a_mention(stage: Stage) -> None:
    """By the channel's setting, or told so; what was said meanwhile is known then."""
    root = await stage.mention("what does HTTP 409 mean?")
    await stage.wait_text(root, "409 Conflict")
    await stage.workspace.say(TOM, "#backend", "@lead quiet", thread_ts=root)
    await stage.wait_whisper(TOM, "only replies here that mention me")
    await stage.reply(root, "what does HTTP 410 mean?")
    await stage.workspace.settled()
    assert len(stage.thread(root)) == 1

    assert "every reply" in words(await stage.lead("listen T-1"))
    await stage.reply(root, "what does HTTP 404 mean?")
    await stage.wait_text(root, "404 Not Found")

    await stage.lead("settings replies mentions here")
    root = await stage.mention("what does HTTP 409 mean?")
    await stage.wait_text(root, "409 Conflict")
    await stage.reply(root, "what does HTTP 429 mean?")
    await stage.workspace.settled()
    assert len(stage.thread(root)) == 1

    await stage.workspace.say(MAYA, "#backend", "@lead what does HTTP 404 mean?", thread_ts=root)
    await stage.wait_text(root, "404 Not Found")
    assert "429 Too" not in words(stage.thread(root))
    assert len(stage.thread(root)) == 2


class Form:
    """The modal as a person fills it in."""

    def __init__(self, stage: Stage, user: str, view: Json) -> None:
        self.stage, self.user, self.view = stage, user, view

    async def send(self, **values: Any) -> Json:
        """Submit and return what the bot answered; a dict's keys are action ids."""
        answer: Json = await self.stage.workspace.submit_view(
            self.user, str(self.view["id"]), values
        )
        return answer


async def opened(stage: Stage, user: str, action: str) -> Form:
    """Open a form by the button of the person's newest list."""
    assert (await stage.lead("settings", user=user))["blocks"]
    shown = [w for w in stage.workspace.whispers(user) if action in str(w)][-1]
    await stage.workspace.click(user, BACKEND, str(shown["ts"]), action)
    view = await stage.workspace.wait_for(lambda: stage.workspace.open_view(user), PATIENCE)
    return Form(stage, user, view)


async def test_the_form_sets_many_at_once(stage: Stage) -> None:
    """What is wrong is said at its field; a form that somebody overtook changes nothing."""
    form = await opened(stage, MAYA, "settings.channel")
    answer = await form.send(task_budget="lots", decide="named", channel_budget="3")
    assert set(answer["errors"]) == {"task_budget", "decide"}
    assert "set for this channel" not in words(await stage.lead("settings"))

    await stage.lead("settings task_budget 9 here")
    answer = await form.send(task_budget="1")
    assert "changed these settings meanwhile" in words(answer)
    assert "$9.00" in words(await stage.lead("settings task_budget"))

    form = await opened(stage, MAYA, "settings.channel")
    answer = await form.send(
        task_budget="1.50", model="offline", enabled="on", decide="named", decide_named=[TOM]
    )
    assert not answer.get("errors")
    shown = words(await stage.lead("settings"))
    for line in (
        "*task_budget*: $1.50 · _set for this channel_",
        "*model*: offline · _set for this channel_",
        f"*decide*: <@{TOM}> · _set for this channel_",
        "*channel_budget*: $5.00",
    ):
        assert line in shown


async def test_a_person_has_a_form_of_their_own(stage: Stage) -> None:
    """The channel's is for who may configure, at the moment of the click; so is Home's button."""
    await stage.lead(f"settings configure <@{TOM}> here")
    form = await opened(stage, TOM, "settings.channel")
    await stage.lead("settings configure reset here")
    assert "Only workspace admins" in words(await form.send(task_budget="1"))

    form = await opened(stage, TOM, "settings.mine")
    (newest,) = [w for w in stage.workspace.whispers(TOM) if "settings.mine" in str(w)][-1:]
    assert "settings.channel" not in str(newest)
    assert "task_budget" not in str(form.view)
    answer = await form.send(quiet_hours="20:00-08:00 Europe/Berlin", approve_above="0.10")
    assert not answer.get("errors")
    mine = words(await stage.lead("settings", user=TOM))
    assert mine.count("_set by you for yourself_") == 2
    assert "set by you" not in words(await stage.lead("settings"))

    for user in (MAYA, TOM):
        stage.workspace.people.open_home(user)
    home = await stage.workspace.wait_for(lambda: stage.workspace.modals.home(MAYA), PATIENCE)
    assert "settings.workspace" in str(home)
    other = await stage.workspace.wait_for(lambda: stage.workspace.modals.home(TOM), PATIENCE)
    assert "settings.workspace" not in str(other)
    assert "settings.mine" in str(other)
