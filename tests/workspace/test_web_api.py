"""The Web API as the SDK sees it: answers, refusals, limits."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.seed import BACKEND, DEFAULT_MANIFEST, GENERAL, LI, MAYA, PAYMENTS, PRIYA
from tests.workspace.conftest import client_of


async def refused(call: Any) -> SlackApiError:
    """Return the error of a call that must fail."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value


async def test_auth_and_tokens(server: WorkspaceServer, client: AsyncWebClient) -> None:
    """The bot token works, others are refused, and each kind of token has its methods."""
    me = await client.auth_test()
    assert me["user_id"] == server.workspace.identity.bot_user_id
    stranger = AsyncWebClient(token="xoxb-other", base_url=server.api_url)
    assert (await refused(stranger.auth_test())).response["error"] == "invalid_auth"
    nobody = AsyncWebClient(base_url=server.api_url)
    assert (await refused(nobody.auth_test())).response["error"] == "not_authed"
    wrong = await refused(client.apps_connections_open(app_token=server.workspace.bot_token))
    assert wrong.response["error"] == "not_allowed_token_type"
    unknown = await refused(client.api_call("chat.shout"))
    assert unknown.response["error"] == "unknown_method"


async def test_a_post_and_its_thread(workspace: Workspace, client: AsyncWebClient) -> None:
    """Replies count at the root; history leaves them out, replies has them all."""
    root = await client.chat_postMessage(
        channel="#backend", text="plan", username="Database", icon_emoji=":elephant:"
    )
    reply = await client.chat_postMessage(channel=BACKEND, text="step", thread_ts=root["ts"])
    nested = await client.chat_postMessage(channel=BACKEND, text="more", thread_ts=reply["ts"])
    assert nested["message"]["thread_ts"] == root["ts"]
    history = await client.conversations_history(channel=BACKEND)
    (shown,) = history["messages"]
    assert (shown["reply_count"], shown["username"]) == (2, "Database")
    assert shown["icons"] == {"emoji": ":elephant:"}
    replies = await client.conversations_replies(channel=BACKEND, ts=root["ts"])
    assert [message["text"] for message in replies["messages"]] == ["plan", "step", "more"]
    assert [m["text"] for m in workspace.thread("#backend", root["ts"])] == ["plan", "step", "more"]
    await client.chat_delete(channel=BACKEND, ts=reply["ts"])
    assert workspace.history("#backend")[0]["reply_count"] == 1


async def test_history_pages_and_bounds(client: AsyncWebClient) -> None:
    """`limit` and `cursor` walk newest first; latest with inclusive finds one message."""
    stamps = [(await client.chat_postMessage(channel=BACKEND, text=str(n)))["ts"] for n in range(5)]
    first = await client.conversations_history(channel=BACKEND, limit=2)
    assert [message["ts"] for message in first["messages"]] == stamps[:-3:-1]
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel=BACKEND, limit=2, cursor=cursor)
    assert [message["ts"] for message in second["messages"]] == [stamps[2], stamps[1]]
    one = await client.conversations_history(
        channel=BACKEND, latest=stamps[3], inclusive=True, limit=1
    )
    assert one["messages"][0]["ts"] == stamps[3]
    bad = await refused(client.conversations_history(channel=BACKEND, cursor="?"))
    assert bad.response["error"] == "invalid_cursor"


async def test_metadata_comes_back_only_on_request(client: AsyncWebClient) -> None:
    """include_all_metadata returns it; a dotted event type is dropped with a warning."""
    good = {"event_type": "task_step", "event_payload": {"step": 1}}
    await client.chat_postMessage(channel=BACKEND, text="x", metadata=good)
    plain = await client.conversations_history(channel=BACKEND)
    assert "metadata" not in plain["messages"][0]
    full = await client.conversations_history(channel=BACKEND, include_all_metadata=True)
    assert full["messages"][0]["metadata"] == good
    dotted = {"event_type": "task.step", "event_payload": {}}
    answer = await client.chat_postMessage(channel=BACKEND, text="x", metadata=dotted)
    assert "metadata" not in answer["message"]
    assert answer["warning"] == "invalid_metadata_schema"


async def test_where_the_app_may_write(client: AsyncWebClient) -> None:
    """Public channels need membership, private ones are unknown, people get a direct message."""
    outside = await refused(client.chat_postMessage(channel=GENERAL, text="x"))
    assert outside.response["error"] == "not_in_channel"
    private = await refused(client.chat_postMessage(channel=PAYMENTS, text="x"))
    assert private.response["error"] == "channel_not_found"
    await client.conversations_join(channel=GENERAL)
    assert (await client.chat_postMessage(channel=GENERAL, text="x"))["ok"]
    opened = await client.conversations_open(users=LI)
    direct = await client.chat_postMessage(channel=LI, text="psst")
    assert direct["channel"] == opened["channel"]["id"]
    lost = await refused(client.chat_postMessage(channel=BACKEND, text="x", thread_ts="1.000001"))
    assert lost.response["error"] == "thread_not_found"


async def test_text_limits(client: AsyncWebClient) -> None:
    """No text, text too long for an update, markdown too long, and both kinds at once."""
    posted = await client.chat_postMessage(channel=BACKEND, text="x" * 11_800)
    ts = posted["ts"]
    long = await refused(client.chat_update(channel=BACKEND, ts=ts, text="x" * 4_001))
    assert long.response["error"] == "msg_too_long"
    assert (await client.chat_update(channel=BACKEND, ts=ts, text="x" * 4_000))["ok"]
    empty = await refused(client.api_call("chat.postMessage", json={"channel": BACKEND}))
    assert empty.response["error"] == "no_text"
    markdown = await refused(client.chat_postMessage(channel=BACKEND, markdown_text="x" * 12_001))
    assert markdown.response["error"] == "msg_too_long"
    both = await refused(client.chat_postMessage(channel=BACKEND, text="x", markdown_text="**x**"))
    assert both.response["error"] == "markdown_text_conflict"
    kept = await client.chat_postMessage(channel=BACKEND, markdown_text="**x**")
    assert kept["message"]["text"] == "**x**"
    truncated = await client.chat_postMessage(channel=BACKEND, text="x" * 40_001)
    assert len(truncated["message"]["text"]) == 40_000


async def test_invalid_blocks_are_named(client: AsyncWebClient) -> None:
    """The refusal says what is wrong and where, as Slack does."""
    text = {"type": "mrkdwn", "text": "x" * 3_001}
    error = await refused(
        client.chat_postMessage(
            channel=BACKEND, text="x", blocks=[{"type": "section", "text": text}]
        )
    )
    assert error.response["error"] == "invalid_blocks"
    assert error.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_missing_scope_says_what_is_needed() -> None:
    """A manifest without reactions:write is refused with needed and provided."""
    manifest = {**DEFAULT_MANIFEST, "oauth_config": {"scopes": {"bot": ["chat:write"]}}}
    async with WorkspaceServer(Workspace(manifest=manifest, rate_scale=None)) as server:
        client = client_of(server)
        posted = await client.chat_postMessage(channel=BACKEND, text="x")
        error = await refused(
            client.reactions_add(channel=BACKEND, timestamp=posted["ts"], name="eyes")
        )
        assert error.response["error"] == "missing_scope"
        assert error.response["needed"] == "reactions:write"
        assert error.response["provided"] == "chat:write"
        named = await refused(client.chat_postMessage(channel=BACKEND, text="x", username="DB"))
        assert named.response["needed"] == "chat:write.customize"


async def test_reactions(client: AsyncWebClient, workspace: Workspace) -> None:
    """Twice is refused; a removed one is gone; unknown messages are refused."""
    ts = (await client.chat_postMessage(channel=BACKEND, text="x"))["ts"]
    await client.reactions_add(channel=BACKEND, timestamp=ts, name="eyes")
    twice = await refused(client.reactions_add(channel=BACKEND, timestamp=ts, name="eyes"))
    assert twice.response["error"] == "already_reacted"
    got = await client.reactions_get(channel=BACKEND, timestamp=ts)
    assert got["message"]["reactions"][0]["count"] == 1
    await client.reactions_remove(channel=BACKEND, timestamp=ts, name="eyes")
    gone = await refused(client.reactions_remove(channel=BACKEND, timestamp=ts, name="eyes"))
    assert gone.response["error"] == "no_reaction"
    lost = await refused(client.reactions_add(channel=BACKEND, timestamp="1.1", name="eyes"))
    assert lost.response["error"] == "message_not_found"


async def test_people_groups_and_channels(client: AsyncWebClient) -> None:
    """Profiles with time zones, the group's people, and only the channels that the app may see."""
    maya = (await client.users_info(user=MAYA))["user"]
    assert (maya["real_name"], maya["tz"]) == ("Maya Okafor", "Europe/London")
    lost = await refused(client.users_info(user="U0NOBODY"))
    assert lost.response["error"] == "user_not_found"
    (group,) = (await client.usergroups_list(include_users=True))["usergroups"]
    assert group["users"] == [MAYA, PRIYA]
    listed = await client.usergroups_users_list(usergroup=group["id"])
    assert listed["users"] == [MAYA, PRIYA]
    channels = await client.conversations_list(types="public_channel,private_channel")
    assert [channel["name"] for channel in channels["channels"]] == ["backend", "general"]
    info = await client.conversations_info(channel=BACKEND)
    assert info["channel"]["is_member"]
    members = await client.conversations_members(channel=BACKEND, limit=3)
    assert members["response_metadata"]["next_cursor"]


async def test_a_file_upload(client: AsyncWebClient, workspace: Workspace) -> None:
    """files_upload_v2 ends as a message with the file; its private URL needs the token."""
    root = await client.chat_postMessage(channel=BACKEND, text="plan")
    done = await client.files_upload_v2(
        content="id,name\n1,x\n",
        filename="plan.csv",
        title="The plan",
        channel=BACKEND,
        thread_ts=root["ts"],
        initial_comment="here",
    )
    file_id = done["file"]["id"]
    message = workspace.thread("#backend", root["ts"])[1]
    assert (message["text"], message["files"][0]["title"]) == ("here", "The plan")
    assert (await client.files_info(file=file_id))["file"]["size"] == 12
    assert workspace.uploads.content(file_id) == b"id,name\n1,x\n"


async def test_permalink(client: AsyncWebClient) -> None:
    """A reply's link names its thread."""
    root = await client.chat_postMessage(channel=BACKEND, text="x")
    reply = await client.chat_postMessage(channel=BACKEND, text="y", thread_ts=root["ts"])
    link = (await client.chat_getPermalink(channel=BACKEND, message_ts=reply["ts"]))["permalink"]
    assert link.endswith(f"?thread_ts={root['ts']}&cid={BACKEND}")


async def test_an_update_keeps_what_it_does_not_name(client: AsyncWebClient) -> None:
    """Blocks and metadata stay until they are named; markdown goes with its text."""
    data = {"event_type": "step", "event_payload": {}}
    divider = {"type": "divider"}
    ts = (
        await client.chat_postMessage(channel=BACKEND, text="x", blocks=[divider], metadata=data)
    )["ts"]
    kept = (await client.chat_update(channel=BACKEND, ts=ts, text="y"))["message"]
    assert (len(kept["blocks"]), kept["metadata"]) == (1, data)
    bare = await client.chat_update(channel=BACKEND, ts=ts, text="z", blocks=[], metadata={})
    assert not {"blocks", "metadata"} & set(bare["message"])
    markdown = await client.chat_postMessage(channel=BACKEND, markdown_text="**x**")
    plain = await client.chat_update(channel=BACKEND, ts=markdown["ts"], text="y")
    assert "blocks" not in plain["message"]
    assert plain["message"]["edited"]
