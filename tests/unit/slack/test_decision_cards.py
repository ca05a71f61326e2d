"""Cards and modals of decisions: what they say, and that nothing written in them gets out."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decision import DecisionRecord, DecisionState, DueKind, RecordOption
from bot.domain.usage import Usage
from bot.slack import cards
from bot.slack.cards.decision_form import FormTerms, edit_decision_modal
from bot.slack.cards.why import ActLine, CallLine, decision_story, task_story, topic_post
from bot.slack.payloads import DecisionAction
from bot.slack.views import DecisionRow, LinkLine, TaskCard
from tests.support.examples import examples
from tests.unit.slack.samples import CARDS, NOON, PROPOSAL, TEXT, decision
from tests.unit.slack.validator import check_post, check_view, words

S = DecisionState
LISTS = st.lists(TEXT, max_size=3).map(tuple)
RECORDS = st.builds(
    DecisionRecord,
    title=TEXT,
    context=TEXT,
    outcome=TEXT,
    drivers=LISTS,
    options=st.lists(st.builds(RecordOption, title=TEXT, good=LISTS), max_size=3).map(tuple),
    consulted=LISTS,
    more_information=TEXT,
    source_url=TEXT,
)
MAYA = frozenset({"U0MAYA"})


@examples(10)
@given(RECORDS, st.sampled_from(S), TEXT)
def test_whatever_is_written_stays_text(record: DecisionRecord, state: S, text: str) -> None:
    view = decision(
        proposal=record,
        state=state,
        links=(LinkLine("Replaces", "D-2", text),) * 3,
        source=text,
        source_url=record.source_url,
        author_id="U0MAYA",
        yes=("U0MAYA",),
        reason=text,
    )
    check_post(cards.decision_card(view), may_mention=MAYA)
    check_post(cards.decision_details(view, buttons=True), may_mention=MAYA)
    check_view(cards.challenge_modal(view))
    for kind in DueKind:
        check_post(cards.decision_due_post(view, kind, to="<@U0MAYA>"), may_mention=MAYA)
    payload = DecisionAction(decision_id=view.decision_id, revision=1)
    check_view(edit_decision_modal(payload, "D-1", record, FormTerms()))


@examples(10)
@given(TEXT, CARDS, st.integers(0, 30))
def test_stories_stay_text(text: str, card: TaskCard, number: int) -> None:
    row = DecisionRow("D-1", text, S.ACCEPTED, "U0MAYA", NOON, None, url=text, outcome=text)
    check_post(topic_post([row] * min(number, 5), more=number), may_mention=MAYA)
    acts = [ActLine("U0MAYA", text, NOON)] * number
    check_post(decision_story(row, acts), may_mention=MAYA)
    calls = [CallLine(text, text, "done", Usage(), text)] * number
    told = task_story(card, calls=calls, acts=acts, settings=[])
    assert len(told.blocks) <= 50


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"quorum": 3, "yes": ("U0MAYA",)}, "1 of 3 so far (<@U0MAYA>)"),
        ({"author_id": "U0MAYA"}, "By <@U0MAYA> · Needs: anyone here"),
        ({"quorum": 3, "no": ("U0TOM",)}, "0 of 3 so far; no: <@U0TOM>"),
        ({"expires_on": date(2027, 3, 31)}, "provisional until 31 Mar 2027 · review by 24 May"),
        (
            {"state": S.ACCEPTED, "decided_by": "U0TOM", "yes": ("U0MAYA", "U0TOM")},
            "Accepted by <@U0MAYA>, <@U0TOM>",
        ),
        ({"state": S.CHANGES_REQUESTED, "author_id": "U0MAYA"}, "<@U0MAYA> can edit it"),
        ({"state": S.UNCLEAR, "source": "from the file a.md"}, "Status unclear"),
    ],
)
def test_how_it_stands(changes: dict[str, object], said: str) -> None:
    assert said in words(cards.decision_card(decision(**changes)).blocks)


@pytest.mark.parametrize(
    ("state", "on_card", "in_details"),
    [
        (S.PROPOSED, "accept change reject edit", "accept change reject edit"),
        (S.CHANGES_REQUESTED, "edit reject", "edit reject"),
        (S.ACCEPTED, "challenge", "challenge deprecate"),
        (S.EXPIRED, "renew forever", "renew forever deprecate"),
        (S.UNCLEAR, "", "accept reject deprecate"),
        (S.REJECTED, "", ""),
        (S.SUPERSEDED, "", ""),
    ],
)
def test_what_can_be_done(state: S, on_card: str, in_details: str) -> None:
    view = decision(state=state, author_id="U0MAYA", proposal=PROPOSAL)

    def offered(blocks: list[dict[str, Any]]) -> str:
        elements = [e for b in blocks if b["type"] == "actions" for e in b["elements"]]
        return " ".join(str(e["action_id"]).removeprefix("decision.") for e in elements)

    assert offered(cards.decision_card(view).blocks) == on_card
    assert offered(cards.decision_details(view, buttons=True).blocks) == in_details
    assert offered(cards.decision_details(view).blocks) == ""


def test_one_that_nobody_here_can_redraft_offers_no_changes() -> None:
    blocks = cards.decision_card(decision(redraftable=False)).blocks
    assert "Request changes" not in words(blocks)
    assert "Edit" not in words(blocks)


def test_an_answer_cuts_no_link_in_two() -> None:
    outcome = "Kafka, see [the run](https://x.test/?a=1&b=2). " * 9
    row = DecisionRow("D-1", "Kafka", S.ACCEPTED, "U0MAYA", NOON, None, outcome=outcome)
    check_post(topic_post([row]), may_mention=MAYA)
    assert "…" in words(topic_post([row]).blocks)


def test_no_answer_is_said_plainly() -> None:
    assert topic_post([]).text.startswith("Nothing is recorded on that. `/lead memory`")
