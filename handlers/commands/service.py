"""`/lead services`, `service` and `architecture`."""

from bot.domain.service_words import Words, read
from bot.errors import Bug, UserFacingError
from bot.services import service_graph, service_views
from bot.services.service_graph import Place
from bot.slack.cards import text_post
from bot.slack.cards.service import KINDS, service_history, service_list, service_page
from bot.slack.post import Post
from bot.slack.text import escape, mention
from handlers.commands.service_quality import assess_quality
from handlers.commands.table import Call
from handlers.privacy import is_private
from storage.models import Service
from storage.uow import UnitOfWork


async def list_services(call: Call) -> Post:
    """Show the services that may be seen from here; `map` posts a picture."""
    if call.words.lower() in ("map", "graph", "picture"):
        await call.require("ask", channel_id=call.channel_id)
        place = await _place(call)
        said = await service_views.post_map(call.desk.ctx, place, receipt=call.receipt)
        return text_post(said)
    if call.words:
        return await run_service(call)  # `/lead services add orders` means one of them
    async with call.desk.ctx.database.read() as uow:
        whole = await service_graph.graph(uow, call.workspace_id, seen_from=call.channel_id)
    return service_list(service_views.lines(whole), whole.edges)


async def run_service(call: Call) -> Post:
    """Show one service, or change its owner, its words or what it depends on."""
    words = read(call.words)
    place = await _place(call)
    if words.verb in ("show", "history"):
        return await _show(call, place, words)
    if words.verb == "quality":
        return await assess_quality(call, place, words.name)
    await call.require("decide", channel_id=call.channel_id)
    ctx = call.desk.ctx
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.ensure(
            call.workspace_id, call.channel_id, now=now, is_private=place.is_private
        )
        await uow.channels.lock_workspace(call.workspace_id)
        if not await uow.receipts.is_new(call.workspace_id, call.receipt, now=now):
            return text_post("That is done already.")
        return text_post(await _change(call, uow, place, words))


async def _show(call: Call, place: Place, words: Words) -> Post:
    async with call.desk.ctx.database.read() as uow:
        known = await service_graph.known(uow, place, words.name)
        if words.verb == "show":
            return service_page(service_views.page(known))
        entries = list(await uow.audit.of(call.workspace_id, "service", known.service.id))
    return service_history(known.service.name, service_views.moments(known, entries))


async def _change(call: Call, uow: UnitOfWork, place: Place, words: Words) -> str:
    """Do what the words say; returns what to answer."""
    ctx = call.desk.ctx
    if words.verb == "add":
        before = await uow.services.find(place.workspace_id, words.name, seen_from=place.channel_id)
        if before is not None:
            raise UserFacingError(f"There is a service {before.name} already.")
        service = await service_graph.ensure(ctx, uow, place, words.name, surely=True)
        hint = f"`/lead service {escape(service.name)} owner @…`"
        return f"{_bold(service)} is known now. Give it an owner: {hint}."
    if words.verb == "disconnect":
        ends = (
            await service_graph.find(uow, place, words.name),
            await service_graph.find(uow, place, words.other),
        )
        await service_graph.disconnect(ctx, uow, place, ends)
        return f"{_bold(ends[0])} no longer depends on {_bold(ends[1])}."
    service = await service_graph.ensure(ctx, uow, place, words.name)
    if words.verb == "owner":
        await service_graph.own(ctx, uow, service, place, words.owner_id)
        owner = mention(words.owner_id) if words.owner_id else "nobody"
        return f"{_bold(service)} belongs to {owner}."
    if words.verb in ("docs", "runbook"):
        return await _link(call, uow, place, service, words)
    if words.verb == "about":
        service.about, service.updated_at = words.text, ctx.clock.now()
        await service_graph.note(ctx, uow, place, service, "service.about", {})
        return f"{_bold(service)}: {escape(words.text)}"
    if words.kind is None:
        raise Bug("a connection without a kind was read")
    ends = (service, await service_graph.ensure(ctx, uow, place, words.other))
    made = await service_graph.connect(ctx, uow, place, ends, words.kind)
    known = "" if made else " That was known."
    return f"{_bold(ends[0])} depends on {_bold(ends[1])} ({KINDS[words.kind]}).{known}"


async def _link(call: Call, uow: UnitOfWork, place: Place, service: Service, words: Words) -> str:
    """Say where a service is written up."""
    ctx = call.desk.ctx
    setattr(service, f"{words.verb}_url", words.text)
    service.updated_at = ctx.clock.now()
    await service_graph.note(ctx, uow, place, service, f"service.{words.verb}", {})
    return f"{_bold(service)}, {words.verb}: {escape(words.text) or 'none'}"


def _bold(service: Service) -> str:
    return f"*{escape(service.name)}*"


async def _place(call: Call) -> Place:
    private = await is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    return Place(call.workspace_id, call.channel_id, call.user_id, is_private=private)
