"""Uses everything that the bot shows, once, so that there are real payloads to bend."""

import contextlib
from collections.abc import Iterator
from typing import Any

from bot.workspace.blocks.check import elements, walk_blocks
from bot.workspace.inputs import fields
from bot.workspace.seed import MAYA
from bot.workspace.shapes import Json, SlackError
from handlers.commands.lead import SUBCOMMANDS
from tests.support.stage import Stage, words

CHANNEL = "#backend"
WISH = (
    "we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps, p95 under 200 ms"
)
_ROUNDS = 3
"""What a click shows may be clicked in turn; deeper than this nothing is nested."""
_VALUES: dict[str, Any] = {
    "plain_text_input": "because it costs less",
    "number_input": "3",
    "users_select": MAYA,
    "multi_users_select": [MAYA],
    "datepicker": "2030-01-31",
    "timepicker": "10:00",
}


async def tour(stage: Stage) -> None:
    """Say, react, command, click and submit."""
    root = await stage.mention(WISH)
    await stage.wait_text(root, "Decision proposed")
    await stage.reply(root, "and multi-currency, please")
    alone = stage.workspace.state.direct(MAYA).id
    direct = await stage.workspace.say(MAYA, alone, "which HikariCP pool size for 300 rps?")
    await _everything_typed(stage, root)
    stage.workspace.people.open_home(MAYA)
    stage.workspace.people.open_home(MAYA, tab="messages")
    for name in ("memo", "x"):
        stage.workspace.people.react(MAYA, CHANNEL, root, name, add=True)
    with contextlib.suppress(SlackError):
        stage.workspace.people.stop_session(MAYA, alone, str(direct["ts"]))
    await stage.workspace.settled(20)
    clicked: set[str] = set()
    for _ in range(_ROUNDS):
        await _everything_clickable(stage, clicked)


async def _everything_typed(stage: Stage, root: str) -> None:
    for name in SUBCOMMANDS:
        for words_behind in ("", "1", "an API for refunds"):
            await stage.lead(f"{name} {words_behind}")
            await _submit(stage)
    for shortcut in stage.workspace.features["shortcuts"]:
        ts = root if shortcut["type"] == "message" else ""
        await stage.workspace.people.shortcut(
            MAYA, shortcut["callback_id"], channel_id=_channel(stage), message_ts=ts
        )
        await _submit(stage)


async def _everything_clickable(stage: Stage, clicked: set[str]) -> None:
    actions = stage.workspace.actions
    for channel, ts, element in list(_shown(stage)):
        if element["action_id"] in clicked or "url" in element:
            continue
        clicked.add(element["action_id"])
        with contextlib.suppress(SlackError):
            await actions.in_message(MAYA, channel, ts, _choice(element))
        await _submit(stage)
    home = stage.workspace.modals.home(MAYA)
    for block in walk_blocks(home["blocks"] if home else []):
        for element in elements(block):
            name = str(element.get("action_id", ""))
            if home is not None and name and name not in clicked:
                clicked.add(name)
                with contextlib.suppress(SlackError):
                    await actions.in_view(MAYA, home["id"], _choice(element))
                await _submit(stage)


def _shown(stage: Stage) -> Iterator[tuple[str, str, Json]]:
    """Yield (channel, ts, element) for all that may be clicked in messages."""
    workspace = stage.workspace
    posts = [m for room in workspace.state.channels.values() for m in _messages(stage, room.id)]
    whispers = workspace.state.ephemerals.items()
    posts += [{**whisper, "channel": channel} for (channel, _), (_, whisper) in whispers]
    for post in posts:
        for block in walk_blocks(post.get("blocks") or []):
            for element in elements(block):
                if element.get("action_id"):
                    yield str(post["channel"]), str(post["ts"]), element


def _messages(stage: Stage, channel: str) -> Iterator[Json]:
    for root in stage.workspace.state.timeline(channel):
        for message in stage.workspace.state.thread(channel, str(root["ts"])):
            yield {**message, "channel": channel}


def _choice(element: Json) -> Json:
    choice: Json = {"action_id": element["action_id"]}
    if element["type"] == "feedback_buttons":
        choice["value"] = element["positive_button"]["value"]
    if options := element.get("options"):
        choice["selected_option"] = options[0]
    if element["type"] == "users_select":
        choice["selected_user"] = MAYA
    return choice


async def _submit(stage: Stage) -> None:
    """Fill in and send the modal that is open, if any."""
    view = stage.workspace.open_view(MAYA)
    if view is None:
        return
    given: Json = {}
    for block, element in fields(view["blocks"]):
        value = _VALUES.get(element["type"])
        if "conversations" in element["type"] or "channels" in element["type"]:
            value = [_channel(stage)] if "multi" in element["type"] else _channel(stage)
        if options := element.get("options"):
            first = options[0]["value"]
            value = [first] if element["type"] in ("checkboxes", "multi_static_select") else first
        if value is not None and not element.get("initial_value"):
            given.setdefault(block["block_id"], {})[element["action_id"]] = value
    with contextlib.suppress(SlackError):
        await stage.workspace.submit_view(MAYA, str(view["id"]), given)
    stage.workspace.modals.clear(MAYA)


def _channel(stage: Stage) -> str:
    return stage.workspace.state.channel(CHANNEL).id


def text_of(stage: Stage) -> str:
    """Return all that stands in the channel, for a look at where the tour came to."""
    return "\n".join(words(post) for post in _messages(stage, _channel(stage)))
