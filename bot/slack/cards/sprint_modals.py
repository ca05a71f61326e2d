"""The forms of a sprint: its beginning, an item, estimates, items at work."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.domain.sprint.estimates import SCALES, amount
from bot.domain.sprint.states import ItemState, SprintState
from bot.slack.blocks import actions, button, context, modal, sections, text_input
from bot.slack.cards.sprint import ItemView, SprintCard, item_line
from bot.slack.fields import day_field, one_field, people_field, several_field
from bot.slack.payloads import (
    ItemAct,
    SprintAction,
    SprintBallot,
    SprintDraft,
    SprintItemAction,
)
from bot.slack.post import Block
from bot.slack.text import bold, clip, escape, line

MOST_SHOWN = 40


def new_sprint_modal(
    place: SprintDraft, *, requirements: str, first: date, last: date, people: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the form that opens a sprint."""
    return modal(
        "Plan a sprint",
        [
            text_input(
                "What should be true at its end? Empty: I say it",
                block_id="goal",
                placeholder="Refunds work in the EU",
                optional=True,
                lines=False,
                most=200,
            ),
            text_input(
                "Requirements, one a line; `service: …` in front names a service",
                block_id="requirements",
                placeholder="billing: Refund schema\nbilling: Refund API after the schema",
                initial=requirements,
                optional=True,
                most=3_000,
            ),
            text_input(
                "Constraints",
                block_id="limits",
                placeholder="No schema change on Fridays; Tom only for two days",
                optional=True,
                most=1_000,
            ),
            day_field("First day", "first", first, optional=False),
            day_field("Last day", "last", last, optional=False),
            people_field("Whose days count? Empty: everybody here", "people", people),
        ],
        submit="Plan it",
        callback_id="sprint.new",
        payload=place,
    )


def item_modal(card: SprintCard, specialists: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the form for one more item; `specialists` are (name, title)."""
    return modal(
        f"Add to {card.public_id}",
        [
            text_input(
                "What is done?",
                block_id="title",
                placeholder="Dashboard for refunds",
                lines=False,
                most=200,
            ),
            text_input(
                "When is it done?",
                block_id="about",
                placeholder="It shows refunds an hour and failures",
                optional=True,
                most=1_000,
            ),
            text_input(
                "Service", block_id="service", placeholder="billing", optional=True, lines=False,
                most=80,
            ),
            text_input(
                "After which items? Their numbers",
                block_id="needs",
                placeholder="1, 3",
                optional=True,
                lines=False,
                most=60,
            ),
            several_field("Whose is it?", "specialists", specialists, most=3),
        ],
        submit="Add",
        callback_id="sprint.added",
        payload=SprintAction(sprint_id=card.sprint_id),
    )  # fmt: skip


def estimate_modal(
    card: SprintCard,
    items: Sequence[ItemView],
    *,
    mine: dict[str, tuple[float, str]],
) -> dict[str, Any]:
    """Return the form for one's own votes; `mine` are those given before, by the item's id."""
    blocks = context(
        "Others see your votes when they are revealed. Leave out what you cannot know."
    )
    steps = [(f"{step:g}", amount(step, card.unit)) for step in SCALES[card.unit]]
    for number, item in enumerate(items):
        value, reason = mine.get(item.item_id, (None, ""))
        about = f"\n{escape(clip(line(item.about), 200))}" if item.about else ""
        after = f" · after {', '.join(map(str, item.needs))}" if item.needs else ""
        blocks += sections(f"{item.number}. {bold(item.title)}{after}{about}")
        chosen = None if value is None else f"{value:g}"
        blocks.append(one_field("How much?", f"v{number}", steps, chosen=chosen, nothing="No vote"))
        blocks.append(
            text_input(
                "Why so large?",
                block_id=f"r{number}",
                placeholder="E.g. the schema of refunds is not ours",
                optional=True,
                initial=reason,
                lines=False,
                most=300,
            )
        )
    ballot = SprintBallot(
        sprint_id=card.sprint_id, rounds=tuple((item.item_id, item.round) for item in items)
    )
    return modal(
        f"Estimate {card.public_id}",
        blocks,
        submit="Vote",
        callback_id="sprint.voted",
        payload=ballot,
    )


def items_modal(card: SprintCard) -> dict[str, Any]:
    """Return every item with what can be done about it now."""
    blocks = context(_items_hint(card))
    for item in card.items[:MOST_SHOWN]:
        blocks += sections(item_line(item, card.unit))
        blocks += actions(*_item_buttons(card, item))
    return modal(f"Items of {card.public_id}", blocks)


def _items_hint(card: SprintCard) -> str:
    if card.state is SprintState.RUNNING:
        return "*Start as a task* lets the team work on an item in a thread of its own."
    return "Items can be begun once the sprint was accepted."


def _item_buttons(card: SprintCard, item: ItemView) -> list[Block]:
    about = f"item {item.number}"

    def made(text: str, action: str, act: ItemAct, *, first: bool = False) -> Block:
        payload = SprintItemAction(sprint_id=card.sprint_id, item_id=item.item_id, act=act)
        found = button(text, action, payload, about=about)
        return {**found, "style": "primary"} if first else found

    if card.state is SprintState.ENDED:
        return []
    if item.state in (ItemState.DONE, ItemState.DROPPED):
        return [made("Open again", "sprint.reopen", "open")]
    drop = made("Drop", "sprint.drop", "drop")
    if card.state is not SprintState.RUNNING:
        return [drop]
    begin = made("Start as a task", "sprint.begin", "start", first=True)
    return [*([] if item.task else [begin]), made("Done", "sprint.done", "done"), drop]
