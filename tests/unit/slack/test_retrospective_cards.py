"""Cards and forms of retrospectives, assessments, learning: valid for Slack, whatever was said."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.assessment import AssessmentReading, Figure, Findings, Period
from bot.domain.retrospective import LessonKind, Phase, Standing
from bot.slack.cards import assessment, learning, retro_action, retrospective
from bot.slack.cards.assessment import AssessmentCard
from bot.slack.cards.learning import LearningLine
from bot.slack.cards.retrospective import (
    ActionLine,
    ColumnLine,
    LessonLine,
    RetrospectiveCard,
    TopicLine,
)
from bot.slack.cards.retrospective_file import as_markdown
from bot.slack.cards.retrospective_modals import (
    action_modal,
    cards_modal,
    group_modal,
    lesson_modal,
    vote_modal,
)
from bot.slack.payloads import AssessmentProposal, RetroActionRef, RetroPhase, RetroTopic
from tests.unit.slack.samples import NOON
from tests.unit.slack.validator import check_post, check_view, words

ID = "0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"
WILD = "<!channel> *x* & `y` " * 12
MAYA = frozenset({"U0MAYA0001"})
DUE = date(2026, 12, 4)


def action(standing: Standing = Standing.OPEN, text: str = "Write the runbook") -> ActionLine:
    return ActionLine(ID, "RA-1", text, "U0MAYA0001", DUE, standing)


def topic(votes: int | None, *cards: str, title: str = "Deploys are slow") -> TopicLine:
    return TopicLine(ID, title, "What failed", cards or (title,), votes)


def card(phase: Phase, **more: Any) -> RetrospectiveCard:
    counted = phase in (Phase.DISCUSS, Phase.CLOSED)
    given: dict[str, Any] = {
        "retrospective_id": ID,
        "public_id": "RT-1",
        "name": "Retrospective",
        "phase": phase,
        "opens_at": NOON,
        "ends_at": NOON + timedelta(hours=1),
        "columns": (ColumnLine("What worked", 1), ColumnLine("What failed", 2)),
        "writers": 2,
        "before": (action(), action(Standing.DONE)),
        "topics": (topic(2 if counted else None), topic(0 if counted else None, title="Staging")),
        "votes_each": 3,
        "votes": 2,
        "voters": 2,
        "agreed": (),
        "lessons": (),
    } | more
    return RetrospectiveCard(**given)


def wild(phase: Phase) -> RetrospectiveCard:
    """Return a run in which far too much was said."""
    topics = tuple(topic(n, *[WILD] * 12, title=WILD) for n in range(120))
    return card(
        phase,
        name=WILD,
        columns=tuple(ColumnLine(WILD[:40], 99) for _ in range(5)),
        before=tuple(action(Standing.OVERDUE, WILD) for _ in range(60)),
        topics=topics,
        agreed=tuple(action(text=WILD) for _ in range(60)),
        lessons=tuple(LessonLine("what failed", WILD) for _ in range(60)),
    )


@pytest.mark.parametrize("phase", list(Phase))
def test_each_phase_fits_slack(phase: Phase) -> None:
    for shown in (card(phase), wild(phase)):
        check_post(retrospective.retrospective_card(shown), may_mention=MAYA)
        if phase is Phase.CLOSED:
            check_post(retrospective.report_card(shown), may_mention=MAYA)
        else:
            check_post(retrospective.phase_card(shown), may_mention=MAYA)
    if phase is not Phase.CLOSED:
        tail = words(retrospective.retrospective_card(wild(phase)).blocks)
        assert "Shortened" in tail or phase is Phase.COLLECT
        assert "retro.next" in str(retrospective.retrospective_card(wild(phase)).blocks)


def test_what_is_hidden_is_not_shown() -> None:
    collecting = words(retrospective.retrospective_card(card(Phase.COLLECT)).blocks)
    assert "Deploys" not in collecting
    assert "What worked 1 · What failed 2 · by 2 people" in collecting
    voting = words(retrospective.retrospective_card(card(Phase.VOTE)).blocks)
    assert "*2 votes*" not in voting
    assert "2 votes by 2 people so far" in voting


def test_nothing_there_is_not_counted() -> None:
    empty = card(Phase.COLLECT, columns=(ColumnLine("What worked", 0), ColumnLine("Failed", 0)))
    assert "0 cards" not in words(retrospective.phase_card(empty).blocks)
    assert "3 cards so far" in words(retrospective.phase_card(card(Phase.COLLECT)).blocks)
    nobody = words(retrospective.retrospective_card(card(Phase.VOTE, votes=0, voters=0)).blocks)
    assert "No votes yet, 3 each." in nobody


def test_a_list_counts_what_there_is() -> None:
    fresh = card(Phase.COLLECT, columns=(ColumnLine("What worked", 0),), agreed=(), lessons=())
    said = words(retrospective.history([fresh, card(Phase.CLOSED)]).blocks)
    assert said.count(" 0 ") == 0
    assert "3 cards" in said


def test_only_what_somebody_voted_for_has_buttons() -> None:
    blocks = str(retrospective.retrospective_card(card(Phase.DISCUSS)).blocks)
    assert blocks.count("'retro.act'") == 1
    nobody = card(Phase.DISCUSS, topics=(topic(0), topic(0, title="Staging")), votes=0)
    assert str(retrospective.retrospective_card(nobody).blocks).count("'retro.act'") == 2
    assert "Nobody voted" in words(retrospective.phase_card(nobody).blocks)


def test_who_owes_nothing_is_not_named() -> None:
    assert retrospective.action(action(Standing.DONE)).count("U0MAYA0001") == 0
    assert "overdue" in retrospective.action(action(Standing.OVERDUE))


def test_a_file_holds_it_whole() -> None:
    shown = card(
        Phase.CLOSED,
        topics=(topic(2, "Deploys are slow", "Too slow"),),
        agreed=(action(),),
        lessons=(LessonLine("what failed", "Slow\ndeploys"),),
    )
    text = as_markdown(shown)
    assert "- Deploys are slow (What failed, 2 votes)\n  - Too slow" in text
    assert "RA-1 Write the runbook (U0MAYA0001, due 4 Dec 2026): open" in text
    assert "**what failed:** Slow deploys" in text


def test_forms_fit_slack() -> None:
    phase = RetroPhase(retrospective_id=ID, phase="vote")
    many = [(f"{n:032d}", WILD) for n in range(150)]
    check_view(cards_modal(phase, [WILD[:40]] * 5, {0: [WILD[:280]] * 10}))
    check_view(group_modal(phase, many))
    check_view(vote_modal(phase, many, {many[3][0], "gone"}, most=3))
    for payload in (
        RetroTopic(group_id=ID),
        RetroActionRef(action_id=ID),
        AssessmentProposal(assessment_id=ID, position=5, by_model=True),
    ):
        check_view(action_modal(payload, text=WILD, owner_id="U0MAYA0001", due_on=DUE))
    view = lesson_modal(RetroTopic(group_id=ID), text=WILD, first=LessonKind.PROCESS)
    check_view(view)
    assert view["blocks"][0]["element"]["initial_option"]["value"] == "process improvement"


def test_lists_and_reminders_fit_slack() -> None:
    for post in (
        retro_action.action_list([action(text=WILD)] * 40),
        retro_action.action_list([]),
        retrospective.history([wild(Phase.CLOSED)] * 20),
        retrospective.lessons([LessonLine("what failed", WILD)] * 80),
        retrospective.lessons([]),
        learning.learning_card([_item(WILD)] * 80, today=DUE),
        learning.learning_card([], today=DUE),
        learning.reminder_card(public_id="L-1", title=WILD, channel_id="C1", due_on=DUE),
    ):
        check_post(post, may_mention=MAYA)
    said = ("due today", "due tomorrow", "due on Fri 4 Dec", "2 days overdue")
    for days, told in zip((0, 1, 9, -2), said, strict=True):
        today = DUE - timedelta(days=days)
        post = retro_action.reminder_card(
            action_id=ID, public_id="RA-1", text=WILD, channel_id="C1", due_on=DUE, today=today
        )
        check_post(post)
        assert told in words(post.blocks)
    late = learning.learning_line(_item("DST"), today=DUE + timedelta(days=1))
    assert "overdue" in late


def _item(title: str) -> LearningLine:
    return LearningLine("L-1", "talk", title, "U0MAYA0001", DUE, "planned", "")


@pytest.mark.parametrize("period", list(Period))
def test_an_assessment_fits_slack(period: Period) -> None:
    figures = tuple(
        Figure(part=f"Part {n % 6}", name=WILD[:40], value=f"{n} {WILD}", was=WILD)
        for n in range(60)
    )
    findings = Findings(
        headline=WILD, figures=figures, proposals=(WILD,) * 6, topics=(WILD * 3,) * 5
    )
    reading = AssessmentReading(headline=WILD, observations=(WILD,) * 9, proposals=(WILD,) * 9)
    for read in (None, reading):
        shown = AssessmentCard(ID, "AS-1", period, NOON, NOON, findings, read, "model <x>")
        for buttons in (True, False):
            post = assessment.assessment_card(shown, buttons=buttons)
            check_post(post)
            assert ("assessment.act" in str(post.blocks)) is buttons
        assert "## Proposals" in assessment.as_markdown(shown)
