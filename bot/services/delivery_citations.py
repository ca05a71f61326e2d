"""Asks Slack for the addresses of the messages that an answer cites, when it is sent."""

from typing import Any

from bot.slack.cards.citation import cited, with_links
from bot.slack.errors import SlackFailure
from bot.slack.poster import Poster
from storage.models import OutboxRow


async def with_citations(poster: Poster, row: OutboxRow, call: dict[str, Any]) -> dict[str, Any]:
    """Return the call with links; one that Slack does not give must not hold the answer up."""
    links = {}
    for one in cited(row.payload):
        place = {"channel": one.channel_id, "message_ts": one.ts}
        try:
            answer = await poster.call("chat.getPermalink", place)
        except SlackFailure:
            continue
        links[one.label] = str(answer.get("permalink", ""))
    return with_links(call, links)
