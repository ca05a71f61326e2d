"""Reviews, debts, radar and targets: within Slack's limits and pinging nobody, whatever is said."""

from datetime import timedelta
from typing import Any

from hypothesis import Phase, given
from hypothesis import strategies as st

from bot.domain.architecture_review import (
    MOST_OUTPUTS,
    AgendaItem,
    AgendaPoint,
    DebtProposal,
    PointKind,
    PointResult,
    ReviewResult,
    TargetProposal,
    TechnologyProposal,
)
from bot.domain.decision import DecisionProposal
from bot.domain.technology import Ring
from bot.slack.cards.architecture_review import (
    OutputLine,
    PointLine,
    ReviewCard,
    SummaryCard,
    point_post,
    review_card,
    summary_card,
)
from bot.slack.cards.architecture_review_modals import output_form
from bot.slack.cards.debt import DebtCard, debt_form, debt_list, debt_page
from bot.slack.cards.performance_target import target_list, target_page
from bot.slack.cards.technology import radar_list, technology_page
from bot.slack.charts import RadarEntry
from bot.slack.payloads import DebtForm
from bot.slack.views import Voice
from storage.models import (
    PerformanceMeasurement,
    PerformanceTarget,
    Technology,
    TechnologyMove,
)
from tests.support.examples import examples
from tests.unit.slack.samples import NOON, TEXT
from tests.unit.slack.validator import check_post, check_view, words

VOICE = Voice(name="lead", title="Lead", icon=":compass:")
PEOPLE = frozenset({"U0MAYA"})
FEW = examples(8, phases=(Phase.explicit, Phase.generate))


def bodies(said: str) -> list[DebtProposal | TechnologyProposal | TargetProposal]:
    return [
        DebtProposal(title=said, service=said, interest=said, plan=said, ref="TD-1"),
        DebtProposal(title=said, plan=said, effort_days=3, due_in_days=9),
        TechnologyProposal(name=said[:60], ring=Ring.TRIAL, reason=said),
        TargetProposal(
            service=said[:60],
            metric="p95",
            comparison="most",
            value=2e9,
            unit="ms",
            initiative=said,
        ),
    ]


@FEW
@given(TEXT, st.sampled_from(["proposed", "accepted", "dismissed"]))
def test_a_full_summary_fits_and_its_forms_too(said: str, state: str) -> None:
    lines = [
        OutputLine(
            output_id="0" * 32,
            body=bodies(said * 40)[n % 4],
            state=state,
            owner_id="U0MAYA",
            was="assess",
            current=1.5,
            due_on=NOON.date(),
            result=said[:60],
            decided_by="U0MAYA",
        )
        for n in range(MOST_OUTPUTS)
    ]
    result = ReviewResult(headline=said, findings=(said,) * 5, questions=(said,) * 5)
    post = summary_card(SummaryCard("AR-1", result, tuple(lines), said, VOICE))
    check_post(post, may_mention=PEOPLE)
    shown = [b for block in post.blocks for b in block.get("elements", ()) if "action_id" in b]
    assert len(shown) == (3 * MOST_OUTPUTS if state == "proposed" else 0)
    for output in lines[:4]:
        check_view(output_form(output))


@FEW
@given(TEXT)
def test_points_fit_and_say_what_they_propose(said: str) -> None:
    point = AgendaPoint(
        kind=PointKind.DEBT, items=(AgendaItem(ref=said, title=said, sign="open"),), more=3
    )
    debt, move, target = (bodies(said)[n] for n in (0, 2, 3))
    result = PointResult.model_validate(
        {
            "headline": said,
            "findings": (said,) * 5,
            "questions": (said,),
            "decisions": (DecisionProposal(title=said, context=said, outcome=said),),
            "debts": (debt,),
            "technologies": (move,),
            "targets": (target,),
        }
    )
    for made in (result, None):
        check_post(point_post(point, made, voice=VOICE, problem=said, model="by rule"))


def card(state: str, **more: Any) -> ReviewCard:
    values: dict[str, Any] = {
        "points": (
            PointLine(PointKind.DEBT, "Expert", 2, worked=True),
            PointLine(PointKind.CHANGES, "Architect", 1, worked=False),
            PointLine(PointKind.PERFORMANCE, "Architect", 1, worked=False),
        ),
        "left_out": (PointKind.TECHNOLOGY,),
    }
    return ReviewCard(
        review_id="0" * 32,
        public_id="AR-1",
        state=state,
        opens_at=NOON,
        closes_at=NOON + timedelta(hours=1),
        **values | more,
    )


def test_the_first_message_says_where_it_stands() -> None:
    open_one = words(review_card(card("open")).blocks)
    assert "✅ Technical debt · 2 rows" in open_one
    assert "⏳ Upcoming changes · 1 row" in open_one
    assert "▫️ Performance against targets" in open_one
    assert "Left out, as there is nothing to speak of: technology." in open_one
    assert "Sum up now" not in open_one, "the points come first"
    told = {
        "planned": "waits for the end of quiet hours",
        "closing": "is being summed up",
        "closed": "closed without a summary",
    }
    for state, text in told.items():
        assert text in words(review_card(card(state)).blocks)
    stopped = card("open", stopped="failed; `/lead retry T-1` goes on")
    assert "failed; `/lead retry T-1`" in words(review_card(stopped).blocks)
    done = card("closed", headline="h", proposed=3, decided=1, closed_by="U0MAYA")
    assert "closed by <@U0MAYA> · 2 proposals to decide" in words(review_card(done).blocks)


@FEW
@given(TEXT)
def test_registers_fit(said: str) -> None:
    debt = DebtCard(
        "0" * 32, "TD-1", said[:200] or "x", said[:60], said, said, 3, "U0MAYA", NOON.date()
    )
    check_post(debt_list([debt] * 40, today=NOON.date(), ended=2), may_mention=PEOPLE)
    check_post(debt_page(debt), may_mention=PEOPLE)
    check_view(debt_form(DebtForm(channel_id="C1"), debt))
    entry = RadarEntry(said[:60] or "x", "trial", "assess", said, NOON)
    check_post(radar_list([entry] * 40))
    name = said[:60] or "x"
    technology = Technology(name=name, ring="hold", moved_at=NOON)
    move = TechnologyMove(
        was="", ring="hold", reason=said, source="", moved_by="U0MAYA", moved_at=NOON
    )
    check_post(technology_page(technology, [move] * 30), may_mention=PEOPLE)
    target = PerformanceTarget(
        number=1, service=name, metric="p95", key="k", comparison="most", value=1.0, unit="ms",
        initiative=said, owner_id="U0MAYA", due_on=NOON.date(), state="open", source="AR-1",
        current=2.0, measured_at=NOON,
    )  # fmt: skip
    listed = target_list([target] * 40, now=NOON, stale=timedelta(days=30))
    check_post(listed, may_mention=PEOPLE)
    measured = PerformanceMeasurement(value=2.0, measured_by="U0MAYA", measured_at=NOON)
    check_post(target_page(target, [measured] * 10), may_mention=PEOPLE)
