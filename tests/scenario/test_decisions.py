"""Decisions among people: several must agree, others challenge, authors edit, anyone asks why."""

from bot.workspace.seed import GENERAL, LI, MAYA, PAYMENTS, PRIYA, TOM
from bot.workspace.shapes import Json
from tests.support.stage import PATIENCE, Stage, action_ids, words


async def shown(stage: Stage, text: str, *, channel: str = "#backend") -> Json:
    """Wait for a message of the bot's in the channel, threads included, that contains `text`."""

    def found() -> Json | None:
        tops = stage.workspace.history(channel)
        replies = [m for top in tops for m in stage.workspace.thread(channel, str(top["ts"]))]
        posts = [m for m in (*tops, *replies) if m.get("bot_id")]
        return next((m for m in reversed(posts) if text in words(m)), None)

    return await stage.workspace.wait_for(found, PATIENCE)


async def click(stage: Stage, user: str, card: Json, action: str) -> None:
    await stage.workspace.click(user, "#backend", str(card["ts"]), action)


async def at_home(stage: Stage, user: str, *, waits: bool) -> None:
    """Wait until the person's Home tab lists D-1 as waiting for them, or does not."""

    def as_wanted() -> bool:
        view = stage.workspace.modals.home(user)
        return view is not None and ("*D-1*" in words(view["blocks"])) == waits

    stage.workspace.people.open_home(user)
    await stage.workspace.wait_for(as_wanted, PATIENCE)


async def fill(stage: Stage, user: str, values: Json) -> Json:
    """Send the modal that `user` has open."""
    view = await stage.workspace.wait_for(lambda: stage.workspace.open_view(user), PATIENCE)
    return await stage.workspace.submit_view(user, str(view["id"]), values)


async def test_two_named_people_must_agree(stage: Stage) -> None:
    """Others cannot, each counts once, and the card says how far it is."""
    await stage.lead("decide")
    await fill(
        stage,
        MAYA,
        {
            "title": {"text": "One ledger"},
            "outcome": {"text": "One append-only ledger, because audits ask for history."},
            "options": {"text": "One ledger\n+ audit\nMutable balances\n- no history"},
            "services": {"text": "billing-api"},
            "approvers": {"users": [TOM, LI]},
            "quorum": {"text": "2"},
        },
    )
    card = await shown(stage, "Decision proposed")
    assert "thread_ts" not in card
    assert f"Needs: 2 of <@{TOM}>, <@{LI}>" in words(card)

    await at_home(stage, TOM, waits=True)
    await at_home(stage, PRIYA, waits=False)
    await click(stage, PRIYA, card, "decision.accept")
    await stage.wait_whisper(PRIYA, "can decide on D-1")

    stage.workspace.faults.set(duplicate=1.0)
    await click(stage, TOM, card, "decision.accept")
    await shown(stage, f"1 of 2 so far (<@{TOM}>)")
    stage.workspace.faults.clear()
    await click(stage, TOM, card, "decision.accept")
    await stage.wait_whisper(TOM, "You said yes to D-1 already: 1 of 2 so far.")
    await at_home(stage, TOM, waits=False)

    await click(stage, LI, card, "decision.accept")
    done = await shown(stage, "*Accepted* · D-1")
    assert done["ts"] == card["ts"]
    assert f"Accepted by <@{TOM}>, <@{LI}>" in words(done)
    assert "Decision proposed" not in words(await stage.lead("decisions"))
    assert "Mutable balances" in words(await stage.lead("decision D-1"))


async def test_a_challenge_replaces_only_when_it_is_accepted(stage: Stage) -> None:
    """The old card shows the challenge, then what replaced it; both stand in one thread."""
    stage.workspace.faults.set(duplicate=1.0)
    await stage.lead("decide Redis for sessions because it is there already")
    old = await shown(stage, "D-1")
    stage.workspace.faults.clear()
    await click(stage, TOM, old, "decision.accept")
    await shown(stage, "*Accepted* · D-1")

    await click(stage, PRIYA, old, "decision.challenge")
    values = {
        "reason": {"text": "Its licence changed."},
        "title": {"text": "Valkey for sessions"},
        "outcome": {"text": "Valkey, because it is free."},
    }
    await fill(stage, PRIYA, values)
    new = await shown(stage, "Would replace D-1")
    assert new["thread_ts"] == old["ts"]
    assert "decision.challenge" in action_ids(await shown(stage, "Challenged by D-2"))
    assert "accepted" in words(await stage.lead("why sessions in redis"))

    await click(stage, TOM, old, "decision.challenge")
    await stage.workspace.wait_for(lambda: stage.workspace.open_view(TOM), PATIENCE)
    await click(stage, LI, new, "decision.accept")
    assert (await shown(stage, "Replaced by D-2"))["ts"] == old["ts"]
    late = await fill(stage, TOM, values)  # the form was opened while it was in force
    assert "D-1 is superseded, so there is nothing to" in late["errors"]["reason"]


async def test_an_author_edits_after_requested_changes(stage: Stage) -> None:
    """Nobody else can; a form opened on the older card is refused."""
    await stage.lead("decide Nightly backups; nobody restores by hand")
    first = await shown(stage, "D-1")
    await click(stage, LI, first, "decision.reject")
    await stage.workspace.wait_for(lambda: stage.workspace.open_view(LI), PATIENCE)
    await click(stage, TOM, first, "decision.change")
    await fill(stage, TOM, {"reason": {"text": "Say who tests the restore."}})
    await shown(stage, f"<@{MAYA}> can edit it")

    await click(stage, TOM, first, "decision.edit")
    await stage.wait_whisper(TOM, f"Only <@{MAYA}> can edit D-1.")

    await click(stage, MAYA, first, "decision.edit")
    refused = await fill(stage, MAYA, {"supersedes": {"text": "the old one"}})
    assert "I need decisions' numbers" in refused["errors"]["supersedes"]
    await fill(
        stage,
        MAYA,
        {"supersedes": {"text": ""}, "outcome": {"text": "Nightly backups; Priya tests them."}},
    )
    second = await shown(stage, "revision 2")
    assert second["thread_ts"] == first["ts"]
    assert "Priya tests them" in words(second)

    late = await fill(stage, LI, {"reason": {"text": "Nobody reads them."}})
    assert "D-1 was redrafted since you saw it." in late["errors"]["reason"]
    await click(stage, LI, second, "decision.accept")
    await shown(stage, "*Accepted* · D-1 · revision 2")


async def test_why_answers_from_the_records_that_one_may_see(stage: Stage) -> None:
    """With a link; or it says that nothing is recorded."""
    stage.workspace.people.invite(MAYA, PAYMENTS, stage.workspace.identity.bot_user_id)
    await stage.lead("decide Kafka for billing events because of replays")
    await stage.lead("decide Stripe refunds by hand", channel="#payments-private")
    card = await shown(stage, "D-1")
    await stage.delivered()

    told = words(await stage.lead("why did we choose kafka for billing?"))
    assert f"p{str(card['ts']).replace('.', '')}|D-1>" in told
    assert "because of replays" in told
    assert "Nothing is recorded on that." in words(await stage.lead("why elixir?"))
    assert "Nothing is recorded on that." in words(await stage.lead("why refunds by hand?"))
    there = await stage.lead("why refunds by hand?", channel="#payments-private")
    assert "D-2" in words(there)
    story = words(await stage.lead("why D-1"))
    assert f"<@{MAYA}> recorded it" in story


async def test_what_one_can_do_in_words(stage: Stage) -> None:
    """Only those who may decide; a private channel's words stay there."""
    stage.workspace.people.invite(MAYA, PAYMENTS, stage.workspace.identity.bot_user_id)

    async def say(text: str, *, user: str = MAYA, channel: str = "#backend") -> str:
        return words(await stage.lead(text, user=user, channel=channel))

    for title in ("Old ledger", "New ledger"):
        await say(f"decide {title}")
        await click(stage, TOM, await shown(stage, title), "decision.accept")
        await shown(stage, f"*Accepted* · D-{1 if title == 'Old ledger' else 2}")
    await say(f"settings decide <@{MAYA}> here")

    refused = await say("decision D-1 deprecate we moved", user=TOM)
    assert f"Only <@{MAYA}> can decide here." in refused
    assert "Did you mean `/lead decision D-1 deprecate`?" in await say("decision D-1 depreciate x")
    assert "Say why it does not hold" in await say("decision D-1 deprecate")
    assert "D-1 is still right. Its next review is on" in await say("decision D-1 keep")
    assert "D-1 is not provisional: it lasts already." in await say("decision D-1 renew")
    assert "I need a day" in await say("decision D-1 renew soon")
    assert "D-2 now replaces D-1." in await say("decision D-2 supersedes D-1")
    await shown(stage, "Replaced by D-2")
    elsewhere = await say("decision D-2 challenge it leaks", channel="#payments-private")
    assert "this channel is private" in elsewhere
    assert "D-3 is proposed instead." in await say("decision D-2 challenge it is slow", user=TOM)
    assert "D-2 is no longer valid." in await say("decision D-2 deprecate we moved")
    assert "No decision is due for a review." in await say("decisions due")
    assert "D-3" in await say("decisions open")

    await say("decide")
    form = {"title": {"text": "x"}, "outcome": {"text": "y"}, "approvers": {"users": [TOM]}}
    named = await fill(stage, MAYA, form)
    assert "One of those named may not decide here." in named["errors"]["approvers"]


async def test_nothing_is_replaced_past_those_who_decide_on_it(stage: Stage) -> None:
    """Another channel's form would get round who may decide: it is asked of both decisions."""
    stage.workspace.people.invite(MAYA, GENERAL, stage.workspace.identity.bot_user_id)
    await stage.lead("decide Two people approve a release")
    old = await shown(stage, "D-1")
    await click(stage, MAYA, old, "decision.accept")
    await shown(stage, "*Accepted* · D-1")
    await stage.lead(f"settings decide <@{MAYA}> here")

    await stage.lead("decide", user=TOM, channel="#general")
    form: Json = {"title": {"text": "One does"}, "outcome": {"text": "One."}}
    form |= {"supersedes": {"text": "D-1"}}
    refused = await fill(stage, TOM, form | {"state": {"choice": "accepted"}})
    assert "This would replace D-1, on which you cannot" in refused["errors"]["supersedes"]

    await fill(stage, TOM, form | {"state": {"choice": "proposed"}})
    new = await shown(stage, "Would replace D-1", channel="#general")
    await stage.workspace.click(TOM, "#general", str(new["ts"]), "decision.accept")
    told = await stage.wait_whisper(TOM, "This would replace D-1")
    assert "Somebody who can must accept it." in words(told)
    await stage.workspace.click(MAYA, "#general", str(new["ts"]), "decision.accept")
    await shown(stage, "Replaced by D-2")

    await stage.lead("decide Three people approve a release")
    said = words(await stage.lead("decision D-3 supersedes D-2"))
    assert "D-3 is to replace D-2, once it is accepted." in said
