"""Who may do what, at the front door: guests, other companies, approvers, stale and foreign."""

from dataclasses import replace
from typing import Any

from bot.workspace.seed import LI, MAYA, PRIYA, TOM
from tests.support.stage import Stage, words

POOL = "which HikariCP pool size do we need for 300 rps at 20 ms a query?"
BILLING = (
    "we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps, p95 under 200 ms"
)


def _is(stage: Stage, user: str, **facts: Any) -> None:
    """Let somebody be a guest, a stranger, … before the bot has looked them up."""
    users = stage.workspace.state.users
    users[user] = replace(users[user], **facts)


KINDS: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    (TOM, {"is_restricted": True}, "guests", "Guests cannot"),
    (LI, {"is_stranger": True, "team_id": "T0OTHER001"}, "external", "People of other companies"),
)


async def test_strangers_start_no_work_unless_allowed(stage: Stage) -> None:
    """Neither by mention nor by command nor by direct message; each is told once."""
    for number, (user, facts, setting, said) in enumerate(KINDS, start=1):
        _is(stage, user, **facts)
        await stage.mention(POOL, user=user)
        await stage.wait_whisper(user, said)
        assert said in words(await stage.lead(f"ask {POOL}", user=user))
        assert said in words(await stage.lead("tasks", user=user))
        await stage.workspace.settled()
        assert f"T-{number}" not in words(await stage.lead("tasks"))
        assert sum(said in words(w) for w in stage.workspace.whispers(user)) == 3

        await stage.lead(f"settings {setting} on here")
        root = await stage.mention(POOL, user=user)
        await stage.wait_text(root, f"T-{number}")


async def test_what_a_guest_says_in_a_thread_is_data(stage: Stage) -> None:
    """It starts nothing, also when the task has ended, and the guest hears nothing of it."""
    _is(stage, TOM, is_restricted=True)
    root = await stage.mention("what does HTTP 409 mean?")
    await stage.wait_text(root, "409 Conflict")
    await stage.reply(root, "what does HTTP 410 mean?", user=TOM)
    await stage.workspace.settled()
    ctx = stage.bot.runtime.context
    async with ctx.database.read() as uow:
        task = (await uow.tasks.newest(stage.workspace.identity.team_id, limit=1))[0]
        said = await uow.threads.messages(task.thread_id)
    assert [(m.user_id, m.trusted) for m in said] == [(MAYA, True), (TOM, False)]
    assert task.round == 1
    assert stage.workspace.whispers(TOM) == []
    assert len(stage.thread(root)) == 1

    await stage.workspace.say(TOM, "#backend", "@lead quiet", thread_ts=root)
    await stage.wait_whisper(TOM, "Guests cannot")
    await stage.workspace.settled()
    assert len(stage.workspace.whispers(TOM)) == 1
    await stage.reply(root, "what does HTTP 404 mean?")
    await stage.wait_text(root, "404 Not Found")


async def test_clicks_are_judged_by_the_settings_of_the_moment(stage: Stage) -> None:
    """A button that one could press when it was shown may be refused later."""
    root = await stage.mention(BILLING)
    decision = await stage.wait_text(root, "Decision proposed")
    await stage.lead("settings decide <!subteam^S0BACKLEAD> here")

    await stage.workspace.click(TOM, "#backend", str(decision["ts"]), "decision.accept")
    await stage.wait_whisper(TOM, "Only <!subteam^S0BACKLEAD> can decide here")
    await stage.workspace.click(LI, "#backend", str(decision["ts"]), "decision.reject")
    await stage.wait_whisper(LI, "can decide here")
    assert stage.workspace.open_view(LI) is None

    await stage.workspace.click(PRIYA, "#backend", str(decision["ts"]), "decision.accept")
    await stage.wait_text(root, "Accepted")


async def test_members_of_a_channel_may_by_their_membership(stage: Stage) -> None:
    await stage.lead("settings ask <#C0BACKEND1> workspace")
    channel = stage.workspace.people.create_channel(MAYA, "ops", is_private=False)
    stage.workspace.people.invite(MAYA, channel.id, stage.workspace.identity.bot_user_id)
    root = await stage.mention(POOL, channel="#ops")
    await stage.wait_text(root, "T-1", channel="#ops")

    await stage.lead(f"settings ask <@{MAYA}> here")
    await stage.mention(POOL, user=TOM)
    await stage.wait_whisper(TOM, f"Only <@{MAYA}> can ask me for work here")
    assert f"Only <@{MAYA}>" in words(await stage.lead("stop T-1", user=TOM))


async def test_nothing_is_done_for_somebody_whom_slack_does_not_name(stage: Stage) -> None:
    """A message is told again later; nothing is lost and nothing is guessed."""
    stage.workspace.faults.next_calls("users.info", "rate_limit")
    root = await stage.mention(POOL)
    await stage.wait_text(root, "T-1")

    for _ in range(5):
        stage.workspace.faults.next_calls("users.info", "rate_limit")
    answer = words(await stage.lead("tasks", user=TOM))
    stage.workspace.faults.clear()
    assert "I could not ask Slack who you are" in answer
    assert "T-1" in words(await stage.lead("tasks", user=TOM))


async def test_the_audit_log_is_for_who_may_configure(stage: Stage) -> None:
    await stage.lead("settings task_budget 1 here")
    await stage.lead("settings task_budget reset here")
    await stage.lead("radar move Kafka to trial because of replay")
    await stage.lead("targets set orders p95 under 200 ms")

    assert "Only workspace admins" in words(await stage.lead("audit", user=TOM))
    shown = words(await stage.lead("audit"))
    assert "`setting.set`" in shown
    assert "`setting.reset`" in shown
    assert f"<@{MAYA}>" in shown
    assert "channel <#C0BACKEND1>: not set → 1" in shown
    assert "channel <#C0BACKEND1>: 1 → not set" in shown
    assert "`target.set` · P-1" in shown, "a number that people know, where there is one"
    assert "ring: trial, name: Kafka" in shown
    assert "was: ," not in shown
    assert "Did you mean `/lead audit export`" in words(await stage.lead("audit exprot"))

    # As a file to the person's direct message: an object a line, the export itself included.
    assert "as a direct message" in words(await stage.lead("audit export"))

    def sent() -> dict[str, Any] | None:
        posts = stage.workspace.history(f"D{MAYA[1:]}")
        return next((post for post in posts if post.get("files")), None)

    post = await stage.workspace.wait_for(sent, 20)
    assert post["files"][0]["name"].startswith("audit-")
    assert post["files"][0]["name"].endswith(".jsonl")
    assert not [p for p in stage.workspace.history("#backend") if p.get("files")]
