"""Writing, threads and live updates on the page."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Route, expect
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace
from bot.workspace.seed import BACKEND, GENERAL, MAYA, TOM
from tests.browser.conftest import OpenPage
from tests.workspace.conftest import connected

pytestmark = pytest.mark.browser


def details(text: str) -> list[dict[str, object]]:
    """Return a message with a folded part and a button."""
    return [
        {
            "type": "container",
            "block_id": "fold",
            "title": {"type": "plain_text", "text": "Details"},
            "is_collapsible": True,
            "default_collapsed": True,
            "child_blocks": [
                {"type": "section", "block_id": "in", "text": {"type": "mrkdwn", "text": text}}
            ],
        },
        {
            "type": "actions",
            "block_id": "acts",
            "elements": [
                {
                    "type": "button",
                    "action_id": "go",
                    "text": {"type": "plain_text", "text": "Go"},
                }
            ],
        },
    ]


async def test_a_mention_is_sent_encoded_and_its_thread_opens_by_itself(
    open_page: OpenPage, workspace: Workspace, client: AsyncWebClient
) -> None:
    page = await open_page()
    composer = page.get_by_test_id("composer")
    await composer.fill("@lead plan A < B & say #general")
    await composer.press("Enter")
    await expect(page.get_by_test_id("message")).to_have_count(1)
    await expect(page.locator(".msg.sending")).to_have_count(0)
    root = workspace.history(BACKEND)[0]
    bot = workspace.identity.bot_user_id
    assert root["text"].startswith(f"<@{bot}> plan A &lt; B &amp; say <#C")
    await expect(page.locator("#messages .pill.bot")).to_have_text("@lead")
    await client.chat_postMessage(
        channel=BACKEND, thread_ts=root["ts"], text="*Done*", username="API Architect"
    )
    panel = page.get_by_test_id("thread-panel")
    await expect(panel.locator("[data-author='API Architect'] strong")).to_have_text("Done")
    await expect(page.get_by_test_id("reply-count")).to_contain_text("1 reply")
    await expect(composer).to_be_focused()
    await composer.press("Escape")
    await expect(panel).to_be_hidden()


async def test_a_thread_opens_though_the_answer_outruns_what_the_sending_gets(
    open_page: OpenPage, workspace: Workspace, client: AsyncWebClient
) -> None:
    page = await open_page()
    answered = asyncio.Event()

    async def late(route: Route) -> None:
        response = await route.fetch()
        await answered.wait()
        await route.fulfill(response=response)

    await page.route("**/page/api/message", late)
    composer = page.get_by_test_id("composer")
    await composer.fill("@lead plan A")
    await composer.press("Enter")
    await expect(page.locator(".msg:not(.sending)")).to_have_count(1)
    root = workspace.history(BACKEND)[0]
    await client.chat_postMessage(channel=BACKEND, thread_ts=root["ts"], text="*Done*")
    panel = page.get_by_test_id("thread-panel")
    await expect(panel.locator("strong", has_text="Done")).to_have_count(1)
    await composer.press("Escape")
    await expect(panel).to_be_hidden()
    async with page.expect_response("**/page/api/message"):
        answered.set()
    await client.chat_postMessage(channel=BACKEND, thread_ts=root["ts"], text="And more")
    await expect(page.get_by_test_id("reply-count")).to_contain_text("2 replies")
    await expect(panel).to_be_hidden()
    await page.unroute("**/page/api/message")


async def test_what_arrived_is_no_failure_though_the_answer_to_its_sending_is_lost(
    open_page: OpenPage, workspace: Workspace
) -> None:
    page = await open_page()
    shown = asyncio.Event()

    async def lost(route: Route) -> None:
        await route.fetch()
        await shown.wait()
        await route.abort()

    await page.route("**/page/api/message", lost)
    composer = page.get_by_test_id("composer")
    await composer.fill("said once")
    await composer.press("Enter")
    await expect(page.locator(".msg:not(.sending)")).to_have_count(1)
    async with page.expect_event("requestfailed"):
        shown.set()
    await page.unroute("**/page/api/message")
    await composer.fill("and more")
    await composer.press("Enter")
    await expect(page.locator(".msg:not(.sending)")).to_have_count(2)
    await expect(page.locator(".msg")).to_have_count(2)
    assert len(workspace.history(BACKEND)) == 2


async def test_the_thread_composer_answers_in_the_thread(
    open_page: OpenPage, workspace: Workspace, client: AsyncWebClient
) -> None:
    root = await workspace.say(MAYA, BACKEND, "root")
    await client.chat_postMessage(channel=BACKEND, thread_ts=root["ts"], text="first")
    page = await open_page()
    await page.get_by_test_id("reply-count").click()
    answer = page.get_by_test_id("thread-composer")
    await expect(answer).to_be_focused()
    await answer.press_sequentially("line one")
    await answer.press("Shift+Enter")
    await answer.press_sequentially("line two")
    await page.get_by_test_id("thread-send").click()
    await expect(page.locator("#thread .thread-count")).to_have_text("2 replies")
    await expect(page.locator("#thread .msg.sending")).to_have_count(0)
    assert workspace.thread(BACKEND, root["ts"])[-1]["text"] == "line one\nline two"


async def test_an_update_keeps_the_node_the_focus_and_what_is_unfolded(
    open_page: OpenPage, client: AsyncWebClient
) -> None:
    sent = await client.chat_postMessage(channel=BACKEND, text="card", blocks=details("old"))
    page = await open_page()
    await page.locator(".container-head").click()
    await page.locator("[data-action-id=go]").focus()
    await page.evaluate("window.kept = document.querySelector('[data-testid=message]')")
    await client.chat_update(
        channel=BACKEND, ts=str(sent["ts"]), text="card", blocks=details("new words")
    )
    await expect(page.locator(".container-body")).to_contain_text("new words")
    await expect(page.locator(".container-body")).to_be_visible()
    await expect(page.locator("[data-action-id=go]")).to_be_focused()
    same = "window.kept === document.querySelector('[data-testid=message]')"
    assert await page.evaluate(same)


async def test_reading_higher_up_is_not_interrupted_by_a_new_message(
    open_page: OpenPage, workspace: Workspace, client: AsyncWebClient
) -> None:
    for n in range(40):
        await workspace.say(TOM, BACKEND, f"message {n}")
    page = await open_page()
    await expect(page.get_by_test_id("message").last).to_be_in_viewport()
    await page.evaluate("document.querySelector('#messages').scrollTop = 300")
    await expect(page.get_by_test_id("message").last).not_to_be_in_viewport()
    await client.chat_postMessage(channel=BACKEND, text="the newest")
    await expect(page.locator("#conversation .jump")).to_be_visible()
    assert await page.evaluate("document.querySelector('#messages').scrollTop") == 300
    await page.locator("#conversation .jump").click()
    await expect(page.get_by_text("the newest", exact=True)).to_be_in_viewport()


async def test_a_stream_grows_in_place(open_page: OpenPage, client: AsyncWebClient) -> None:
    root = await client.chat_postMessage(channel=BACKEND, text="root")
    page = await open_page(f"#/c/{BACKEND}/t/{root['ts']}")
    stream = await client.chat_stream(
        channel=BACKEND,
        thread_ts=str(root["ts"]),
        recipient_team_id="T0ACME0001",
        recipient_user_id=MAYA,
        buffer_size=1,
    )
    await stream.append(markdown_text="**Fast** ")
    await expect(page.locator("#thread .cursor")).to_be_visible()
    await stream.append(markdown_text="and `steady`")
    await expect(page.locator("#thread .msg.streaming code")).to_have_text("steady")
    await stream.stop()
    await expect(page.locator("#thread .cursor")).to_have_count(0)
    await expect(page.locator("#thread strong")).to_have_text("Fast")


async def test_the_app_is_invited_as_it_asks_to_be(
    open_page: OpenPage, workspace: Workspace
) -> None:
    """What the app says where it is not, `/invite @lead`, is a command of the page itself."""
    page = await open_page(f"#/c/{GENERAL}")
    composer = page.get_by_test_id("composer")
    await composer.fill("/invite @lead")
    await composer.press("Enter")
    await expect(page.get_by_test_id("message")).to_contain_text("has joined the channel")
    await expect(composer).to_have_value("")
    assert workspace.identity.bot_user_id in workspace.state.channel(GENERAL).members


async def test_completion_offers_the_words_of_a_command(
    open_page: OpenPage, workspace: Workspace, app: AsyncApp
) -> None:
    texts: list[str] = []

    @app.command("/lead")
    async def lead(ack: AsyncAck, command: dict[str, Any]) -> None:
        texts.append(command["text"])
        await ack(f"You said {command['text']}")

    async with connected(app, workspace):
        page = await open_page()
        composer = page.get_by_test_id("composer")
        await composer.press_sequentially("/le")
        await composer.press("Enter")
        await expect(page.get_by_test_id("completion").get_by_role("option")).to_have_count(4)
        await composer.press("ArrowDown")
        await composer.press("Tab")
        await expect(composer).to_have_value("/lead standup")
        await composer.press("Enter")
        note = page.locator(".msg.ephemeral")
        await expect(note).to_contain_text("Only visible to you")
        await expect(note).to_contain_text("You said standup")
        await note.get_by_role("button", name="Dismiss").click()
        await expect(note).to_have_count(0)
    assert texts == ["standup"]


async def test_on_a_phone_one_pane_shows_at_a_time(
    open_page: OpenPage, workspace: Workspace, client: AsyncWebClient
) -> None:
    root = await workspace.say(MAYA, BACKEND, "root")
    await client.chat_postMessage(channel=BACKEND, thread_ts=root["ts"], text="first")
    page = await open_page(width=390)
    await page.get_by_test_id("reply-count").click()
    await expect(page.get_by_test_id("thread-panel")).to_be_visible()
    await expect(page.get_by_test_id("composer")).to_be_hidden()
    await page.locator("#thread").get_by_role("button", name="Back to the conversation").click()
    await page.get_by_role("button", name="Back to the channel list").click()
    await page.get_by_test_id("channel-general").click()
    await expect(page.get_by_test_id("idea")).to_have_count(3)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
