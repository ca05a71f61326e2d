"""What README promises, in a browser: type a wish, watch the team, press Accept, list decisions.

With TEAMLEAD_SCREENSHOTS set to a folder the pictures of the README are written there.
"""

import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from bot.workspace.seed import BACKEND
from tests.browser.conftest import OpenAt
from tests.support.stage import Stage, on_stage

pytestmark = pytest.mark.browser

BILLING = (
    "@lead we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps,"
    " p95 under 200 ms"
)
SPECIALISTS = (
    "Backend Architect",
    "Database Architect",
    "API Architect",
    "Microservices Expert",
    "Python Backend Expert",
    "Node.js Backend Expert",
    "Java Backend Expert",
    "Go Backend Expert",
    "Rust Backend Expert",
)

STILL = """Promise.all(document.getAnimations()
  .filter(a => a.effect.getComputedTiming().iterations !== Infinity)
  .map(a => a.finished))"""
"""Waits for what is moving; spinners never end and are left alone."""


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep a developer's own `.env` out of the bot."""
    monkeypatch.chdir(tmp_path)


async def _open(open_at: OpenAt, stage: Stage, *, width: int, dark: bool) -> Page:
    place = f"{stage.server.page_url}#/c/{BACKEND}"
    return await open_at(place, width=width, height=860, dark=dark)


async def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("TEAMLEAD_SCREENSHOTS")
    if folder:
        await page.evaluate(STILL)
        taken = Image.open(BytesIO(await page.screenshot())).convert("RGB")
        # A third of the size, and no eye sees a difference.
        small = taken.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        small.save(Path(folder) / f"{name}.png", optimize=True)


async def _send(page: Page, text: str) -> None:
    composer = page.get_by_test_id("composer")
    await composer.fill(text)
    await composer.press("Escape")
    await page.get_by_test_id("send").click()


async def test_from_a_wish_to_a_recorded_decision(open_at: OpenAt, tmp_path: Path) -> None:
    """The page shows the plan, the specialists, the recommendation, and records the decision."""
    async with on_stage(tmp_path / "home") as stage:
        page = await _open(open_at, stage, width=1360, dark=False)
        await _send(page, BILLING)

        thread = page.get_by_test_id("thread-panel")
        card = thread.get_by_test_id("message").filter(has_text="T-1").first
        await expect(card).to_contain_text("Billing API")
        posts = thread.get_by_test_id("message")
        await expect(posts.filter(has_text="Decision proposed").first).to_be_visible()
        shown = await thread.inner_text()
        there = [name for name in SPECIALISTS if name in shown]
        assert 3 <= len(there) <= 9
        assert "Database Architect" in there
        assert "Java Backend Expert" not in there
        await expect(posts.filter(has_text="Recommendation").first).to_be_visible()
        await _picture(page, "decision")
        await card.scroll_into_view_if_needed()
        await _picture(page, "billing")

        accept = thread.locator("[data-action-id='decision.accept']").first
        await accept.scroll_into_view_if_needed()
        await accept.click()
        decided = posts.filter(has_text="Accepted by").first
        await expect(decided).to_be_visible()
        await decided.scroll_into_view_if_needed()
        await _picture(page, "accepted")

        await _send(page, "/lead decisions")
        answer = page.get_by_test_id("message").filter(has_text="D-1").last
        await expect(answer).to_contain_text("D-1")
        await expect(page.get_by_text("Only visible to you").last).to_be_visible()
        await _picture(page, "decisions")

        narrow = await _open(open_at, stage, width=390, dark=True)
        await narrow.get_by_test_id("reply-count").first.click()
        await expect(narrow.get_by_test_id("thread-panel")).to_contain_text("Recommendation")
        await _picture(narrow, "narrow-dark")


async def test_the_long_form_opens_in_a_modal(open_at: OpenAt, tmp_path: Path) -> None:
    """Detail on demand, and the keyboard closes it."""
    async with on_stage(tmp_path / "home") as stage:
        page = await _open(open_at, stage, width=1280, dark=True)
        await _send(page, "@lead which HikariCP pool size do we need for 300 rps at 20 ms a query?")
        thread = page.get_by_test_id("thread-panel")
        details = thread.locator("[data-action-id='output.details']").first
        await details.click()
        modal = page.get_by_test_id("modal")
        await expect(modal).to_contain_text("pool")
        await _picture(page, "details-dark")
        await page.keyboard.press("Escape")
        await expect(modal).to_be_hidden()
