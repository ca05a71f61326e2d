"""`/lead gates`: how services stand, their limits, waivers, and where results are told."""

from bot.domain.access import Act
from bot.domain.quality_gate import CHECKS, Check
from bot.domain.quality_gate.words import Subject, Words, read
from bot.errors import NotAllowed
from bot.services import quality_gate_places, quality_gate_rules, quality_gate_views
from bot.services.quality_gate_rules import whose_from
from bot.services.service_graph import Place
from bot.slack.cards import text_post
from bot.slack.cards.quality_gate import gate_list, gate_page, told_before, waiver_form
from bot.slack.payloads import WaiverForm
from bot.slack.post import Post
from bot.slack.text import escape
from handlers.commands.table import Call
from handlers.privacy import is_private
from handlers.rooms import room_is_private


async def run_gates(call: Call) -> Post:
    """Show the gates, or do what the words say."""
    words = read(call.words)
    ctx = call.desk.ctx
    match words.verb:
        case "list":
            found = await quality_gate_views.lines(
                ctx, call.workspace_id, seen_from=call.channel_id
            )
            return gate_list(*found)
        case "show":
            return gate_page(await quality_gate_views.page(ctx, await _place(call), words.subject))
        case "waive":
            return await _waive(call, words)
        case "end":
            return await _end(call, words.number)
        case "here" | "nowhere":
            return await _tell(call, words)
    return await _limit(call, words)


async def _limit(call: Call, words: Words) -> Post:
    check = words.check or Check.COVERAGE
    place = await _place(call)
    await _require(call, place, words.subject, "configure")
    drop = words.verb == "default"
    name = await quality_gate_rules.set_limit(
        call.desk.ctx, place, words.subject, check, words.value, receipt=call.receipt, drop=drop
    )
    rule = CHECKS[check]
    if drop:
        said = "as everywhere"
    else:
        said = "not asked" if words.value is None else rule.limit_words(words.value)
    return text_post(f"*{escape(name)}*, {rule.noun}: {said}.")


async def _waive(call: Call, words: Words) -> Post:
    place = await _place(call)
    await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    await _require(call, place, words.subject, "waive")
    async with call.desk.ctx.database.read() as uow:
        whose, name = await whose_from(uow, place, words.subject)
    quality_gate_rules.check_place(whose, place, name)
    first = words.check or Check.COVERAGE
    checks = [first, *(check for check in Check if check is not first)]
    form = WaiverForm(
        channel_id=call.channel_id,
        service=words.subject.service,
        repository=words.subject.repository,
    )
    view = waiver_form(form, name, checks, call.user_id)
    await call.open(view)
    return text_post("Fill in the form; the check is waived then.")


async def _end(call: Call, number: int) -> Post:
    place = await _place(call)
    async with call.desk.ctx.database.read() as uow:
        row = await uow.quality_gates.waiver(call.workspace_id, number, seen_from=call.channel_id)
    await call.require("waive", channel_id=row.scope)
    row = await quality_gate_rules.end_waiver(call.desk.ctx, place, number, receipt=call.receipt)
    return text_post(f"{row.public_id} counts no more.")


async def _tell(call: Call, words: Words) -> Post:
    place = await _place(call)
    await call.require("decide", channel_id=call.channel_id)
    moved_from = await _require_there(call, place, words.subject)
    here = words.verb == "here"
    tell = quality_gate_places.tell_here if here else quality_gate_places.tell_nowhere
    told = await tell(
        call.desk.ctx, place, words.subject, receipt=call.receipt, moved_from=moved_from
    )
    subject = f"*{escape(told.name)}*"
    said = (
        f"Changes of {subject} are told in a thread here."
        if here
        else f"Results of {subject} are told nowhere now."
    )
    return text_post(said + told_before(told.before))


async def _require_there(call: Call, place: Place, subject: Subject) -> str:
    """Return where the results are told now; raises NotAllowed for who may not decide there.

    In a private channel that is a member; whoever changes the workspace's settings may anyway, or
    one that is gone would hold them for ever.
    """
    channel, is_hidden = await quality_gate_places.told_now(call.desk.ctx, place, subject)
    if channel in ("", place.channel_id):
        return channel
    directory = call.desk.directory(call.client, call.workspace_id)
    is_outside = is_hidden and call.user_id not in await directory.members(channel)
    act: Act = "configure" if is_outside else "decide"
    try:
        await call.require(act, channel_id="" if is_outside else channel)
    except NotAllowed:
        where = "a private channel" if is_hidden else f"<#{channel}>"
        raise NotAllowed(
            f"These results are told in {where}, where you cannot decide that.",
            hint="Ask somebody there to type it.",
        ) from None
    return channel


async def _require(call: Call, place: Place, subject: Subject, act: Act) -> None:
    """Whoever changes what counts everywhere needs the right everywhere, not in this channel."""
    async with call.desk.ctx.database.read() as uow:
        whose, _ = await whose_from(uow, place, subject)
    await call.require(act, channel_id=whose.scope)


async def _place(call: Call) -> Place:
    private = await is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    return Place(call.workspace_id, call.channel_id, call.user_id, is_private=private)
