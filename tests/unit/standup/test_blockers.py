"""Which blocker is an old one, whose clock is whose, which risks the rows show."""

from datetime import UTC, datetime

import pytest

from bot.domain.standup import Old, Step, follow, split_blockers, zone_for
from bot.domain.standup.proposals import Proposal, propose
from bot.domain.standup.risks import Repeated, Stuck, risks

OLD = [Old("1", "Refund webhook has no owner"), Old("2", "No staging database")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("none", []),
        ("No blockers.", []),
        ("Nothing\n-\nn/a", []),
        ("- no owner\n- no owner\n2. slow CI", ["no owner", "slow CI"]),
        ("I'm still blocked by the database", ["the database"]),
        ("\n".join(f"thing {n}" for n in range(9)), [f"thing {n}" for n in range(5)]),
        ("x" * 400, ["x" * 300]),
    ],
)
def test_blockers_of_an_answer(text: str, found: list[str]) -> None:
    assert split_blockers(text) == found


def test_the_same_again_other_words_and_a_new_one() -> None:
    said = ["refund webhook has no owner.", "still no staging database for the tests", "Slow CI"]
    assert follow(said, OLD) == [
        Step(said[0], "1"),
        Step(said[1], "2", changed=True),
        Step(said[2]),
    ]
    assert follow([], OLD) == []
    assert follow(["Refund webhook has no owner"] * 2, OLD)[1] == Step(OLD[0].text)


def test_whose_clock_counts() -> None:
    zones = ("Europe/Berlin", "America/New_York", "Asia/Tokyo")
    at = datetime(2026, 3, 23, tzinfo=UTC)
    for own, found in (
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("Europe/Paris", "Europe/Berlin"),
        ("America/Chicago", "America/New_York"),
        ("Asia/Singapore", "Asia/Tokyo"),
        ("", "Europe/Berlin"),
        ("Nowhere/Else", "Europe/Berlin"),
    ):
        assert zone_for(own, zones, at=at) == found
    assert zone_for("Asia/Tokyo", ("UTC",), at=at) == "UTC"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no access to refunds", Proposal("refunds", "U1")),
        ("refunds-api is slow", Proposal("refunds-api", "U2")),
        ("DevOps: no staging", Proposal(team="devops")),
        ("refunds wait for testing", Proposal("refunds", "U1", "testing")),
        ("mine is slow, prefunds too", Proposal()),
        ("ask the main-orchestrator", Proposal()),
    ],
)
def test_who_could_take_it(text: str, found: Proposal) -> None:
    owners = {"refunds": "U1", "refunds-api": "U2", "mine": "U9"}
    assert propose(text, owners, named_by="U9") == found


def test_risks_say_what_helps() -> None:
    found = risks(
        [
            Stuck("T-1", "no money"),
            Stuck("T-2", "", wants_yes=True),
            Stuck("T-3", "x", failed=True),
        ],
        [Repeated("B-1", 2, "D-1"), Repeated("B-2", 3, "D-2", "X-1"), Repeated("B-3", 11)],
        ["database-architect"] * 3 + ["api-architect"],
        answered=1,
        asked=4,
    )
    said = [f"{risk.text}: {risk.mitigation}" for risk in found]
    assert said[:3] == [
        "B-1 blocks for the 2nd standup: decide D-1; named once more it is escalated",
        "B-2 blocks for the 3rd standup: escalated as X-1",
        "B-3 blocks for the 11th standup: somebody takes it",
    ]
    assert "T-2 waits for a yes" in said[4]
    assert "retry T-3" in said[5]
    assert "3 pieces wait for database-architect" in said[6]
    assert "Only 1 of 4" in said[7]
    assert risks([], [], [], answered=2, asked=4) == []
