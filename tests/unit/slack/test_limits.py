"""Whatever people and models write, every card stays within Slack's limits and pings nobody."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decision import DecisionProposal, DecisionState
from bot.domain.output import SpecialistOutput, Synthesis
from bot.domain.task import TaskState
from bot.slack import cards
from bot.slack.views import DecisionRow, SpecialistRow, TaskCard, TaskRow, Voice
from tests.support.examples import examples
from tests.unit.slack.samples import (
    CARDS,
    LEAD,
    NOON,
    OUTPUTS,
    PROPOSALS,
    SYNTHESES,
    TEXT,
    decision,
    specialist,
    synthesis,
    usage_line,
)
from tests.unit.slack.validator import check_post, check_view


@examples(12)
@given(CARDS, st.lists(TEXT, max_size=5))
def test_task_cards(card: TaskCard, problems: list[str]) -> None:
    if card.state is TaskState.STOPPED:
        # A stop's reason is our own sentence with a mention; nobody else writes it.
        card = replace(card, state_reason="Stopped by <@U0MAYA>.")
    check_post(cards.task_card(card), may_mention=frozenset({"U0MAYA"}))
    check_post(
        cards.task_details(card, decisions=[], undelivered=problems),
        may_mention=frozenset({"U0MAYA"}),
    )
    check_view(cards.plan_modal(card))


@examples(12)
@given(OUTPUTS, TEXT)
def test_specialists_posts(output: SpecialistOutput, title: str) -> None:
    view = specialist(output, title=title or "x")
    check_post(cards.specialist_post(view))
    check_view(cards.output_modal(view))


@examples(12)
@given(SYNTHESES)
def test_syntheses(told: Synthesis) -> None:
    check_post(cards.synthesis_post(synthesis(told)))


@given(TEXT)
def test_answers(text: str) -> None:
    check_post(cards.answer_post(text, voice=LEAD, footer=usage_line()))


@examples(12)
@given(PROPOSALS, st.sampled_from(DecisionState), TEXT)
def test_decisions(proposal: DecisionProposal, state: DecisionState, reason: str) -> None:
    view = decision(
        proposal=proposal, state=state, reason=reason, decided_by="U0MAYA", decided_at=NOON
    )
    allowed = frozenset({"U0MAYA"})
    check_post(cards.decision_card(view), may_mention=allowed)
    check_post(cards.decision_details(view), may_mention=allowed)
    check_view(cards.reason_modal("reject", view))


@examples(12)
@given(TEXT, st.sampled_from(TaskState), st.sampled_from(DecisionState), st.integers(0, 40))
def test_lists(text: str, state: TaskState, decided: DecisionState, number: int) -> None:
    tasks = [TaskRow("T-1", text, state, text, NOON)] * number
    decisions = [DecisionRow("D-1", text, decided, None, None, None)] * number
    team = [SpecialistRow(Voice("x", text or "x", ":x:"), (text, text), 1, 2)] * max(number, 1)
    check_post(cards.task_list(tasks))
    check_post(cards.decision_list(decisions))
    check_post(cards.team_list(team))
    check_view(cards.home_view(tasks=tasks, decisions=decisions), kind="home")
