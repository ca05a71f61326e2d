"""`/lead learning`: the plan of a channel, a new item, an item moved on."""

import re
from datetime import timedelta

from bot.domain.learning import EXAMPLE, LearningState, Wanted, read_kind, read_wanted
from bot.errors import UserFacingError
from bot.services import learning
from bot.services.learning import NewItem
from bot.slack.cards import text_post
from bot.slack.cards.learning import LearningLine, learning_card
from bot.slack.post import Post
from handlers.commands.table import Call
from handlers.rooms import room_is_private
from handlers.texts import command_text
from storage.models import LearningItem

_LOOK_BACK = timedelta(days=90)
"""What ended is shown for a quarter."""
_ITEM = re.compile(r"L-?(\d{1,9})", re.IGNORECASE)
_STEPS = {
    "begin": LearningState.BEGUN,
    "start": LearningState.BEGUN,
    "done": LearningState.DONE,
    "drop": LearningState.DROPPED,
}


async def run_learning(call: Call) -> Post:
    """Show the plan, plan something, or move an item on."""
    word, _, rest = call.words.strip().partition(" ")
    if not word:
        return await _show(call)
    if word.lower() == "add":
        return await _add(call, rest.strip())
    found = _ITEM.fullmatch(word)
    if found is None:
        raise UserFacingError(f"I know no `/lead learning {word[:30]}`.", hint=EXAMPLE)
    return await _step(call, int(found[1]), rest.strip())


async def _show(call: Call) -> Post:
    ctx = call.desk.ctx
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        rows = await uow.learning.plan_of(
            call.workspace_id, call.channel_id, since=now - _LOOK_BACK
        )
    return learning_card([_line(call, row) for row in rows], today=now.date())


async def _add(call: Call, words: str) -> Post:
    kind_word, _, rest = words.partition(" ")
    kind = read_kind(kind_word)
    said = read_wanted(rest, today=call.desk.ctx.clock.now().date())
    said, specialist = _specialist(call, said)
    wanted = NewItem(
        workspace_id=call.workspace_id,
        channel_id=call.channel_id,
        kind=kind,
        title=command_text(said.text),
        by=call.user_id,
        person_id=said.person_id,
        specialist=specialist,
        due_on=said.due_on,
        is_private=await room_is_private(
            call.desk, call.client, call.workspace_id, call.channel_id
        ),
    )
    row = await learning.add(call.desk.ctx, wanted, receipt=call.receipt)
    return text_post(f"{row.public_id} is planned." if row else "That is planned already.")


def _specialist(call: Call, said: Wanted) -> tuple[Wanted, str]:
    """Take `for api-architect` at the end of the words as who it is for."""
    text, _, name = said.text.rpartition(" for ")
    if text and name.lower() in call.desk.ctx.team.specialists and not said.person_id:
        return Wanted(text, "", said.due_on), name.lower()
    return said, ""


async def _step(call: Call, number: int, words: str) -> Post:
    ctx = call.desk.ctx
    word, _, evidence = words.partition(" ")
    async with ctx.database.read() as uow:
        row = await uow.learning.by_number(call.workspace_id, call.channel_id, number)
    if not word:
        return learning_card([_line(call, row)], today=ctx.clock.now().date())
    target = _STEPS.get(word.lower())
    if target is None:
        known = ", ".join(f"`{name}`" for name in _STEPS)
        raise UserFacingError(f"I know no “{word[:30]}” for it.", hint=f"I know {known}.")
    row = await learning.step(
        ctx, row, target, by=call.user_id, receipt=call.receipt, evidence=command_text(evidence)
    )
    return text_post(f"{row.public_id} {'has' if row.state == 'begun' else 'is'} {row.state}.")


def _line(call: Call, row: LearningItem) -> LearningLine:
    specialist = call.desk.ctx.team.specialists.get(row.specialist)
    return LearningLine(
        public_id=row.public_id,
        kind=row.kind,
        title=row.title,
        who=row.person_id or (specialist.title if specialist is not None else row.specialist),
        due_on=row.due_on,
        state=row.state,
        evidence=row.evidence,
    )
