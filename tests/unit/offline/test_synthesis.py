"""Syntheses name what failed, quote decisions of cards and invent no quarrel."""

from bot.domain.output import SpecialistOutput, Synthesis
from bot.domain.plan import Assignment, Plan
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
        assert decision.consequences
        assert not any(text.startswith(("Good", "Bad")) for text in decision.consequences)


async def synthesised(cards: dict[str, str]) -> Synthesis:
    """Synthesise outputs of one card each; `cards` maps specialists to cards."""
    items = [
        Assignment(id=f"a{n}", specialist=who, title=who, brief="b", deliverable="d", reason="r.")
        for n, who in enumerate(cards)
    ]
    outputs = {
        item.id: SpecialistOutput(headline="h", bullets=("b",), sources=(cards[item.specialist],))
        for item in items
    }
    plan = Plan(kind="pattern", title="Jobs", assignments=tuple(items))
    request = SynthesisRequest("Celery jobs", plan=plan, outputs=outputs)
    return (await OfflineModel(TEAM).call(request)).value


async def test_two_cards_that_choose_differently_are_a_disagreement() -> None:
    found = await synthesised(
        {"python-backend-expert": "celery-tasks", "backend-architect": "message-broker-choice"}
    )
    assert [item.between for item in found.disagreements] == [
        ("python-backend-expert", "backend-architect")
    ]
    assert found.disagreements[0].point.startswith("python-backend-expert wants RabbitMQ")
    assert found.disagreements[0].resolution.startswith("I side with backend-architect")


async def test_two_cards_on_different_matters_are_none() -> None:
    found = await synthesised(
        {"database-architect": "multi-tenancy", "api-architect": "webhooks-inbound"}
    )
    assert found.disagreements == ()


async def test_risks_come_with_what_catches_them() -> None:
    done = await run(BILLING)
    assert done.synthesis.risks
    assert all(" → " in risk for risk in done.synthesis.risks)


async def test_the_lead_says_one_sentence_and_titles_are_choices() -> None:
    done = await run(BILLING)
    assert done.synthesis.headline.startswith("Build the billing API as one Django service: ")
    assert "append-only ledger" in done.synthesis.headline
    titles = [decision.title for decision in done.synthesis.decisions]
    assert "Append-only ledger for the billing API" in titles


async def test_two_projects_differ_in_their_shape() -> None:
    shapes = [
        (await run(text)).outputs["shape"]
        for text in (BILLING, "Build a telemetry ingest service in Rust with axum: 20,000 events/s")
    ]
    assert not set(shapes[0].bullets) & set(shapes[1].bullets)
    assert "`invoices`" in shapes[0].bullets[0]
    assert "`series`" in shapes[1].bullets[0]
