"""The bot's own screens in a browser: a session with its plan and Stop, forms, Home, a picture.

Wide and narrow, light and dark: nothing is cut off at the side, and every control has a name. With
TEAMLEAD_SCREENSHOTS set to a folder, pictures of all of them are written there.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from bot.workspace.seed import BACKEND, MAYA
from tests.browser.conftest import OpenAt
from tests.support.held import HeldModel
from tests.support.stage import PATIENCE, Stage, on_stage

pytestmark = pytest.mark.browser

SIZES = ((1280, False), (390, True))
"""Width and darkness: each of the two twice would show nothing new."""
_SPILLS = """(() => {
  const wide = document.documentElement.scrollWidth > window.innerWidth;
  const nameless = [...document.querySelectorAll('button, input, select, textarea, img')]
    .filter(e => e.checkVisibility() && !(e.ariaLabel || e.title || e.alt || e.textContent.trim()
      || e.labels?.length || e.getAttribute('aria-labelledby') || e.type === 'file'
      || e.alt === ''));
  return [wide, nameless.map(e => e.outerHTML.slice(0, 120))];
})()"""


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep a developer's own `.env` out of the bot."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def model() -> HeldModel:
    return HeldModel()


@pytest_asyncio.fixture(loop_scope="package")
async def stage(tmp_path: Path, model: HeldModel) -> AsyncIterator[Stage]:
    async with on_stage(tmp_path / "home", offline=model) as running:
        yield running


async def _open(open_at: OpenAt, stage: Stage, place: str, size: tuple[int, bool]) -> Page:
    width, dark = size
    return await open_at(f"{stage.server.page_url}#/{place}", width=width, height=860, dark=dark)


async def _looked_at(page: Page, name: str) -> None:
    """Check what no eye need check, and keep a picture for one that does."""
    spills, nameless = await page.evaluate(_SPILLS)
    assert (spills, nameless) == (False, [])
    folder = os.environ.get("TEAMLEAD_SCREENSHOTS")
    if folder:
        width = (page.viewport_size or {"width": 0})["width"]
        await page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), animations="disabled")


async def test_a_session_shows_its_plan_and_is_stopped_on_the_page(
    open_at: OpenAt, stage: Stage, model: HeldModel
) -> None:
    """The plan streams in, Stop ends it, and the card then offers to go on."""
    message = await stage.workspace.say(MAYA, f"D{MAYA[1:]}", "design an API for invoices")
    root, direct = str(message["ts"]), f"D{MAYA[1:]}"
    await stage.wait_text(root, "Title of a1", channel=direct)
    for size in SIZES:
        page = await _open(open_at, stage, f"c/{direct}", size)
        await page.get_by_test_id("reply-count").click()
        plan = page.locator(".plan")
        await expect(plan).to_contain_text("Invoices · T-1")
        await expect(plan.locator(".task")).to_have_count(4)
        await _looked_at(page, "session")
    await page.get_by_test_id("thread-panel").get_by_test_id("stop-session").click()
    await expect(page.get_by_test_id("stop-session")).to_have_count(0)
    await expect(page.locator("[data-action-id='task.retry']")).to_be_visible()
    await _looked_at(page, "session-stopped")


async def test_forms_home_and_a_chart(open_at: OpenAt, stage: Stage, model: HeldModel) -> None:
    """A new task, the settings, the App Home with an open task; a picture with its words."""
    root = await stage.mention("design an API for invoices")
    await stage.workspace.wait_for(model.reached.is_set, PATIENCE)
    for size in SIZES:
        page = await _open(open_at, stage, f"c/{BACKEND}", size)
        await page.get_by_test_id("shortcuts").click()
        await page.get_by_role("menuitem", name="New task").click()
        await _form(page, "modal-task")
        await _whole(page.get_by_test_id("modal"), page)
        await page.keyboard.press("Escape")

        page = await _open(open_at, stage, "home", size)
        home = page.get_by_test_id("home-view")
        await expect(home).to_contain_text("T-1")
        await _looked_at(page, "home")
        await home.get_by_role("button", name="Settings", exact=True).click()
        await _form(page, "modal-settings")

    model.go.set()
    await stage.wait_text(root, "Decision proposed")
    await stage.lead("team chart")
    for size in SIZES:
        page = await _open(open_at, stage, f"c/{BACKEND}", size)
        picture = page.locator(".file-image img")
        await expect(picture).to_be_visible()
        assert "Database Architect 3" in (await picture.get_attribute("alt") or "")
        await page.wait_for_function("document.querySelector('.file-image img').naturalWidth > 0")
        await _looked_at(page, "chart")


async def _form(page: Page, name: str) -> None:
    await expect(page.get_by_test_id("modal-submit")).to_be_visible()
    await _looked_at(page, name)


async def _whole(modal: Locator, page: Page) -> None:
    box, size = await modal.bounding_box(), page.viewport_size
    assert box is not None
    assert size is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["width"]
