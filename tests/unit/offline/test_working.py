"""Single pieces: choices are answered by the choice, and a missing card is admitted."""

from bot.domain.output import MAX_MESSAGE_CHARS
from bot.domain.plan import Assignment, Plan
from bot.model.offline import OfflineModel
from bot.model.offline.working import fit
from bot.model.port import WorkRequest
from tests.unit.offline.runner import TEAM, run


async def test_a_choice_is_answered_by_the_choice() -> None:
    done = await run("Row-level security or a schema per tenant for 900 tenants in Postgres?")
    output = next(iter(done.outputs.values()))
    assert output.headline.startswith("Shared tables with tenant_id and row-level security: ")
    assert output.bullets[0].startswith("Share tables with `tenant_id` first")


async def test_without_a_card_it_says_so_and_what_to_look_at() -> None:
    text = "our frobnicator wobbles, why?"
    item = Assignment(
        id="a1", specialist="golang-backend-expert", title="Frobnicator", brief=text,
        deliverable="d", reason="r.",
    )  # fmt: skip
    plan = Plan(kind="specialist", title="Frobnicator", assignments=(item,))
    request = WorkRequest(text, plan=plan, assignment=item)
    output = (await OfflineModel(TEAM).call(request)).value
    assert output.headline.startswith("No playbook card covers")
    assert output.bullets[0].startswith("Look at who ends each goroutine")
    assert output.questions[0].startswith("What did you measure")
    assert output.sources == ()
    assert text in output.detail


def test_a_message_is_cut_from_the_middle_and_keeps_its_last_bullet() -> None:
    bullets = ["x" * 180, "y" * 180, "a" * 180, "b" * 180, "Prove it."]
    headline, kept, questions = fit("h" * 140, bullets, ["q" * 200, "r" * 200])
    assert sum(map(len, (headline, *kept, *questions))) <= MAX_MESSAGE_CHARS
    assert kept[0] == bullets[0]
    assert kept[-1] == "Prove it."
    assert questions


async def test_a_pool_is_sized_from_the_stated_time_per_query() -> None:
    done = await run("which HikariCP pool size do we need for 300 rps at 20 ms a query?")
    output = next(iter(done.outputs.values()))
    assert done.plan.title == "HikariCP pool size"
    assert output.headline.startswith(
        "12 connections in all: 300 rps at 20 ms a query keeps 6 busy"
    )
    assert any("20 ms held, 6 are busy" in text for text in output.bullets)
    assert not any("10 ms" in text for text in output.assumptions)


async def test_the_distance_to_a_target_opens_the_advice() -> None:
    done = await run("Our order search takes 4 s on a 40 GB table in Postgres, target 300 ms")
    output = next(iter(done.outputs.values()))
    assert output.bullets[0].startswith("4 s → 300 ms on 40 GB: ")
