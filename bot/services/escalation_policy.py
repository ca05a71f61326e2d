"""The policy of a new case: settings of its place, people with their hours; frozen from then on."""

import asyncio
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

from bot.domain.escalation import Policy, Responder, Span, WorkHours
from bot.domain.escalation.wording import OFF, id_of, people_of, span_of
from bot.domain.setting import Effective
from bot.services.context import Context
from bot.services.directory import Directory, person_or_blank
from bot.services.workspace_settings import effective
from storage.uow import UnitOfWork


async def freeze(
    ctx: Context,
    directory: Directory | None,
    *,
    workspace_id: str,
    channel_id: str,
    uow: UnitOfWork | None = None,
) -> Policy:
    """Return what a case of this channel goes by; without `directory` nobody's zone is known.

    No transaction is open while Slack is asked, unless `uow` is given.
    """
    async with _reading(ctx, uow) as read:
        settings = await effective(ctx, read, workspace_id, channel_id=channel_id)
    place = {"workspace_id": workspace_id, "channel_id": channel_id}
    people: dict[int, tuple[Responder, ...]] = {}
    for level in (2, 3):
        named = people_of(_text(settings, f"escalation_level{level}_people"))
        asked = [responder(ctx, directory, user_id, **place, uow=uow) for user_id in named]
        # One transaction answers one question at a time.
        at_once = asyncio.gather(*asked) if uow is None else _in_turn(asked)
        people[level] = tuple(await at_once)
    return Policy(
        spans=(
            span_of(_text(settings, "escalation_level1")),
            span_of(_text(settings, "escalation_level2")),
            Span(
                first=float(_text(settings, "escalation_status_hours")),
                last=float(_text(settings, "escalation_level3")),
            ),
        ),
        people=people,
        page_minutes=float(_text(settings, "escalation_page_minutes")),
        page_channel=id_of(_text(settings, "escalation_channel")),
        page_group=id_of(_text(settings, "escalation_group")),
        others=_hours(ctx, settings, timezone=""),
    )


async def responder(
    ctx: Context,
    directory: Directory | None,
    user_id: str,
    *,
    workspace_id: str,
    channel_id: str,
    uow: UnitOfWork | None = None,
) -> Responder:
    """Return a person with their working hours: their own setting, their zone as Slack has it."""
    place = {"channel_id": channel_id, "user_id": user_id}
    async with _reading(ctx, uow) as read:
        settings = await effective(ctx, read, workspace_id, **place)
    timezone = await _timezone(directory, user_id)
    return Responder(user_id=user_id, hours=_hours(ctx, settings, timezone=timezone))


def _reading(ctx: Context, uow: UnitOfWork | None) -> AbstractAsyncContextManager[UnitOfWork]:
    return ctx.database.read() if uow is None else nullcontext(uow)


async def _in_turn(asked: list[Coroutine[Any, Any, Responder]]) -> list[Responder]:
    return [await one for one in asked]


async def _timezone(directory: Directory | None, user_id: str) -> str:
    """Return a person's time zone; empty when Slack does not say."""
    if directory is None or not user_id:
        return ""
    return (await person_or_blank(directory, user_id)).timezone


def _hours(ctx: Context, settings: Effective, *, timezone: str) -> WorkHours:
    region = _text(settings, "holidays")
    return WorkHours(
        words=_text(settings, "work_hours"),
        timezone=timezone or ctx.settings.escalation.timezone,
        region="" if region == OFF else region,
    )


def _text(settings: Effective, name: str) -> str:
    return str(settings.values[name].value)
