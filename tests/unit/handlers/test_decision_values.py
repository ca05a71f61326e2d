"""A decision's form: what was typed is read, what does not fit is named at its field."""

from datetime import date
from typing import Any

import pytest

from bot.domain.decision import DecisionRecord, RecordOption
from bot.services.recording import Terms
from bot.slack.cards.decision_form import (
    FormTerms,
    edit_decision_modal,
    fits,
    new_decision_modal,
)
from bot.slack.payloads import ChannelAction, DecisionAction
from handlers.decision_values import FormRefused, read_record, read_terms
from tests.unit.slack.validator import check_view

TODAY = date(2026, 3, 2)
RECORD = DecisionRecord(
    title="One ledger",
    context="Audits.",
    outcome="Append-only.",
    drivers=("audit", "refunds"),
    options=(RecordOption(title="Balances", good=("fast",), bad=("no history",)),),
    consequences=("a view for reads",),
    confirmation="A test.",
    services=("billing",),
    specialists=("database-architect",),
    more_information="Wiki.",
    decision_makers=("Ana",),
    consulted=("Tom",),
    informed=("Li",),
    source_url="https://x.example/1",
)
TERMS = FormTerms(
    quorum=2,
    approvers=("U0MAYA0001", "S0BACKLEAD1"),
    review_by=date(2026, 9, 1),
    expires_on=date(2026, 4, 1),
    supersedes=(2,),
    relates_to=(3, 4),
)


def _text(text: str) -> dict[str, Any]:
    return {"text": {"value": text}}


def _sent_unchanged(view: dict[str, Any]) -> dict[str, Any]:
    """Return what Slack sends when a form is sent as it was opened."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            values[block["block_id"]] = {
                element["action_id"]: {
                    "value": element.get("initial_value"),
                    "selected_users": element.get("initial_users", []),
                    "selected_date": element.get("initial_date"),
                }
            }
    return values


def test_a_form_sent_as_it_was_opened_changes_nothing() -> None:
    payload = DecisionAction(decision_id="d", revision=1)
    view = edit_decision_modal(payload, "D-1", RECORD, TERMS)
    check_view(view)
    values = _sent_unchanged(view)
    assert read_record(values, RECORD) == RECORD
    assert read_terms(values, today=TODAY) == Terms(
        quorum=2,
        approvers=("U0MAYA0001", "S0BACKLEAD1"),
        review_by=date(2026, 9, 1),
        expires_on=date(2026, 4, 1),
        supersedes=(2,),
        relates_to=(3, 4),
    )


def test_an_empty_form_asks_for_nothing_special() -> None:
    view = new_decision_modal(ChannelAction(channel_id="C1"))
    check_view(view)
    assert read_terms(_sent_unchanged(view), today=TODAY) == Terms()


@pytest.mark.parametrize(
    ("block", "typed", "said"),
    [
        ("quorum", _text("many"), "a whole number from 1 to 20"),
        ("groups", _text("anyone"), "Name user groups or people"),
        ("groups", _text("the leads"), "does not fit here"),
        ("supersedes", _text("the old one"), "I need decisions' numbers"),
        ("relates_to", _text("D-x"), "I need decisions' numbers"),
        ("review_by", {"date": {"selected_date": "2026-03-02"}}, "not in the future"),
        ("expires_on", {"date": {"selected_date": "soon"}}, "cannot read that day"),
    ],
)
def test_what_does_not_fit_is_named(block: str, typed: dict[str, Any], said: str) -> None:
    with pytest.raises(FormRefused) as refused:
        read_terms({block: typed}, today=TODAY)
    assert set(refused.value.errors) == {block}
    assert said in refused.value.errors[block]


def test_what_a_form_would_cut_off_is_not_edited_there() -> None:
    assert fits(RECORD)
    assert not fits(RECORD.model_copy(update={"outcome": "x" * 3_001}))
    assert not fits(RECORD.model_copy(update={"drivers": ("x" * 1_600, "y" * 1_600)}))
