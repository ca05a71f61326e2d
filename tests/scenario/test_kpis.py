"""Numbers through Slack: a survey is answered, closed and counted; how a number comes about."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.workspace.seed import BACKEND, MAYA, PRIYA, TOM
from bot.workspace.shapes import Json
from tests.support.stage import PATIENCE, Stage, on_stage, words


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with on_stage(tmp_path / "home") as running:
        yield running


async def post(stage: Stage, text: str) -> Json:
    """Wait for a message of the channel or of its threads that says this."""

    def found() -> Json | None:
        said = [m for m in stage.workspace.history(BACKEND) if m.get("bot_id")]
        threads = [m for top in said for m in stage.workspace.thread(BACKEND, str(top["ts"]))]
        return next((m for m in [*said, *threads] if text in words(m)), None)

    made: Json = await stage.workspace.wait_for(found, PATIENCE)
    return made


async def form(stage: Stage, user: str, message: Json, action: str) -> Json:
    """Press a button and return the form that opens."""
    await stage.workspace.click(user, BACKEND, str(message["ts"]), action)
    view: Json = await stage.workspace.wait_for(lambda: stage.workspace.open_view(user), PATIENCE)
    return view


async def test_a_survey_becomes_a_number_that_explains_itself(stage: Stage) -> None:
    lead = stage.lead
    await lead("settings survey_minimum 3 workspace")
    assert "SV-1 is open" in words(await lead("survey team 2d"))
    asked = await post(stage, "How content are you with how this team works?")
    for user, score in ((MAYA, "5"), (TOM, "4"), (PRIYA, "5")):
        view = await form(stage, user, asked, "survey.answer")
        answer = await stage.workspace.submit_view(user, str(view["id"]), {"score": score})
        assert answer == {"response_action": "clear"}, "taken"
    await stage.workspace.click(TOM, BACKEND, str(asked["ts"]), "survey.answer")
    await stage.workspace.wait_for(
        lambda: "You have answered SV-1" in str(stage.workspace.whispers(TOM)), PATIENCE
    )
    assert "n=" not in words(await lead("survey SV-1")), "nothing before it closes"
    assert "SV-1 is closed" in words(await lead("survey close SV-1"))
    await post(stage, "4.67 of 5, 100 % chose 4 or 5, n=3. 1: 0 · 2: 0 · 3: 0 · 4: 1 · 5: 2")
    await post(stage, "SV-1* is closed. 4.67 of 5")

    shown = words(await lead("metrics satisfaction"))
    assert "Team satisfaction (n=3 of 5)" in shown, "three answers are no KPI yet"
    assert "too little" in words(await lead("metrics satisfaction chart"))
    assert "*Knowledge shared* 0" in words(await lead("metrics knowledge"))
    told = next(m for m in stage.workspace.whispers(MAYA) if "*Knowledge shared*" in words(m))
    assert "Model calls, last 30 days" in words(await lead("cost"))
    assert "Metrics digest" in words(await lead("schedule metrics daily 9:00"))
    how = words(await form(stage, MAYA, told, "kpi.how"))
    assert "Talks and other learning items done, plus lessons kept from retrospectives." in how
    assert "n=0 items and lessons" in how
