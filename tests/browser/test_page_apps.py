"""Buttons, modals, Home and untrusted text on the page."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace
from bot.workspace.seed import BACKEND, MAYA, PRIYA
from tests.browser.conftest import OpenPage
from tests.support.workspaces import PATIENCE
from tests.workspace.conftest import connected

pytestmark = pytest.mark.browser


def words(text: str) -> dict[str, str]:
    """Return a plain text object."""
    return {"type": "plain_text", "text": text}


def button(action: str, **extra: Any) -> dict[str, Any]:
    """Return a button named after its action."""
    return {"type": "button", "action_id": action, "text": words(action), "value": "v1", **extra}


MODAL = {
    "type": "modal",
    "callback_id": "task",
    "title": words("New task"),
    "submit": words("Create"),
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": words("What"),
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "size",
            "label": words("Size"),
            "element": {
                "type": "static_select",
                "action_id": "pick",
                "options": [{"text": words(x), "value": x} for x in ("small", "large")],
            },
        },
        {
            "type": "input",
            "block_id": "when",
            "optional": True,
            "label": words("When"),
            "element": {"type": "datepicker", "action_id": "day", "initial_date": "2026-12-04"},
        },
    ],
}


async def test_text_from_others_never_becomes_markup_or_a_script_link(
    open_page: OpenPage, client: AsyncWebClient
) -> None:
    evil = "<img src=x onerror=alert(1)> <javascript:alert(1)|click> <https://ok.example|fine>"
    await client.chat_postMessage(channel=BACKEND, text=evil)
    markdown = "<img src=x onerror=alert(1)> [bad](javascript:alert(1)) [good](https://ok.example)"
    await client.chat_postMessage(
        channel=BACKEND, text="md", blocks=[{"type": "markdown", "text": markdown}]
    )
    page = await open_page()
    bodies = page.locator("#messages .msg-body")
    await expect(bodies).to_have_count(2)
    assert await bodies.locator("img, script, iframe").count() == 0
    hrefs = await bodies.locator("a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert hrefs == ["https://ok.example", "https://ok.example"]


async def test_a_button_asks_first_and_belongs_to_those_who_may_see_it(
    open_page: OpenPage, workspace: Workspace, client: AsyncWebClient, app: AsyncApp
) -> None:
    clicks: list[dict[str, Any]] = []

    @app.action("accept")
    async def accept(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        clicks.append(body)
        await client.chat_update(
            channel=BACKEND, ts=body["message"]["ts"], text=f"by <@{body['user']['id']}>", blocks=[]
        )

    confirm = {"title": words("Sure?"), "text": words("It is recorded."), "confirm": words("Yes")}
    elements = [
        button("accept", confirm={**confirm, "deny": words("No")}),
        button("reject", visible_to_user_ids=[MAYA]),
    ]
    await client.chat_postMessage(
        channel=BACKEND, text="card", blocks=[{"type": "actions", "elements": elements}]
    )
    async with connected(app, workspace):
        page = await open_page()
        await expect(page.locator("[data-action-id=reject]")).to_be_visible()
        await page.get_by_test_id("acting-as").click()
        await page.get_by_test_id("act-as-priya").click()
        await expect(page.locator("[data-action-id=reject]")).to_have_count(0)
        await page.locator("[data-action-id=accept]").click()
        await page.get_by_test_id("confirm-no").click()
        assert clicks == []
        await page.locator("[data-action-id=accept]").click()
        await page.get_by_test_id("confirm-yes").click()
        await expect(page.locator("#messages .msg-body")).to_contain_text("by @priya")
    assert [click["user"]["id"] for click in clicks] == [PRIYA]
    assert clicks[0]["actions"][0]["value"] == "v1"


async def test_a_modal_shows_errors_keeps_what_was_typed_and_sends_every_value(
    open_page: OpenPage, workspace: Workspace, app: AsyncApp
) -> None:
    got: list[dict[str, Any]] = []

    @app.shortcut("new_task")
    async def start(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("task")
    async def submit(ack: AsyncAck, view: dict[str, Any]) -> None:
        values = view["state"]["values"]
        if len(values["what"]["text"]["value"]) < 10:
            await ack(response_action="errors", errors={"what": "Say more."})
            return
        got.append(values)
        await ack()

    async with connected(app, workspace):
        page = await open_page()
        await page.get_by_test_id("shortcuts").click()
        await page.get_by_role("menuitem", name="New task").click()
        modal = page.get_by_test_id("modal")
        await expect(modal.get_by_label("What")).to_be_focused()
        await modal.get_by_label("What").fill("short")
        await modal.get_by_label("Size").select_option("large")
        await page.get_by_test_id("modal-submit").click()
        await expect(modal.get_by_role("alert")).to_have_text("Say more.")
        await expect(modal.get_by_label("What")).to_have_value("short")
        await expect(modal.get_by_label("What")).to_be_focused()
        await modal.get_by_label("What").fill("long enough to plan")
        await page.get_by_test_id("modal-submit").click()
        await expect(modal).to_have_count(0)
    assert got[0]["size"]["pick"]["selected_option"]["value"] == "large"
    assert got[0]["when"]["day"]["selected_date"] == "2026-12-04"


async def test_home_changes_live_under_a_button_that_is_just_pressed(
    open_page: OpenPage, workspace: Workspace, client: AsyncWebClient, app: AsyncApp
) -> None:
    """It is published while the button is down; the click on it counts all the same."""
    pressed = asyncio.Queue[str]()

    def view(text: str) -> dict[str, Any]:
        block = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
        return {"type": "home", "blocks": [block, {"type": "actions", "elements": [button("go")]}]}

    @app.action("go")
    async def go(ack: AsyncAck, body: dict[str, Any]) -> None:
        pressed.put_nowait(body["actions"][0]["value"])
        await ack()

    async with connected(app, workspace):
        await client.views_publish(user_id=MAYA, view=view("*2* wait"))
        page = await open_page("#/home")
        home = page.get_by_test_id("home-view")
        await expect(home).to_contain_text("2 wait")
        await page.get_by_role("button", name="go", exact=True).hover()
        await page.mouse.down()
        await client.views_publish(user_id=MAYA, view=view("nothing waits"))
        await expect(home).to_contain_text("nothing waits")
        await page.mouse.up()
        assert await asyncio.wait_for(pressed.get(), PATIENCE) == "v1"


async def test_a_plan_shows_each_task_with_its_state(
    open_page: OpenPage, client: AsyncWebClient
) -> None:
    states = ["complete", "in_progress", "pending", "error"]
    tasks = [
        {"type": "task_card", "task_id": state, "title": state, "status": state} for state in states
    ]
    await client.chat_postMessage(
        channel=BACKEND, text="plan", blocks=[{"type": "plan", "title": "Billing", "tasks": tasks}]
    )
    page = await open_page()
    labels = await page.locator(".task [role=img]").evaluate_all("a => a.map(x => x.ariaLabel)")
    assert labels == ["done", "in progress", "waiting", "failed"]
    await expect(page.locator(".plan-count")).to_have_text("1 of 4")


async def test_theme_and_person_are_remembered(open_page: OpenPage) -> None:
    page = await open_page()
    first = await page.locator("html").get_attribute("data-theme")
    await page.get_by_test_id("theme").click()
    await page.get_by_test_id("acting-as").click()
    await page.get_by_test_id("act-as-tom").click()
    await expect(page.get_by_test_id("acting-as")).to_contain_text("Tom Berg")
    await page.reload()
    await expect(page.get_by_test_id("acting-as")).to_contain_text("Tom Berg")
    assert await page.locator("html").get_attribute("data-theme") != first
