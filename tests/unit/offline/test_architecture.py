"""The offline model's architectures: parts from the words, known relations, else a question."""

import pytest

from bot.domain.architecture import ServiceArchitecture, sound
from bot.domain.service import DependencyKind
from bot.model.offline.model import OfflineModel
from bot.model.port import ArchitectureRequest
from bot.team import load_team

TEAM = load_team(None)


async def proposed(text: str) -> ServiceArchitecture:
    return (await OfflineModel(TEAM).call(ArchitectureRequest(text=text))).value


async def test_the_parts_that_are_listed_are_taken() -> None:
    made = await proposed("A shop: catalogue, cart, orders, payments and reports, 200 rps")
    assert [item.name for item in made.boundaries] == [
        "catalogue",
        "cart",
        "orders",
        "payments",
        "reports",
    ]
    lines = {(item.source, item.target): item.kind for item in made.communication}
    assert lines["orders", "payments"] is DependencyKind.SYNC
    assert lines["reports", "orders"] is DependencyKind.ASYNC
    assert ("notifications", "orders") not in lines
    assert "200 requests/s" in made.deployment
    assert made.consistency == "mixed"
    assert sound(made) == made
    assert {*made.sources} <= TEAM.cards.keys()


async def test_a_field_that_is_known_has_its_usual_parts() -> None:
    made = await proposed("We need an online shop")
    assert "orders" in [item.name for item in made.boundaries]
    assert made.assumptions


@pytest.mark.parametrize("text", ["split our thing", "cut it up, please"])
async def test_nothing_is_drawn_of_an_unknown_domain(text: str) -> None:
    made = await proposed(text)
    assert (made.boundaries, made.communication, made.steps) == ((), (), ())
    assert "Which parts does it have?" in made.questions[0]
