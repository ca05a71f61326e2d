"""Redrafts: a named option is switched to with its price, any other comment is kept visibly."""

import pytest

from bot.domain.decision import DecisionOption, DecisionProposal
from bot.model.offline import OfflineModel
from bot.model.port import ReviseRequest
from tests.unit.offline.runner import TEAM

DECISION = DecisionProposal(
    title="Where keys are stored",
    context="Retries double charges.",
    drivers=("500 rps",),
    options=(
        DecisionOption(
            title="Table in the own database", good=("one transaction",), bad=("a write",)
        ),
        DecisionOption(title="Redis with a time limit", good=("fast",), bad=("lost on failover",)),
    ),
    outcome="Table in the own database. Key and effect commit together.",
    consequences=("One transaction.",),
)


async def revise(comment: str) -> DecisionProposal:
    request = ReviseRequest("the wish", decision=DECISION, comment=comment)
    return (await OfflineModel(TEAM).call(request)).value


@pytest.mark.parametrize("comment", ["use Redis instead", "I'd rather have redis here", "Redis!"])
async def test_a_named_option_is_switched_to(comment: str) -> None:
    found = await revise(comment)
    assert found.title == "Redis with a time limit"
    assert found.outcome.startswith("Redis with a time limit.")
    assert comment.rstrip(".") in found.outcome
    assert "Lost on failover." in found.consequences
    assert any(text.endswith("one transaction.") for text in found.consequences)
    assert found.options == DECISION.options


@pytest.mark.parametrize("comment", ["we must keep keys for 7 days", "not Redis, please"])
async def test_any_other_comment_becomes_a_driver(comment: str) -> None:
    found = await revise(comment)
    assert found.title == DECISION.title
    assert found.outcome == DECISION.outcome
    assert f"Asked in review: {comment}" in found.drivers
    assert comment in found.context
