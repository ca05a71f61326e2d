"""What follows from an agenda's rows by rule: nothing that the rows do not say."""

import pytest

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
    WorkedPoint,
    sound_review,
)
from bot.domain.technology import Ring
from bot.model.offline.reviewing import summarise, work_point
from bot.model.port import ReviewPointRequest, ReviewSummaryRequest


def worked(kind: PointKind, *items: AgendaItem, more: int = 0) -> PointResult:
    point = AgendaPoint(kind=kind, items=items, more=more)
    return work_point(ReviewPointRequest(text="", specialist="backend-architect", point=point))


def item(ref: str, sign: str, **more: object) -> AgendaItem:
    return AgendaItem.model_validate({"ref": ref, "title": f"Title {ref}", "sign": sign} | more)


def test_an_expired_decision_asks_what_follows_it() -> None:
    said = worked(
        PointKind.DECISIONS,
        item("D-4", "open", note="open for 12 days"),
        item("D-3", "expired", note="expired on 20 Nov", services=("billing",), dependants=2),
    )
    assert said.headline == "1 decision to look at again and 1 proposal without an answer."
    assert said.findings[0] == (
        "D-3 Title D-3: expired on 20 Nov; touches billing, on which 2 services depend."
    )
    assert [d.title for d in said.decisions] == ["What follows D-3: Title D-3"]
    assert said.decisions[0].services == ("billing",)
    assert said.questions == ("D-4 is unanswered: who decides it?",)


def test_debt_without_a_plan_gets_one_and_found_debt_is_new() -> None:
    said = worked(
        PointKind.DEBT,
        item("TD-1", "overdue", note="was due 3 days ago", owner="U1"),
        item("TD-2", "unplanned"),
        item("", "reads", services=("orders",)),
        item("", "circle", services=("a",)),
    )
    assert [(d.ref, bool(d.interest)) for d in said.debts] == [
        ("", True),
        ("", True),
        ("TD-2", False),
    ]
    assert all(d.plan and d.due_in_days == 30 for d in said.debts)
    assert said.questions == ("TD-2 has no owner: who takes it?",)


def test_two_tasks_on_one_service_are_put_in_order() -> None:
    said = worked(
        PointKind.CHANGES,
        item("T-1", "task", services=("orders",)),
        item("T-2", "task", services=("orders", "billing")),
        item("T-3", "task"),
    )
    assert [d.title for d in said.decisions] == ["Order of T-1 and T-2 on orders"]
    alone = worked(PointKind.CHANGES, item("T-1", "task", services=("orders",)))
    assert not alone.decisions
    assert "none in another's way" in alone.headline


def test_only_matrices_move_technologies() -> None:
    said = worked(
        PointKind.TECHNOLOGY,
        item("M-1", "won", title="Kafka", note="won M-1 with 4.1 of 5"),
        item("M-2", "adopted", title="NATS", note="won M-2 with 4 of 5, accepted as D-2"),
        item("gRPC", "stale", title="gRPC", note="on assess for 120 days"),
    )
    assert {t.name: t.ring for t in said.technologies} == {"Kafka": Ring.TRIAL, "NATS": Ring.ADOPT}
    assert said.questions == ("gRPC: try it, adopt it or let it go?",)


@pytest.mark.parametrize(
    ("metric", "words"),
    [("p95", "slowest 1 %"), ("error-rate", "by cause"), ("rps", "Load a copy"), ("x", "measure")],
)
def test_a_missed_target_gets_an_initiative_that_says_how_to_measure(
    metric: str, words: str
) -> None:
    said = worked(
        PointKind.PERFORMANCE,
        item("P-1", "missed", services=("orders",), metric=metric, value=200, unit="ms"),
        item("P-2", "kept", services=("billing",), metric="p95", value=200),
    )
    (target,) = said.targets
    assert (target.service, target.value) == ("orders", 200)
    assert words in target.initiative


def test_many_rows_are_told_by_their_number() -> None:
    said = worked(PointKind.DEBT, *(item(f"TD-{n}", "open", owner="U1") for n in range(7)), more=3)
    assert len(said.findings) == 5
    assert said.findings[-1] == "And 6 more."


def test_a_summary_has_all_that_the_points_propose() -> None:
    point = AgendaPoint(kind=PointKind.DEBT, items=(item("", "reads", services=("orders",)),))
    result = worked(PointKind.DEBT, *point.items)
    request = ReviewSummaryRequest(
        text="",
        points=(
            WorkedPoint(agenda=point, result=result),
            WorkedPoint(agenda=point, result=None),
        ),
    )
    summary = summarise(request)
    assert summary.headline == "1 debt proposed."
    assert summary.debts == result.debts


def test_what_cannot_be_stored_or_shown_is_left_out() -> None:
    """What a model says is bounded: nothing twice, no number that is none, at most twelve."""
    debt = DebtProposal(title="Same", plan="p")
    odd = TargetProposal(
        service="a", metric="p95", comparison="most", value=float("nan"), initiative="i"
    )
    moves = tuple(TechnologyProposal(name=f"t{n}", ring=Ring.HOLD, reason="r") for n in range(20))
    said = sound_review(
        ReviewResult(
            headline="h",
            findings=tuple("abcdefg"),
            debts=(debt, debt, debt.model_copy(update={"title": ""})),
            technologies=moves,
            targets=(odd,),
        )
    )
    assert len(said.findings) == 5
    assert said.debts == (debt,)
    assert len(said.debts) + len(said.technologies) + len(said.targets) == MOST_OUTPUTS
    assert not said.targets
