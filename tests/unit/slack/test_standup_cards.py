"""A standup's cards and forms: valid for Slack however much was said, and who is tagged."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.days import Span
from bot.domain.standup import DEFAULT_QUESTIONS, Kind, Question
from bot.domain.standup.proposals import Proposal
from bot.domain.standup.risks import risk
from bot.slack.cards.standup import (
    BlockerLine,
    MissingLine,
    Movement,
    PersonLine,
    StandupCard,
    StandupLine,
    StandupReport,
    coming_part,
    home_standups,
    missing_line,
    reminder_card,
    standup_card,
)
from bot.slack.cards.standup_history import Page, as_markdown, history_card
from bot.slack.cards.standup_modals import answer_modal, questions_modal
from bot.slack.cards.standup_report import report_card
from bot.slack.post import Post
from tests.unit.slack.samples import NOON
from tests.unit.slack.validator import check_post, check_view, words

ID = "0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"
WILD = "<!channel> *x* & `y` " * 40
MAYA = frozenset({"U0MAYA0001"})


def blocker(**more: Any) -> BlockerLine:
    given: dict[str, Any] = {
        "blocker_id": ID,
        "public_id": "B-1",
        "text": "No owner",
        "who": "maya",
        "times": 1,
        "changed": False,
    } | more
    return BlockerLine(**given)


def card(**more: Any) -> StandupCard:
    given: dict[str, Any] = {
        "standup_id": ID,
        "name": "Standup",
        "day": date(2026, 11, 24),
        "state": "open",
        "closes_at": NOON,
        "asked": 2,
        "answered": 1,
        "blockers": (blocker(),),
        "moved": Movement((), (), (), (), 0),
        "people": (PersonLine("maya", (("What is next?", "Refunds"),)),),
        "missing": (MissingLine("tom"),),
    } | more
    return StandupCard(**given)


def report(of: StandupCard, **more: Any) -> StandupReport:
    given: dict[str, Any] = dict.fromkeys(
        ("assignments", "dependencies", "risks", "solved"), ()
    ) | {"milestone": "", "late": 0}
    return StandupReport(card=of, **given | more)


WORST = card(
    name=WILD[:200],
    blockers=tuple(
        blocker(
            text=WILD, times=n, changed=True, owner_id="" if n % 2 else "U0MAYA0001",
            proposal=Proposal("refunds", "U0MAYA0001", "devops"), proposed_name="x" * 200,
        )
        for n in range(1, 40)
    ),
    moved=Movement((WILD[:80],) * 40, (WILD[:80],) * 40, (), (), 10**9),
    people=tuple(PersonLine("m" * 80, ((WILD[:150], WILD),) * 8, late=True) for _ in range(60)),
    missing=tuple(MissingLine("m" * 80, "off through Thu 26 Nov") for _ in range(100)),
)  # fmt: skip


@pytest.mark.parametrize("shown", [card(), card(state="closed", blockers=(), people=()), WORST])
def test_what_slack_takes(shown: StandupCard) -> None:
    check_post(standup_card(shown), may_mention=MAYA)
    full = report(
        shown, assignments=(WILD,) * 30, dependencies=(WILD,) * 30, solved=(WILD,) * 30,
        risks=(risk(WILD, "`/lead retry T-1`"),) * 30, milestone=WILD, late=3,
    )  # fmt: skip
    for made in (report(shown), full):
        check_post(report_card(made), may_mention=MAYA)
    span = Span(date(2026, 11, 23), date(2026, 11, 24))
    some = Page([shown] * 5, number=2, first=6, total=11)
    check_post(history_card(some, span, command="/lead standup since Monday"), may_mention=MAYA)
    check_post(history_card(Page([], 1, 1, 0), span, command="/lead standup report"))


def test_small_ones() -> None:
    lines = [StandupLine(ID, WILD[:200], "C0BACKEND1", NOON)] * 10
    check_post(reminder_card(lines[:1]))
    check_post(reminder_card(lines))
    coming = coming_part(ID, name=WILD, public_id="S-1", at=NOON)
    check_post(Post(text="x", blocks=coming))
    check_post(Post(text="x", blocks=home_standups(lines)))


def test_the_forms() -> None:
    many = tuple(Question(n, Kind.TEXT, "q" * 150) for n in range(8))
    said = dict.fromkeys(range(8), WILD * 5)
    for questions in (DEFAULT_QUESTIONS, many):
        check_view(answer_modal(ID, WILD, questions, said, note="n"))
        check_view(questions_modal("C0BACKEND1", questions))


def test_what_is_first_and_what_stands_there() -> None:
    again = blocker(times=2, decision="D-1", owner_id="U0MAYA0001")
    later = MissingLine("li", opens_at=NOON + timedelta(hours=3))
    did = Movement(("T-1 API",), (), (), (), 0)
    text = words(standup_card(card(blockers=(again,), missing=(later,), moved=did)).blocks)
    assert text.index("*Blocked*") < text.index("*Since the last one*") < text.index("*maya*")
    assert "*second standup*, unchanged · <@U0MAYA0001> takes it · needs a decision: D-1" in text
    assert "Not in: from <!date^" in text
    idle = Movement((), (), (), (), 0)
    said = (PersonLine("maya", (("Next?", "tests"),), blocked=(("Blocked?", "No owner"),)),)
    brief = words(standup_card(card(blockers=(), missing=(), moved=idle, people=said)).blocks)
    assert "Everybody is in." in brief
    assert "Since the last one" not in brief, "nothing moved"
    assert "No owner" not in brief, "blockers have a list of their own"


def test_what_is_done_needs_no_button() -> None:
    made = report_card(report(card(blockers=(blocker(solved=True),))))
    assert "actions" not in {block["type"] for block in made.blocks}


def test_markdown_is_whole_and_plain() -> None:
    span = Span(date(2026, 11, 24), date(2026, 11, 24))
    long = "a line\n" + "x" * 900
    text = as_markdown(
        [
            card(
                people=(PersonLine("m &amp; m", (("Next?", long),), late=True),),
                missing=(MissingLine("tom", "Good Friday"),),
                moved=Movement(("T-1 API",), (), (), (), 0),
            )
        ],
        span,
    )
    assert "# Standups, 24 Nov 2026" in text
    assert "### m & m (late)\n\n- **Next?** a line / " + "x" * 900 in text
    assert "- B-1 No owner (maya)" in text
    assert "- T-1 API" in text
    assert "- tom (Good Friday)" in text


def test_a_later_zone_is_named_once_for_all_its_people() -> None:
    later, last = NOON, NOON + timedelta(hours=6)
    line = missing_line(
        [
            MissingLine("asha"),
            MissingLine("ana", opens_at=later),
            MissingLine("joe", opens_at=last),
            MissingLine("ben", opens_at=later),
            MissingLine("kim", off="off until Monday", opens_at=last),
        ]
    )
    assert re.sub(r"<!date\^(\d+)\^[^>]*>", r"\1", line) == (
        f"Not in: asha, kim (off until Monday) · from {later.timestamp():.0f} ana, ben"
        f" · from {last.timestamp():.0f} joe"
    )
