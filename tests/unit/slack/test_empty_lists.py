"""What a newcomer sees first: lists without a row, valid for Slack and with a way on."""

import pytest

from bot.domain.kpi import KPIS, KpiValue, read
from bot.slack.cards.escalation_lists import escalation_list
from bot.slack.cards.forget import counted
from bot.slack.cards.hand_off import hand_off_list
from bot.slack.cards.kpi import kpi_card
from bot.slack.cards.memory import Said, Thing, thing_page
from bot.slack.cards.service import service_list
from bot.slack.post import Post
from tests.unit.slack.samples import NOON
from tests.unit.slack.validator import check_post, words


@pytest.mark.parametrize(
    ("post", "way_on"),
    [
        (service_list([], []), "`/lead service add &lt;name&gt;`"),
        (hand_off_list([], now=NOON), "`/lead handoff devops &lt;what&gt;`"),
        (escalation_list([]), "`/lead escalate &lt;what&gt;`"),
        (thing_page(Thing("orders", "service", ())), "correct #&lt;number&gt;"),
    ],
    ids=["services", "hand-offs", "escalations", "memory"],
)
def test_a_placeholder_reaches_the_eye(post: Post, way_on: str) -> None:
    """Slack takes a bare `<name>` for a link and shows none of it."""
    check_post(post)
    assert way_on in words(post.blocks)


def test_what_is_forgotten_is_other_than_something() -> None:
    """Rows without a name of their own are "other" rows only beside named ones."""
    assert counted({"learning": 11}) == "11 rows"
    assert counted({"message": 1, "learning": 11}) == "1 message and 11 other rows"


def test_what_all_lines_come_from_is_said_once() -> None:
    """A decision's page had its link and day behind each of twelve lines."""
    said = tuple(Said(n, f"Driver {n}", None, "D-1", NOON, "https://x.example/p1") for n in (2, 1))
    shown = words(thing_page(Thing("Ledger", "decision", said)).blocks)
    assert shown.count("|D-1>") == 1
    other = Said(3, "Noted", "U1", "", NOON)
    post = thing_page(Thing("Ledger", "decision", (*said, other)))
    check_post(post, may_mention=frozenset({"U1"}))
    assert words(post.blocks).count("|D-1>") == 2


def test_forty_kpis_without_a_row_are_no_list() -> None:
    """What has begun is named; of an area that is asked for, all are."""

    def values(some: int) -> list[KpiValue]:
        kpis = enumerate(list(KPIS.values())[:some])
        return [KpiValue(kpi, "few", None, int(not n), 5, None, "", None, 30) for n, kpi in kpis]

    first, second, *_ = (kpi.title for kpi in KPIS.values())
    shown = words(kpi_card(values(40), read("")).blocks)
    assert f"{first} (n=1 of 5); 39 KPIs without any" in shown
    assert second not in shown
    assert second in words(kpi_card(values(5), read("dora")).blocks)


def test_money_that_was_not_spent_has_no_line_among_others() -> None:
    """Asked for alone it is an answer."""
    nothing = KpiValue(KPIS["spend"], "told", 0.0, 8, 0, None, "", None, 30)
    some = KpiValue(KPIS["tasks"], "told", 3.0, 3, 0, None, "", None, 30)
    assert "$" not in words(kpi_card([nothing, some], read("")).blocks)
    assert "$0.00" in words(kpi_card([nothing], read("spend")).blocks)
