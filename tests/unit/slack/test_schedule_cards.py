"""A schedule's cards and forms: valid for Slack however much was chosen."""

from datetime import date
from typing import Any

import pytest

from bot.domain.days import Span
from bot.domain.schedule.draft import MOST_DAYS_OFF, MOST_NAME, Draft
from bot.slack.cards.schedule import ScheduleCard, draft_card, schedule_card, schedule_list
from bot.slack.cards.schedule_modals import schedule_modal, schedule_preview_modal
from bot.slack.limits import BUTTON_VALUE, PRIVATE_METADATA
from bot.slack.payloads import DraftAction
from tests.unit.slack.samples import NOON
from tests.unit.slack.validator import check_post, check_view, words

SMALL = Draft(kind="reminder", words="weekdays 09:30", made_on=date(2026, 3, 2))
LONGEST = Draft(
    kind="architecture-review",
    words="x" * 200,
    made_on=date(2026, 3, 2),
    name="<&>\"'" * (MOST_NAME // 5),
    zones=("America/Argentina/ComodRivadavia",) * 8,
    regions=("DE-BY",) * 8,
    work_days=(0, 1, 2, 3, 4, 5, 6),
    days_off=(Span(date(2026, 12, 24), date(2027, 1, 2)),) * MOST_DAYS_OFF,
    window_minutes=10_080,
    missed_hours=72,
)
KINDS = [("reminder", "says its text here"), ("standup", "asks how it goes")]


def card(draft: Draft, **more: Any) -> ScheduleCard:
    given: dict[str, Any] = {
        "schedule_id": "0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f",
        "public_id": "S-1",
        "draft": draft,
        "title": "Reminder",
        "coming": ("Mon 2 Mar 09:30",) * 5,
        "next_slot": "next Mon 2 Mar 09:30",
        "skipped": ("Fri 3 Apr: Good Friday, skipped",),
        "is_paused": False,
        "created_by": "U0MAYA0001",
        "runs": ((NOON, "begun"),),
    } | more
    return ScheduleCard(**given)


@pytest.mark.parametrize("draft", [SMALL, LONGEST], ids=["small", "longest"])
def test_what_slack_takes(draft: Draft) -> None:
    coming = ["Mon 2 Mar 09:30"] * 20
    check_post(draft_card(draft, title="Reminder", coming=coming, channel_id="C0BACKEND1"))
    maya = frozenset({"U0MAYA0001"})
    check_post(schedule_card(card(draft)), may_mention=maya)
    check_post(schedule_list([card(draft)] * 50, KINDS), may_mention=maya)
    kinds = [("reminder", "Reminder"), (draft.kind, "Its title")]
    check_view(schedule_modal(draft, channel_id="C0BACKEND1", kinds=kinds))
    check_view(schedule_preview_modal(draft, title="T", coming=coming, channel_id="C0BACKEND1"))


def test_the_longest_draft_fits_into_a_button_and_a_form() -> None:
    carried = DraftAction(draft=LONGEST, channel_id="C0123456789")
    assert len(carried.value()) <= BUTTON_VALUE < PRIVATE_METADATA
    assert DraftAction.read(carried.value()) == carried


def test_a_card_offers_what_can_be_done() -> None:
    running, paused = (
        words(schedule_card(card(SMALL)).blocks),
        words(schedule_card(card(SMALL, is_paused=True, coming=())).blocks),
    )
    assert "Pause" in running
    assert "Skip next" in running
    assert "Resume" in paused
    assert "Skip next" not in paused
