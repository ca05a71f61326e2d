"""A sprint from the form to its end, and one from a message with a file: as people meet it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.settings import AccessSettings
from bot.workspace.seed import BACKEND, LI, MAYA, TOM
from bot.workspace.shapes import Json
from tests.support.stage import LEAD, PATIENCE, Stage, action_ids, on_stage, words

REQUIREMENTS = """billing: Refund schema and migration
billing: Refund API endpoints
webhooks: Stripe refund webhook worker in Python after the refund API
billing: Load test refunds at 200 rps"""


class Room:
    """#backend with what a sprint needs."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def form(self, user: str, title: str) -> Json:
        """Wait for the modal that somebody has open."""
        workspace = self.stage.workspace

        def opened() -> Json | None:
            view = workspace.open_view(user)
            return view if view and title in words(view.get("title")) else None

        found: Json = await workspace.wait_for(opened, PATIENCE)
        return found

    async def card(self, *texts: str) -> Json:
        """Wait until the sprint's card in the channel says this."""
        workspace = self.stage.workspace

        def found() -> Json | None:
            posts = [m for m in workspace.history(BACKEND) if m.get("bot_id")]
            cards = [m for m in posts if "*Sprint SP-" in words(m)]
            return next((m for m in cards if all(text in words(m) for text in texts)), None)

        shown: Json = await workspace.wait_for(found, PATIENCE)
        return shown

    async def plan(self, **values: Any) -> Json:
        """Open the form, send it, and wait for the plan."""
        await self.stage.lead("sprint plan refunds")
        view = await self.form(MAYA, "Plan a sprint")
        given = {"goal": "Refunds work in the EU", "requirements": REQUIREMENTS, **values}
        answer = await self.stage.workspace.submit_view(MAYA, str(view["id"]), given)
        assert not answer.get("errors"), answer
        return await self.card("planned, 4 items")

    async def vote(self, card: Json, user: str, *values: str, reason: str = "") -> None:
        """Vote on the first items."""
        await self.click(card, user, "sprint.estimate")
        view = await self.form(user, "Estimate SP-1")
        given = {f"v{n}": value for n, value in enumerate(values) if value}
        answer = await self.stage.workspace.submit_view(
            user, str(view["id"]), {**given, "r0": reason}
        )
        assert not answer.get("errors"), answer

    async def click(self, card: Json, user: str, action: str) -> None:
        await self.stage.workspace.click(user, BACKEND, str(card["ts"]), action)

    def files(self, card: Json) -> list[Json]:
        """Return the files in the card's thread."""
        return [f for m in self.stage.thread(str(card["ts"])) for f in m.get("files", [])]


async def test_from_the_form_to_the_end(tmp_path: Path) -> None:
    access = AccessSettings(approve=MAYA)
    async with on_stage(tmp_path / "home", access=access) as stage:
        room = Room(stage)
        today = stage.bot.runtime.context.clock.now().date()
        last = today + timedelta(days=11)
        card = await room.plan(first=today.isoformat(), last=last.isoformat())
        said = words(card)
        assert "Refund schema and migration" in said
        assert "*Forecast* not enough data: n=0 of 8 weeks" in said
        assert "person-days of" in said
        assert "billing with webhooks" in said
        await stage.wait_text(str(card["ts"]), "critical path 3 points")
        (picture,) = room.files(card)
        assert "critical" in picture["alt_txt"]

        await room.vote(card, TOM, "13", "5", reason="two tables nobody owns")
        assert "nobody owns" not in words(await room.card("2 votes hidden"))
        await room.click(card, MAYA, "sprint.reveal")
        asked = await stage.wait_text(str(card["ts"]), "Votes on SP-1")
        assert f"<@{TOM}>, why 13?" in words(asked)
        assert "two tables nobody owns" in words(asked)
        card = await room.card("8 points (3 to 13)", "*Critical path*")

        await room.click(card, TOM, "sprint.accept")
        await stage.wait_whisper(TOM, "can approve plans here")
        await room.click(card, MAYA, "sprint.accept")
        card = await room.card("running, 0 of 4 items done", f"accepted by <@{MAYA}>")

        await room.click(card, LI, "sprint.items")
        view = await room.form(LI, "Items of SP-1")
        for action in ("sprint.begin", "sprint.done"):
            await stage.workspace.actions.in_view(LI, str(view["id"]), {"action_id": action})
        card = await room.card("running, 1 of 4 items done", "T-2")
        await stage.lead("sprint burndown", user=LI)
        await stage.wait_text(str(card["ts"]), "left of")

        answer = await stage.lead("sprint end", user=MAYA)
        assert "SP-1 is ended" in words(answer)
        over = await stage.wait_text(str(card["ts"]), "1 of 4 items done")
        assert "RT-1 begins in this channel" in words(over)
        assert "sprint.accept" not in action_ids(await room.card("ended, 1 of 4 items done"))
        assert "SP-1" in words(await stage.lead("sprint list"))


async def test_a_message_with_a_file_is_planned_in_its_thread(stage: Stage) -> None:
    message = stage.workspace.people.attach(
        MAYA,
        BACKEND,
        "refunds.md",
        b"- Refund schema\n- Refund API\n",
        text=f"{LEAD} plan a sprint for refunds",
    )
    card = await stage.wait_text(str(message["ts"]), "planned, 2 items")
    said = words(card)
    assert "Refund schema" in said
    assert "after 1" in said


async def test_a_recommendation_becomes_a_sprint(stage: Stage) -> None:
    root = await stage.mention("design a billing API with Stripe webhooks on Django, 500 rps")
    told = await stage.wait_text(root, "*Recommendation*")
    await stage.workspace.click(MAYA, BACKEND, str(told["ts"]), "sprint.from")
    view = await Room(stage).form(MAYA, "Plan a sprint")
    (field,) = [b["element"] for b in view["blocks"] if b.get("block_id") == "requirements"]
    steps = field["initial_value"].splitlines()
    assert len(steps) > 1
    assert all(step.startswith("- ") for step in steps)


async def test_the_list_of_items_names_people_also_when_it_is_shown_again(stage: Stage) -> None:
    room = Room(stage)
    today = stage.bot.runtime.context.clock.now().date()
    await stage.lead("sprint plan")
    view = await room.form(MAYA, "Plan a sprint")
    given = {
        "goal": "Keys",
        "requirements": f"Keys of <@{TOM}>\nKeys of <@{LI}>",
        "first": today.isoformat(),
        "last": (today + timedelta(days=11)).isoformat(),
    }
    await stage.workspace.submit_view(MAYA, str(view["id"]), given)
    card = await room.card("planned, 2 items")
    await room.click(card, MAYA, "sprint.items")
    view = await room.form(MAYA, "Items of SP-1")
    assert f"Keys of <@{TOM}>" in words(view)
    await stage.workspace.actions.in_view(MAYA, str(view["id"]), {"action_id": "sprint.drop"})

    def dropped() -> Json | None:
        shown = stage.workspace.open_view(MAYA)
        return shown if "sprint.reopen" in str(shown) else None

    assert f"Keys of <@{TOM}>" in words(await stage.workspace.wait_for(dropped, PATIENCE))
