"""Syntheses name what failed, quote decisions of cards and invent no quarrel."""

from bot.model.offline import OfflineModel
from bot.model.port import SynthesisRequest
from tests.unit.offline.runner import TEAM, run

BILLING = "we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps, p95 200 ms"


async def test_what_failed_is_named() -> None:
    done = await run(BILLING)
    outputs = {key: value for key, value in done.outputs.items() if key != "model"}
    request = SynthesisRequest(
        BILLING, plan=done.plan, outputs=outputs, failed={"model": "the model was down"}
    )
    found = (await OfflineModel(TEAM).call(request)).value
    assert "by database-architect: the model was down." in found.summary


async def test_decisions_come_with_options_and_who_implements_them() -> None:
    done = await run(BILLING)
    titles = [decision.title for decision in done.synthesis.decisions]
    assert any("ledger" in title for title in titles)
    for decision in done.synthesis.decisions:
        assert decision.services == ("billing-api",)
        assert set(decision.specialists) <= set(TEAM.specialists)
        assert any("500 rps" in driver for driver in decision.drivers)
        assert any(text.startswith("Bad: ") for text in decision.consequences)


async def test_a_disagreement_is_between_two_cards_that_were_used() -> None:
    done = await run(BILLING)
    people = {item.specialist for item in done.plan.assignments}
    for found in done.synthesis.disagreements:
        assert set(found.between) <= people


async def test_risks_come_with_what_catches_them() -> None:
    done = await run(BILLING)
    assert done.synthesis.risks
    assert all(" → " in risk for risk in done.synthesis.risks)
