"""Ends a workflow's step: with its outputs and the link to its message, or with a sentence."""

from bot.domain.lanes import COMPLETE
from bot.slack.errors import AlreadyDone, SlackFailure
from bot.slack.poster import Poster
from storage.models import OutboxRow

NOT_POSTED = "I could not post in that channel. Invite me there and run the workflow again."


async def end_step(poster: Poster, row: OutboxRow, root: OutboxRow | None) -> None:
    """Tell Slack how the step of the row ended; raises SlackFailure.

    `root` is the message that it is about. Asked twice, Slack says that it knows already.
    """
    execution = row.payload["function_execution_id"]
    lost = root is not None and root.state == "dead"
    error = row.payload.get("error") or (NOT_POSTED if lost else "")
    try:
        if error:
            call = {"function_execution_id": execution, "error": error}
            await poster.call("functions.completeError", call)
            return
        outputs = dict(row.payload["outputs"])
        if root is not None and (link := await _link(poster, row.channel_id, root.sent_ts)):
            outputs["link"] = link
        await poster.call(COMPLETE, {"function_execution_id": execution, "outputs": outputs})
    except AlreadyDone:
        return


async def _link(poster: Poster, channel_id: str, ts: str | None) -> str:
    """Return a message's address; empty when Slack gives none, which must not hold the step up."""
    if not ts:
        return ""
    try:
        place = {"channel": channel_id, "message_ts": ts}
        return str((await poster.call("chat.getPermalink", place)).get("permalink", ""))
    except SlackFailure as refused:
        if refused.again:
            raise
        return ""
