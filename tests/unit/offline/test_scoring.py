"""The offline model's scores: from cards that name the option, else no opinion; never invented."""

from bot.domain.matrix import DEFAULTS, Criterion
from bot.domain.matrix.opinion import CellOpinion
from bot.model.offline.model import OfflineModel
from bot.model.port import ScoreRequest
from bot.team import load_team

TEAM = load_team(None)


async def cells(
    specialist: str, *options: str, criteria: tuple[Criterion, ...] = DEFAULTS
) -> list[CellOpinion]:
    model = OfflineModel(TEAM)
    request = ScoreRequest(
        text="Which one?", specialist=specialist, options=options, criteria=criteria
    )
    return list((await model.call(request)).value.cells)


async def test_every_cell_is_there_and_a_score_names_a_card_that_says_so() -> None:
    found = await cells("backend-architect", "Shared Redis", "In-process cache", "Elixir")
    assert len(found) == 15
    assert {c.score for c in await cells("backend-architect", "Shared Redis", "Elixir")} == {None}
    scored = [cell for cell in found if cell.score is not None]
    assert scored
    for cell in scored:
        card = TEAM.cards[cell.source]
        assert card.decision is not None
        said = " ".join(f"{o.good}, {o.bad}" for o in card.decision.options)
        for part in cell.reason.partition(": ")[2].removesuffix(".").split("; "):
            assert part.partition(": ")[2] in said


async def test_good_words_make_a_four_bad_ones_a_two() -> None:
    found = await cells("backend-architect", "Shared Redis", "In-process cache")
    by_cell = {(cell.option, cell.criterion): cell for cell in found}
    assert by_cell["In-process cache", "performance requirements"].score == 4
    assert by_cell["Shared Redis", "maintenance cost"].score == 2


async def test_what_is_unknown_has_no_score_but_a_reason() -> None:
    found = await cells("backend-architect", "Elixir", "Shared Redis")
    assert {c.score for c in found if c.option == "Elixir"} == {None}
    assert {c.score for c in found if c.criterion == "team expertise"} == {None}
    assert all(cell.reason for cell in found)
