"""Votes, links and dates: the rules by themselves."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.decision import (
    DueKind,
    LinkKind,
    Verdict,
    Vote,
    check_link,
    dues_of,
    tally,
)
from bot.domain.decision.voting import Rejection
from bot.errors import UserFacingError

YES, NO = Verdict.YES, Verdict.NO


@pytest.mark.parametrize(
    ("said", "quorum", "rejection", "outcome"),
    [
        ([("A", YES)], 1, "one", "accepted"),
        ([("A", YES)], 2, "one", "proposed"),
        ([("A", YES), ("A", YES)], 2, "one", "proposed"),
        ([("A", YES), ("B", YES)], 2, "one", "accepted"),
        ([("A", YES), ("B", NO)], 2, "one", "rejected"),
        ([("A", YES), ("B", NO)], 2, "quorum", "proposed"),
        ([("A", NO), ("B", NO)], 2, "quorum", "rejected"),
        ([("A", NO), ("A", YES), ("B", YES)], 2, "quorum", "accepted"),
        ([], 1, "one", "proposed"),
    ],
)
def test_the_rule_of_votes(
    said: list[tuple[str, Verdict]], quorum: int, rejection: Rejection, outcome: str
) -> None:
    found = tally([Vote(*item) for item in said], quorum=quorum, rejection=rejection)
    assert found.outcome == outcome


def test_how_far_it_is() -> None:
    found = tally([Vote("A", YES), Vote("B", YES)], quorum=3, rejection="one")
    assert (found.words, found.yes) == ("2 of 3 so far", ("A", "B"))


def test_a_circle_of_replacements_is_refused() -> None:
    edges = [("c", "b"), ("b", "a")]
    with pytest.raises(UserFacingError, match="D-1 and D-3 would stand in a circle"):
        check_link(LinkKind.SUPERSEDES, edges, "a", "c", names="D-1 and D-3")
    check_link(LinkKind.SUPERSEDES, edges, "d", "c", names="D-4 and D-3")
    check_link(LinkKind.RELATES_TO, edges, "a", "c", names="D-1 and D-3")
    with pytest.raises(UserFacingError, match="cannot point at itself"):
        check_link(LinkKind.RELATES_TO, [], "a", "a", names="D-1 and D-1")


def test_a_provisional_decision_lasts_through_its_last_day() -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    found = dues_of(review_by=date(2026, 9, 1), expires_on=date(2026, 3, 31), now=now)
    assert found == {
        DueKind.REVIEW: datetime(2026, 9, 1, 8, tzinfo=UTC),
        DueKind.WARNING: datetime(2026, 3, 28, 8, tzinfo=UTC),
        DueKind.EXPIRY: datetime(2026, 4, 1, 8, tzinfo=UTC),
    }


def test_a_warning_that_is_too_late_is_left_out() -> None:
    now = datetime(2026, 3, 30, 9, tzinfo=UTC)
    assert set(dues_of(review_by=None, expires_on=date(2026, 3, 31), now=now)) == {DueKind.EXPIRY}
