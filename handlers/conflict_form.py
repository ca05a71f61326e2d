"""The form that opens a conflict, prefilled with what the plans at work show of its subject."""

from typing import Any

from bot.domain.conflict.wants import Clash
from bot.services.conflict_views import known_clash
from bot.services.workspace_settings import effective
from bot.slack.cards.conflict import new_conflict_modal
from bot.slack.cards.conflict_note import hidden_words, wanted_line
from bot.slack.payloads import ChannelAction
from handlers.desk import Desk

_MOST_NAMED = 6
"""As many as a conflict takes."""


async def prefilled(
    desk: Desk, workspace_id: str, channel_id: str, subject: str
) -> tuple[dict[str, Any], Clash | None]:
    """Return the form for a channel, and what the plans show of the subject, if anything.

    A task of a private channel is named nowhere else.
    """
    ctx = desk.ctx
    async with ctx.database.read() as uow:
        known = await known_clash(uow, workspace_id, channel_id, subject, now=ctx.clock.now())
        settings = await effective(ctx, uow, workspace_id, channel_id=channel_id)
        service = await uow.services.find(workspace_id, subject, seen_from=channel_id)
    kind = "service" if service is not None else "person"
    if subject in ctx.team.specialists or not subject:
        kind = "specialist"
    wanting: list[str] = []
    if known is not None:
        line = wanted_line(known, (channel_id,))
        hidden = hidden_words(line.hidden).capitalize() if line.hidden else ""
        wanting = [*line.names[: _MOST_NAMED - bool(hidden)], *filter(None, [hidden])]
    view = new_conflict_modal(
        ChannelAction(channel_id=channel_id),
        subject=known.subject if known is not None else subject,
        kind=known.kind if known is not None else kind,
        wanting=wanting,
        week_hours=int(str(settings.values["week_hours"].value)),
        today=ctx.clock.now().date(),
    )
    return view, known
