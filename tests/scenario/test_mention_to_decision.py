"""The main job: a mention becomes a plan, work, a recommendation and a recorded decision."""

from bot.workspace.seed import MAYA, TOM
from bot.workspace.shapes import Json
from tests.support.stage import PATIENCE, Stage, action_ids, words

BILLING = (
    "we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps, p95 under 200 ms"
)


async def test_a_mention_is_planned_worked_synthesised_and_decided(stage: Stage) -> None:
    """Seen at once, one card for a round, edited in place; the decision ends in the list."""
    root = await stage.mention(BILLING)
    call = await stage.workspace.wait_for(
        lambda: next(iter(stage.workspace.calls_of("reactions.add")), None), PATIENCE
    )
    assert (call.args["name"], call.args["timestamp"]) == ("eyes", root)

    decision = await stage.wait_text(root, "Decision proposed")
    thread = stage.thread(root)
    card = thread[0]
    assert "Billing API" in words(card)
    assert "T-1" in words(card)
    voices = {post["username"] for post in thread if "username" in post}
    assert "Database Architect" in voices
    assert "Python Backend Expert" in voices
    assert len(voices) <= 10
    assert any("Recommendation" in words(post) for post in thread)
    assert "500" in words(thread)

    cards = [post for post in thread if "T-1" in str(post.get("text", ""))]
    posted = [call for call in stage.workspace.calls_of("chat.postMessage") if call.ok]
    keys = [call.args["metadata"]["event_payload"]["key"] for call in posted]
    assert len(keys) == len(set(keys))
    assert len([key for key in keys if str(key).endswith(":card")]) == 1
    assert cards

    await stage.workspace.click(MAYA, "#backend", str(decision["ts"]), "decision.accept")
    await stage.wait_text(root, f"Accepted by <@{MAYA}>")
    listed = words(await stage.lead("decisions"))
    assert "D-1" in listed
    assert "accepted" in listed.lower()


async def test_a_second_delivery_changes_nothing(stage: Stage) -> None:
    """Every event twice, and still one task; thanks get a nod, small questions the lead only."""
    stage.workspace.faults.set(duplicate=1.0)
    root = await stage.mention("which HikariCP pool size do we need for 300 rps at 20 ms a query?")
    await stage.wait_text(root, "T-1")
    await stage.workspace.settled()
    stage.workspace.faults.clear()
    listed = words(await stage.lead("tasks"))
    assert "T-1" in listed
    assert "T-2" not in listed

    thanks = await stage.mention("thanks!")
    await stage.workspace.wait_for(
        lambda: next(
            (c for c in stage.workspace.calls_of("reactions.add") if c.args["name"] == "+1"), None
        ),
        PATIENCE,
    )
    assert stage.thread(thanks) == []

    small = await stage.mention("what does HTTP 409 mean?")
    answer = await stage.wait_text(small, "409 Conflict")
    assert len(stage.thread(small)) == 1
    assert answer["username"] == "Lead"

    # In a direct message every message is for the bot.
    direct = f"D{MAYA[1:]}"
    message = await stage.workspace.say(MAYA, direct, "our goroutines leak, how do we find where?")
    post = await stage.wait_text(str(message["ts"]), "goroutine", channel=direct)
    assert post["thread_ts"] == message["ts"]


async def test_requested_changes_bring_a_new_draft(stage: Stage) -> None:
    """The comment goes to the lead, which posts a redraft with buttons; a rejection says why."""
    root = await stage.mention(BILLING)
    decision = await stage.wait_text(root, "Decision proposed")

    await stage.workspace.click(MAYA, "#backend", str(decision["ts"]), "decision.change")
    view = await stage.workspace.wait_for(lambda: stage.workspace.open_view(MAYA), PATIENCE)
    await stage.workspace.submit_view(
        MAYA, str(view["id"]), {"reason": {"text": "Name the owner of the ledger."}}
    )

    def redrafted() -> Json | None:
        drafts = [post for post in stage.thread(root) if "decision.accept" in action_ids(post)]
        return next((d for d in drafts if "Name the owner of the ledger" in words(d)), None)

    newest = await stage.workspace.wait_for(redrafted, PATIENCE)
    calls = stage.workspace.calls_of("chat.postMessage")
    keys = [str(c.args["metadata"]["event_payload"]["key"]) for c in calls if c.ok]
    assert any(key.startswith("decision:") and key.endswith(":2") for key in keys)

    await stage.workspace.click(TOM, "#backend", str(newest["ts"]), "decision.reject")
    view = await stage.workspace.wait_for(lambda: stage.workspace.open_view(TOM), PATIENCE)
    await stage.workspace.submit_view(
        TOM, str(view["id"]), {"reason": {"text": "We sell to three customers only."}}
    )
    rejected = await stage.wait_text(root, "We sell to three customers only.")
    assert "decision.accept" not in action_ids(rejected)
