"""The one door for errors in handlers: a sentence where the person is, never a stack trace."""

import secrets
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DatabaseAway, ExternalError, PersonUnknown, UserFacingError
from bot.slack.text import escape_but_people, show_typed
from handlers.interaction import errors_for
from handlers.reach import SLACK_FAILED, error_code

log = structlog.get_logger(__name__)

_NOT_IN = ("not_in_channel", "channel_not_found")
_TOO_SLOW = ("expired_trigger_id", "invalid_trigger_id", "exchanged_trigger_id", "TimeoutError")
"""A modal opens within three seconds of its click, or not at all."""
_CANNOT_WHISPER = ("unknown_method", "method_deprecated")


def register(app: AsyncApp) -> None:
    """Put the door in."""
    app.error(on_error)


async def on_error(
    error: Exception,
    body: dict[str, Any],
    context: AsyncBoltContext,
    client: AsyncWebClient,
    response: BoltResponse | None,
) -> BoltResponse | None:
    """Tell the person what happened: commands in their answer, the rest as an ephemeral.

    What a handler acknowledged stays its answer, e.g. a modal that closes because all is stored;
    Bolt would send ours in its place. `response` is None where Bolt takes no answer any more.
    An event that could not be stored is not acknowledged: Slack tells of it again, at once, after
    one minute and after five (docs.slack.dev/apis/events-api, "Retries").
    """
    if isinstance(error, BoltUnhandledRequestError):
        # E.g. the click on a link's button: Slack wants to know that it arrived.
        log.info("request.unhandled", type=str(body.get("type")))
        return BoltResponse(status=200, body="")
    unstored = isinstance(error, DatabaseAway | PersonUnknown)
    if unstored and "event" in body and response is not None:
        kind = error.kind if isinstance(error, DatabaseAway) else type(error).__name__
        log.warning("handler.not_stored", kind=kind, channel_id=context.channel_id)
        return BoltResponse(status=503, body="")
    text = sentence_of(error, context)
    answer = await _answer(body, context, client, text) if response is not None else None
    if answer is None or answer is context.ack.response:
        await _whisper(client, body, context, text)
    if answer is None and response is not None:
        return BoltResponse(status=200, body="")
    return answer


async def _answer(
    body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient, text: str
) -> BoltResponse | None:
    """Return what Slack is answered; None where the sentence has no place in it."""
    if context.ack.response is not None:
        return context.ack.response
    if "command" in body:
        return BoltResponse(
            status=200, body={"response_type": "ephemeral", "text": escape_but_people(text)}
        )
    field = _first_field(body)
    if field:  # said in the modal, which keeps what the person wrote
        errors = await errors_for({field: text}, context, client)
        return BoltResponse(status=200, body={"response_action": "errors", "errors": errors})
    return None


def _first_field(body: dict[str, Any]) -> str:
    """Return the first input of a modal that was sent, by its block's id."""
    if body.get("type") != "view_submission":
        return ""
    blocks = (body.get("view") or {}).get("blocks") or ()
    return next((str(b.get("block_id")) for b in blocks if b.get("type") == "input"), "")


def sentence_of(error: Exception, context: AsyncBoltContext) -> str:
    """Return the sentence for people; what is our fault goes into the log with an id."""
    if isinstance(error, UserFacingError):
        return show_typed(error.sentence())
    if isinstance(error, ExternalError):
        return error.text
    if isinstance(error, SLACK_FAILED) and error_code(error) in _TOO_SLOW:
        log.warning("handler.too_slow", error=error_code(error))
        return "That took longer than Slack allows. Nothing has changed; please try again."
    error_id = f"E-{secrets.token_hex(3)}"
    log.error(
        "handler.broke",
        error_id=error_id,
        kind=type(error).__name__,
        team_id=context.team_id,
        channel_id=context.channel_id,
        exc_info=error,
    )
    return f"Something broke on my side ({error_id}). Nothing you wrote is lost; please try again."


async def _whisper(
    client: AsyncWebClient, body: dict[str, Any], context: AsyncBoltContext, text: str
) -> None:
    channel, user, text = context.channel_id, context.user_id, escape_but_people(text)
    if not user:
        return
    if not channel:  # a modal has no channel: a direct message is where the person is
        await _say(client, user, text)
        return
    message = body.get("event") or body.get("message") or {}
    thread_ts = message.get("thread_ts")
    try:
        await client.chat_postEphemeral(channel=channel, user=user, text=text, thread_ts=thread_ts)
    except SLACK_FAILED as refused:
        code = error_code(refused)
        log.warning("handler.whisper_refused", channel_id=channel, error=code)
        if code in _NOT_IN:  # a shortcut works also where the bot is not
            await _say(client, user, text)
        elif code in _CANNOT_WHISPER and message.get("ts"):
            root = str(thread_ts or message["ts"])
            await _say(client, channel, f"<@{user}> {text}", thread_ts=root)


async def _say(
    client: AsyncWebClient, channel: str, text: str, *, thread_ts: str | None = None
) -> None:
    """Say it aloud where whispering is impossible: better heard by all than by none."""
    try:
        await client.chat_postMessage(channel=channel, thread_ts=thread_ts, text=text)
    except SLACK_FAILED as refused:
        log.warning("handler.reply_refused", channel_id=channel, error=error_code(refused))
