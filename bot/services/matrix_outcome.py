"""Words a revealed matrix as a decision that people can accept."""

from bot.domain.decision import DecisionOption, DecisionProposal
from bot.domain.matrix import Result, evaluate, told_turns
from bot.domain.matrix.words import decimal, turn_words
from bot.domain.roots import is_provisional
from bot.errors import UserFacingError
from bot.services.matrix_views import card_of
from bot.services.recording import Record
from storage.models import Matrix
from storage.uow import UnitOfWork


async def outcome(uow: UnitOfWork, matrix: Matrix, *, root_ts: str, by: str, key: str) -> Record:
    """Return what is proposed; raises UserFacingError where there is nothing to propose."""
    card = await card_of(uow, matrix)
    result = evaluate(card.options, card.criteria, card.scores)
    if matrix.revealed_at is None or not result.winners:
        raise UserFacingError(f"{matrix.public_id} has no outcome yet.")
    if is_provisional(root_ts):
        raise UserFacingError("The card is not posted yet.", hint="Try again in a moment.")
    chosen = " or ".join(result.winners)
    return Record(
        workspace_id=matrix.workspace_id,
        channel_id=matrix.channel_id,
        root_ts=root_ts,
        user_id=by,
        title=chosen,
        context=f"{matrix.question} Compared in {matrix.public_id} by weighted criteria.",
        outcome=_because(chosen, result),
        source_url="",
        key=key,
        more=DecisionProposal(
            title=chosen,
            context=matrix.question,
            outcome=chosen,
            drivers=tuple(f"{item.name} ({item.weight} %)" for item in result.compared),
            options=tuple(_option(option, result) for option in result.options),
            consequences=tuple(turn_words(turn, result) for turn in told_turns(result)[:2]),
        ),
    )


def _because(chosen: str, result: Result) -> str:
    """Return what is chosen and why; the others stand among the options."""
    total = decimal(result.totals[result.winners[0]])
    if len(result.winners) > 1:
        return f"{chosen}: they tie at {total} of 5 by the weighted criteria."
    return f"{chosen}: {total} of 5 by the weighted criteria, the most."


def _option(option: str, result: Result) -> DecisionOption:
    """Return an option with what it scores best and worst in."""
    means = {item.name: result.cells[option, item.name].mean for item in result.compared}
    good = [f"{name}: {decimal(mean)} of 5" for name, mean in means.items() if mean and mean >= 4]
    bad = [f"{name}: {decimal(mean)} of 5" for name, mean in means.items() if mean and mean <= 2]
    total = f"total {decimal(result.totals[option])} of 5"
    return DecisionOption(title=option, good=tuple(good), neutral=(total,), bad=tuple(bad))
