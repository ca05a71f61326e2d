"""The page's calls and its socket, as bot/workspace/README.md lays them down."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import PortBusy, Workspace, WorkspaceServer
from bot.workspace.seed import BACKEND, LI, MAYA, PAYMENTS, TOM
from tests.workspace.conftest import Connect


class Page:
    """A browser tab without a browser."""

    def __init__(self, server: WorkspaceServer, session: aiohttp.ClientSession) -> None:
        self._url = server.page_url
        self.session = session

    async def get(self, path: str, **query: str) -> Any:
        async with self.session.get(f"{self._url}page/api/{path}", params=query) as answer:
            return await answer.json()

    async def post(self, path: str, **body: object) -> Any:
        async with self.session.post(f"{self._url}page/api/{path}", json=body) as answer:
            return await answer.json()

    def socket(self, user: str) -> Any:
        return self.session.ws_connect(f"{self._url}page/ws?user={user}")


@pytest.fixture
async def page(server: WorkspaceServer) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession() as session:
        yield Page(server, session)


async def test_bootstrap_shows_what_a_person_may_see(page: Page) -> None:
    """Maya is in the private channel, Li is not; each has one direct message."""
    maya = await page.get("bootstrap", user=MAYA)
    li = await page.get("bootstrap", user=LI)
    assert maya["team"]["name"] == "Acme"
    assert {c["name"] for c in maya["channels"]} >= {"backend", "general", "payments-private"}
    assert PAYMENTS not in {channel["id"] for channel in li["channels"]}
    assert sum(channel["is_im"] for channel in li["channels"]) == 1
    assert li["commands"][0]["command"] == "/lead"
    assert {user["id"] for user in li["users"]} >= {MAYA, TOM, LI, li["app"]["bot_user_id"]}
    nobody = await page.get("bootstrap", user="U0NOBODY")
    assert nobody["error"] == "user_not_found"


async def test_a_page_that_opens_later_knows_who_is_at_work(
    page: Page, workspace: Workspace
) -> None:
    """Sessions at work or waiting, of rooms that the person sees; what is over is left out."""
    direct = workspace.state.direct(MAYA)
    for ts, state in (("1.0", "processing"), ("2.0", "suspended"), ("3.0", "active")):
        workspace.sessions.set_state(direct, ts, state)
    shown = (await page.get("bootstrap", user=MAYA))["sessions"]
    assert [(one["thread_ts"], one["session"]) for one in shown] == [
        ("1.0", "processing"),
        ("2.0", "suspended"),
    ]
    assert (await page.get("bootstrap", user=LI))["sessions"] == []


async def test_a_message_reaches_every_page_that_may_see_it(page: Page) -> None:
    """Public to all, private to members; a reply updates its root."""
    async with page.socket(MAYA) as maya, page.socket(LI) as li:
        assert (await maya.receive_json())["type"] == "hello"
        assert (await li.receive_json())["type"] == "hello"
        await page.post("message", channel=PAYMENTS, text="secret", user=MAYA)
        sent = await page.post("message", channel=BACKEND, text="hello", user=MAYA)
        root = sent["message"]["ts"]
        await page.post("message", channel=BACKEND, text="hi", thread_ts=root, user=LI)
        to_li = [await li.receive_json() for _ in range(3)]
        to_maya = [await maya.receive_json() for _ in range(4)]
    assert [event["type"] for event in to_li] == ["message", "message", "message_changed"]
    assert to_li[0]["message"]["channel"] == BACKEND
    assert to_li[2]["message"]["reply_count"] == 1
    assert to_maya[0]["message"]["text"] == "secret"
    thread = await page.get("thread", channel=BACKEND, ts=root)
    assert [message["text"] for message in thread["messages"]] == ["hello", "hi"]


async def test_history_pages_backwards(page: Page, workspace: Workspace) -> None:
    """Oldest first, with has_more and before."""
    for number in range(5):
        await workspace.say(TOM, "#backend", str(number))
    last = await page.get("history", channel=BACKEND, limit="2")
    assert [message["text"] for message in last["messages"]] == ["3", "4"]
    assert last["has_more"]
    earlier = await page.get("history", channel=BACKEND, before=last["messages"][0]["ts"])
    assert [message["text"] for message in earlier["messages"]] == ["0", "1", "2"]
    assert not earlier["has_more"]
    hidden = await page.get("history", channel=PAYMENTS, user=LI)
    assert hidden["error"] == "channel_not_found"


async def test_commands_actions_and_views_from_the_page(
    page: Page, workspace: Workspace, app: AsyncApp, connect: Connect
) -> None:
    """A command opens a modal on the page; submitting it posts and closes it."""
    modal = {
        "type": "modal",
        "callback_id": "task",
        "title": {"type": "plain_text", "text": "Task"},
        "submit": {"type": "plain_text", "text": "Go"},
        "blocks": [
            {
                "type": "input",
                "block_id": "title",
                "label": {"type": "plain_text", "text": "Title"},
                "element": {"type": "plain_text_input", "action_id": "it"},
            }
        ],
    }

    async def lead(ack: AsyncAck, command: dict[str, Any], client: AsyncWebClient) -> None:
        await ack("opening")
        await client.views_open(trigger_id=command["trigger_id"], view=modal)

    async def submitted(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        title = view["state"]["values"]["title"]["it"]["value"]
        await client.chat_postMessage(channel=BACKEND, text=title)

    app.command("/lead")(lead)
    app.view("task")(submitted)
    async with connect(app, workspace), page.socket(MAYA) as socket:
        await socket.receive_json()
        answer = await page.post("command", channel=BACKEND, command="/lead", text="", user=MAYA)
        assert answer == {"ok": True}
        events = {e["type"]: e for e in [await socket.receive_json() for _ in range(2)]}
        assert events["ephemeral"]["message"]["text"] == "opening"
        view = events["view_open"]["view"]
        values = {"title": {"it": {"type": "plain_text_input", "value": "Shard it"}}}
        done = await page.post("view/submit", view_id=view["id"], values=values, user=MAYA)
        assert done == {"response_action": "clear"}
        late = {e["type"]: e for e in [await socket.receive_json() for _ in range(2)]}
        assert late["view_close"]["view_id"] == view["id"]
        assert late["message"]["message"]["text"] == "Shard it"
    unknown = await page.post("command", channel=BACKEND, command="/nope", text="", user=MAYA)
    assert unknown == {"ok": False, "error": "invalid_command"}


async def test_an_upload_can_be_looked_at(page: Page, server: WorkspaceServer) -> None:
    """The page's copy of the message links to a file that needs no token."""
    form = aiohttp.FormData()
    form.add_field("file", b"\x89PNG", filename="a chart.png")
    form.add_field("channel", BACKEND)
    form.add_field("text", "look")
    form.add_field("user", TOM)
    url = f"{server.page_url}page/api/upload"
    async with page.session.post(url, data=form) as answer:
        message = (await answer.json())["message"]
    (file,) = message["files"]
    assert (message["user"], message["text"]) == (TOM, "look")
    async with page.session.get(server.page_url.rstrip("/") + file["url_private"]) as shown:
        assert (shown.content_type, await shown.read()) == ("image/png", b"\x89PNG")
    private = server.workspace.uploads.info(file["id"])["url_private"]
    async with page.session.get(private) as login:
        assert login.content_type == "text/html"
    token = {"Authorization": f"Bearer {server.workspace.bot_token}"}
    async with page.session.get(private, headers=token) as allowed:
        assert await allowed.read() == b"\x89PNG"


async def test_reactions_channels_home_and_faults(page: Page, workspace: Workspace) -> None:
    """The smaller calls."""
    said = await workspace.say(TOM, "#backend", "x")
    await page.post("reaction", channel=BACKEND, ts=said["ts"], name="eyes", add=True, user=LI)
    assert said["reactions"] == [{"name": "eyes", "users": [LI], "count": 1}]
    await page.post("reaction", channel=BACKEND, ts=said["ts"], name="eyes", add=False, user=LI)
    assert "reactions" not in said
    made = await page.post("channel", name="#Incident-7", is_private=False, user=LI)
    assert made["channel"]["name"] == "incident-7"
    taken = await page.post("channel", name="incident-7", is_private=False, user=LI)
    assert taken["error"] == "name_taken"
    assert await page.get("home", user=LI) == {"view": None}
    faults = await page.post("faults", duplicate=True, delay_ms=5)
    assert (faults["duplicate"], faults["delay_ms"], faults["drop"]) == (1.0, 5, 0.0)
    assert await page.get("faults") == faults
    assert (await page.post("faults", drop=2))["error"] == "invalid_arguments"


async def test_other_sites_are_kept_out(page: Page, server: WorkspaceServer) -> None:
    """A foreign Origin or Host is refused, on calls and on sockets."""
    url = f"{server.page_url}page/api/bootstrap"
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
        async with page.session.get(url, headers=headers) as answer:
            assert answer.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await page.session.ws_connect(
            f"{server.page_url}page/ws", headers={"Origin": "http://evil.example"}
        )
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await page.session.ws_connect(f"{server.page_url}link?ticket=made-up")


async def test_a_busy_port_is_named(server: WorkspaceServer) -> None:
    """The error says which port and what to do."""
    second = WorkspaceServer(Workspace(), port=server.port)
    with pytest.raises(PortBusy, match=str(server.port)) as caught:
        await second.start()
    assert "another port" in caught.value.hint
