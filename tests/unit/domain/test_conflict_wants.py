"""What several want: found in any order of wants, settled by a resolved conflict, told once."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

from bot.domain.conflict.wants import Settled, Want, as_told, clashes, is_less, is_news

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def want(claimant: str, subject: str = "database-architect", **more: Any) -> Want:
    """Return a want of a task in a public channel."""
    given: dict[str, Any] = {
        "kind": "specialist",
        "subject": subject,
        "claimant": f"task:{claimant}",
        "name": f"T-{claimant}",
        "channel_id": "C1",
        "is_private": False,
        "since": NOON + timedelta(minutes=len(claimant)),
    }
    return Want(**given | more)


def names(found: Any) -> dict[str, list[str]]:
    return {clash.subject: [each.name for each in clash.wants] for clash in found}


def test_two_that_want_one_thing_clash_in_any_order() -> None:
    wants = [want("1"), want("22"), want("333", "api-architect"), want("22", since=NOON)]
    for order in permutations(wants):
        assert names(clashes(order)) == {"database-architect": ["T-22", "T-1"]}


def test_one_task_alone_is_no_clash_however_often_it_wants_it() -> None:
    assert clashes([want("1"), want("1"), want("22", "orders", kind="service")]) == []


def test_a_private_channels_service_is_not_the_others_of_that_name() -> None:
    mine = want("1", "orders", kind="service", channel_id="G1", scope="G1", is_private=True)
    assert clashes([mine, want("22", "orders", kind="service")]) == []


def test_what_is_private_is_named_in_its_own_channel_only() -> None:
    (clash,) = clashes([want("1"), want("22", channel_id="G1", is_private=True)])
    assert [each.name for each in clash.shown(("C1",))] == ["T-1"]
    assert [each.name for each in clash.shown(("G1",))] == ["T-1", "T-22"]


def settled(*claimants: str, channel: str = "C1", at: datetime = NOON) -> Settled:
    named = frozenset(f"task:{each}" for each in claimants)
    return Settled("Database-Architect", channel, named, at)


def test_what_was_resolved_is_none_until_somebody_else_wants_it() -> None:
    two, three = [want("1"), want("22")], [want("1"), want("22"), want("333")]
    assert clashes(two, [settled("1", "22", "9")]) == []
    assert names(clashes(three, [settled("1", "22")])) == {
        "database-architect": ["T-1", "T-22", "T-333"]
    }


def test_a_resolved_conflict_counts_for_those_it_could_not_see_by_then() -> None:
    hidden = want("22", channel_id="G1", is_private=True)
    late = NOON + timedelta(hours=1)
    assert clashes([want("1"), hidden], [settled("1", at=late)]) == []
    assert clashes([want("1"), hidden], [settled("1", at=NOON)]) != []
    # In its own channel it could be seen, and nobody named it.
    assert clashes([want("1"), hidden], [settled("1", channel="G1", at=late)]) != []


def test_it_is_told_once_and_again_when_twice_as_many_want_it() -> None:
    two = clashes([want(str(n)) for n in range(2)])
    three, four = (clashes([want(str(n)) for n in range(most)]) for most in (3, 4))
    assert is_news([], two)
    told = as_told(two)
    assert [is_news(told, found) for found in (two, three, four)] == [False, False, True]
    other = clashes([want("1", "orders", kind="service"), want("2", "orders", kind="service")])
    assert is_news(told, [*two, *other])


def test_two_services_of_one_name_are_not_told_for_ever() -> None:
    """A private channel's `orders` beside the workspace's, in either order."""
    public = clashes([want(str(n), "orders", kind="service") for n in range(4)])
    own = {"kind": "service", "channel_id": "G1", "scope": "G1", "is_private": True}
    private = clashes([want(str(n), "Orders", **own) for n in range(2)])
    for found in ([*public, *private], [*private, *public]):
        assert not is_news(as_told(found), found)


def test_what_is_over_is_taken_back() -> None:
    two = clashes([want("1"), want("22")])
    told = as_told(two)
    assert not is_less(told, two)
    assert is_less(told, [])
    assert not is_less([], two)
