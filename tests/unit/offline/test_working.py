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
