"""What the cards say and which buttons they have."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.decision import DecisionState
from bot.domain.output import Disagreement, SpecialistOutput
from bot.domain.task import AssignmentState, TaskState
from bot.domain.usage import Usage
from bot.slack import cards
from bot.slack.post import Post
from bot.slack.views import AssignmentLine, SpecialistRow, StatusCard
from tests.unit.slack.samples import (
    DATABASE,
    DECISION_ROW,
    LEAD,
    LINES,
    NOON,
    OFFLINE,
    OUTPUT,
    SYNTHESIS,
    TASK_ROW,
    card,
    decision,
    specialist,
    synthesis,
    usage_line,
)
from tests.unit.slack.validator import words

OFFLINE_LABEL = "offline playbook, no model"


def _buttons(blocks: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [
        (element["text"]["text"], element["action_id"])
        for block in blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def _first(post: Post) -> str:
    return str(post.blocks[0]["text"]["text"])


def test_the_card_shows_plan_money_and_who_waits() -> None:
    post = cards.task_card(card())
    assert _first(post) == (
        "*Billing API* · greenfield · T-142 · 3 specialists · about $0.41 of $2.00"
    )
    assert post.blocks[1]["text"]["text"].splitlines() == [
        "✅ Tenancy model and system shape — backend-architect",
        "⏳ Invoice, payment and ledger schema — database-architect",
        (
            "▫️ Endpoints, errors, idempotency keys — api-architect"
            " _(waits for: Invoice, payment and ledger schema)_"
        ),
    ]
    assert _buttons(post.blocks) == [("Stop", "task.stop"), ("Change the plan", "plan.change")]
    assert post.text == "T-142 Billing API: working, 1 of 3 done"


def test_offline_work_says_so_instead_of_money() -> None:
    first = _first(cards.task_card(card(model_label=OFFLINE_LABEL, estimate_micros=0)))
    assert first.endswith("· offline playbook, no model")
    assert "$" not in first


def test_an_unknown_price_is_said() -> None:
    assert "price unknown" in _first(cards.task_card(card(estimate_micros=None)))


def test_phases_are_headed_when_there_are_several() -> None:
    lines = tuple(
        AssignmentLine(f"a{n}", f"Piece {n}", "x", AssignmentState.WAITING, n, title)
        for n, title in ((1, "Shape"), (2, ""), (4, "Proof"))
    )
    shown = cards.task_card(card(lines=lines)).blocks[1]["text"]["text"]
    heads = ((1, "1. Shape"), (2, "Phase 2"), (4, "3. Proof"))
    assert shown == "\n".join(f"_{head}_\n▫️ Piece {n} — x" for n, head in heads)


@pytest.mark.parametrize(
    ("changes", "said", "buttons"),
    [
        (
            {"state": TaskState.AWAITING_APPROVAL},
            "Shall I go ahead?",
            [
                ("Go ahead", "plan.approve"),
                ("Change the plan", "plan.change"),
                ("Cancel", "task.stop"),
            ],
        ),
        (
            {"state": TaskState.PAUSED, "state_reason": "This channel has $0.12 of $5.00 left."},
            "⏸️ This channel has $0.12 of $5.00 left.",
            [
                ("Go on with the offline playbook", "task.offline"),
                ("Add $0.50", "task.budget"),
                ("Stop", "task.stop"),
            ],
        ),
        (
            {"state": TaskState.PAUSED, "state_reason": "Claude is away.", "resume_at": NOON},
            (
                "Claude is away. I'll try again at <!date^1795521600^{time}|24 Nov 12:00 UTC>."
                " Nothing is lost."
            ),
            [
                ("Go on with the offline playbook", "task.offline"),
                ("Try now", "task.retry"),
                ("Stop", "task.stop"),
            ],
        ),
        (
            {"state": TaskState.FAILED, "error_id": "E-7f3a"},
            (
                "Something broke on my side (E-7f3a). Your request is kept;"
                " `/lead retry T-142` goes on from there."
            ),
            [
                ("Retry", "task.retry"),
                ("Go on with the offline playbook", "task.offline"),
                ("Escalate", "escalation.task"),
            ],
        ),
        (
            {"state": TaskState.STOPPED, "state_reason": "Stopped by <@U0MAYA>."},
            "Stopped by <@U0MAYA>.",
            [("Go on", "task.retry")],
        ),
        ({"state": TaskState.DONE}, "1 of 3 done · Ran", []),
        (
            {"state": TaskState.SYNTHESISING},
            "Putting it together",
            [("Stop", "task.stop"), ("Change the plan", "plan.change")],
        ),
        ({"state": TaskState.PLANNING, "lines": ()}, "Planning", [("Stop", "task.stop")]),
    ],
)
def test_each_state_has_its_sentence_and_buttons(
    changes: dict[str, Any], said: str, buttons: list[tuple[str, str]]
) -> None:
    post = cards.task_card(card(**changes))
    assert said in words(post.blocks)
    assert _buttons(post.blocks) == buttons


def test_offline_work_offers_no_offline_button() -> None:
    post = cards.task_card(card(state=TaskState.FAILED, model_label=OFFLINE_LABEL))
    assert _buttons(post.blocks) == [("Retry", "task.retry"), ("Escalate", "escalation.task")]


def test_a_done_card_keeps_the_plan_and_names_what_failed() -> None:
    failed = AssignmentLine(
        "a4", "Load model", "qa", AssignmentState.FAILED, 1, "", (), "timed out"
    )
    shown = words(cards.task_card(card(state=TaskState.DONE, lines=(*LINES[:1], failed))).blocks)
    assert "✅ Tenancy" in shown
    assert "❌ Load model — qa: timed out" in shown


def test_buttons_carry_compact_json() -> None:
    post = cards.decision_card(decision(revision=2))
    value = post.blocks[-1]["elements"][0]["value"]
    assert json.loads(value) == {"decision_id": "9d4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f", "revision": 2}
    assert " " not in value


def test_a_specialist_speaks_under_its_own_name() -> None:
    post = cards.specialist_post(specialist())
    assert (post.username, post.icon_emoji) == ("Database Architect", ":card_file_box:")
    assert post.payload()["username"] == "Database Architect"
    assert _first(post).splitlines() == [
        "*One ledger, append-only; balances are a view.*",
        "",
        "• `tenant_id` first in every primary key; row-level security as the second lock",
        "• Stripe event id unique: a second delivery is a no-op",
        "",
        "*Open:* Do you need multi-currency in the first release?",
        "",
        "*Calculated*",
        "• Storage: 500 rps × 3 rows × 180 B = 23 GB a day _(assumed: 180 B per row)_",
        "",
        "*Assumed:* three rows per request",
    ]
    assert _buttons(post.blocks) == [
        ("Show details", "output.details"),
        ("Escalate", "escalation.question"),
    ]
    assert words(post.blocks[-1]) == "1,180 tokens · $0.03"


def test_a_specialist_without_more_to_say_has_no_button() -> None:
    post = cards.specialist_post(specialist(SpecialistOutput(headline="Yes.", bullets=())))
    assert _buttons(post.blocks) == []


def test_what_makes_a_message_long_waits_behind_the_button() -> None:
    """Headline and bullets stay; the assumption that did not fit shows in the modal."""
    long = OUTPUT.model_copy(
        update={"bullets": ("word " * 30,) * 6, "assumptions": ("w " * 300,), "detail": ""}
    )
    post = cards.specialist_post(specialist(long))
    assert len(_first(post)) <= 1200
    assert "Assumed" not in _first(post)
    assert _buttons(post.blocks) == [
        ("Show details", "output.details"),
        ("Escalate", "escalation.question"),
    ]
    shown = words(cards.output_modal(specialist(long))["blocks"])
    assert "Assumed" in shown
    assert shown.count("• word word") == 6


def test_the_modal_shows_the_long_form() -> None:
    view = cards.output_modal(specialist())
    assert view["title"]["text"] == "Database Architect"
    assert "ledger_entry tenant_id, id" in words(view["blocks"])
    assert "Sources: billing-ledger" in words(view["blocks"])


def test_offline_work_shows_no_tokens() -> None:
    post = cards.specialist_post(specialist(model="offline", usage=Usage()))
    assert words(post.blocks[-1]) == OFFLINE_LABEL


def test_the_recommendation_says_who_ran() -> None:
    post = cards.synthesis_post(synthesis())
    shown = words(post.blocks)
    assert post.text.startswith("Recommendation: Build it")
    assert "*Where they disagreed* • API Architect and Python Expert: Cursor pagination" in shown
    assert "• webhook storms after an outage → inbox absorbs" in shown
    assert "*Next* 1. Create the ledger table 2. Build the inbox" in shown
    assert (
        "Ran: 3 of 9 specialists, 7 calls, 14,320 tokens (61 % cached), $0.38, 2 min 41 s"
        " · `/lead task T-142`"
    ) in shown
    assert post.blocks[-1]["elements"][0]["type"] == "feedback_buttons"


def test_sides_are_not_named_twice() -> None:
    item = Disagreement(
        between=("api-architect", "x"), point="api-architect wants cursors.", resolution="Yes."
    )
    told = SYNTHESIS.model_copy(update={"disagreements": (item,)})
    assert "• api-architect wants cursors. Yes." in words(
        cards.synthesis_post(synthesis(told)).blocks
    )


def test_an_answer_shows_its_price_only_when_it_had_one() -> None:
    free = cards.answer_post("A **conflict**.", voice=LEAD, footer=OFFLINE)
    paid = cards.answer_post("A **conflict**.", voice=LEAD, footer=usage_line(ran=(), calls=1))
    assert words(free.blocks) == "A *conflict*."
    assert free.username == "Lead"
    assert free.text == "A conflict."
    assert "1 call, 14,320 tokens" in words(paid.blocks)


def test_a_proposed_decision() -> None:
    post = cards.decision_card(decision())
    assert _first(post) == "*Decision proposed* · D-31 · *Append-only ledger for billing*"
    assert post.blocks[1]["text"]["text"].splitlines() == [
        "Append-only ledger, because audits ask for history.",
        "*Because:* audit; refunds; concurrency",
        "*Consequences:* Reads go through a view",
        "*Alternatives:* Mutable balances with row locks",
    ]
    assert words(post.blocks[2]) == "Needs: anyone here · review by 24 May 2027"
    assert [action for _, action in _buttons(post.blocks)] == [
        "decision.accept",
        "decision.change",
        "decision.reject",
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (DecisionState.ACCEPTED, "Accepted by <@U0MAYA>, <!date^"),
        (DecisionState.REJECTED, "Rejected by <@U0MAYA>"),
        (DecisionState.CHANGES_REQUESTED, "Changes requested by <@U0MAYA>"),
    ],
)
def test_a_decided_decision_says_who_and_why(state: DecisionState, said: str) -> None:
    view = decision(state=state, decided_by="U0MAYA", decided_at=NOON, reason="We <sell> it.")
    post = cards.decision_card(view)
    assert said in words(post.blocks)
    assert ": We &lt;sell&gt; it." in words(post.blocks)
    left = {DecisionState.ACCEPTED: ["decision.challenge"]}.get(state, [])
    assert [action for _, action in _buttons(post.blocks)] == left


def test_decision_details_have_madrs_fields() -> None:
    shown = words(cards.decision_details(decision()).blocks)
    for field in ("Context", "Drivers", "Options", "Outcome", "Consequences", "Confirmed by"):
        assert f"*{field}*" in shown
    assert "➖ reads via a view" in shown


def test_modals_carry_what_they_decide_about() -> None:
    why = cards.reason_modal("change", decision(revision=3))
    assert why["callback_id"] == "decision.change"
    assert json.loads(why["private_metadata"])["revision"] == 3
    field = why["blocks"][-1]
    assert (field["block_id"], field["element"]["action_id"]) == ("reason", "text")
    plan = cards.plan_modal(card())
    assert plan["callback_id"] == "plan.change"
    assert json.loads(plan["private_metadata"]) == {"task_id": card().task_id}
    assert plan["blocks"][-1]["block_id"] == "change"


def test_lists() -> None:
    assert "⏸️ *T-142* · Billing API · paused: Claude is overloaded ·" in words(
        cards.task_list([TASK_ROW]).blocks
    )
    assert "*D-31* · Append-only ledger · accepted by <@U0MAYA>" in words(
        cards.decision_list([DECISION_ROW]).blocks
    )
    row = SpecialistRow(DATABASE, ("schema", "indexes"), running=2, waiting=0)
    assert words(cards.team_list([row]).blocks) == (
        ":card_file_box: *Database Architect* · schema, indexes · 2 at work"
    )
    home = words(cards.home_view(tasks=[TASK_ROW], decisions=[])["blocks"])
    assert "Your open tasks" in home
    assert "Waiting for a decision Nothing." in home


def test_empty_lists_say_what_to_do() -> None:
    assert "Mention me" in cards.task_list([]).text
    assert "No decisions" in cards.decision_list([]).text


def test_task_details_show_decisions_and_what_got_lost() -> None:
    post = cards.task_details(
        card(state=TaskState.DONE), decisions=[DECISION_ROW], undelivered=["It was archived."] * 2
    )
    shown = words(post.blocks)
    assert "Done." in shown
    assert "✅ Tenancy model and system shape" in shown
    assert "*D-31*" in shown
    assert "*Not delivered (2)* • It was archived." in shown


def test_quiet_losses_are_not_listed() -> None:
    post = cards.task_details(card(), decisions=[], undelivered=["", ""])
    assert "Not delivered" not in words(post.blocks)


def test_status_warns_when_posts_are_stuck() -> None:
    status = StatusCard(
        open_tasks=2,
        waiting_decisions=1,
        model_label="Claude",
        channel_left_micros=4_120_000,
        channel_limit_micros=5_000_000,
        day_left_micros=0,
        day_limit_micros=25_000_000,
        outbox_depth=3,
        oldest_waiting_seconds=125,
        database="sqlite",
        version="0.1.0",
    )
    shown = words(cards.status_card(status).blocks)
    assert "*Tasks:* 2 open · *Decisions:* 1 waiting" in shown
    assert "$4.12 of $5.00 in this channel, $0.00 of $25.00 in all" in shown
    assert "⚠️ 3 waiting, the oldest for 2 min 5 s" in shown
    more = replace(status, conflicts="• Tom", records_behind=True)
    both = words(cards.status_card(more).blocks)
    for part in ("*Conflicts* • Tom", "*Decision records:* ⚠️ not all committed"):
        assert (part in shown, part in both) == (False, True)


def test_help_lists_every_subcommand() -> None:
    shown = words(
        cards.help_card({"Work": [("/lead ask <text>", "Ask."), ("/lead help", "This.")]}).blocks
    )
    assert "`/lead ask &lt;text&gt;` Ask." in shown


def test_our_own_sentences_keep_their_marks() -> None:
    post = cards.text_post("T-1 is stopped. `/lead retry T-1` goes on.")
    assert _first(post) == "T-1 is stopped. `/lead retry T-1` goes on."


def test_an_assumption_of_a_calculation_is_not_said_twice() -> None:
    output = OUTPUT.model_copy(update={"assumptions": ("180 B per row", "one region")})
    shown = words(cards.specialist_post(specialist(output)).blocks)
    assert shown.count("180 B per row") == 1
    assert "*Assumed:* one region" in shown


def test_the_modal_does_not_repeat_the_message() -> None:
    assert "Stripe event id" not in words(cards.output_modal(specialist())["blocks"])
