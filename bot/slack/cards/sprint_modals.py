"""The forms of a sprint: its beginning, an item, estimates, items at work."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.domain.sprint.estimates import SCALES, amount
from bot.domain.sprint.states import ItemState, SprintState
from bot.slack.blocks import actions, button, context, modal, sections, text_input
from bot.slack.cards.sprint import ItemView, SprintCard, item_line
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
            _date("First day", "first", first),
            _date("Last day", "last", last),
            _people(people),
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
            _specialist(specialists),
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
    for number, item in enumerate(items):
        value, reason = mine.get(item.item_id, (None, ""))
        about = f"\n{escape(clip(line(item.about), 200))}" if item.about else ""
        after = f" · after {', '.join(map(str, item.needs))}" if item.needs else ""
        blocks += sections(f"{item.number}. {bold(item.title)}{after}{about}")
        blocks.append(_value(f"v{number}", card.unit, chosen=value))
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


def _value(block_id: str, unit: str, *, chosen: float | None) -> Block:
    options = [
        {"value": f"{step:g}", "text": {"type": "plain_text", "text": amount(step, unit)}}
        for step in SCALES[unit]
    ]
    element: Block = {
        "type": "static_select",
        "action_id": "choice",
        "placeholder": {"type": "plain_text", "text": "No vote"},
        "options": options,
    }
    if chosen is not None:
        element["initial_option"] = next(o for o in options if o["value"] == f"{chosen:g}")
    return {
        "type": "input",
        "block_id": block_id,
        "optional": True,
        "label": {"type": "plain_text", "text": "How much?"},
        "element": element,
    }


def _date(label: str, block_id: str, initial: date) -> Block:
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": label},
        "element": {
            "type": "datepicker",
            "action_id": "date",
            "initial_date": initial.isoformat(),
        },
    }


def _people(chosen: Sequence[str]) -> Block:
    element: Block = {"type": "multi_users_select", "action_id": "users"}
    if chosen:
        element["initial_users"] = list(chosen)
    return {
        "type": "input",
        "block_id": "people",
        "optional": True,
        "label": {"type": "plain_text", "text": "Whose days count? Empty: everybody here"},
        "element": element,
    }


def _specialist(specialists: Sequence[tuple[str, str]]) -> Block:
    options = [
        {"value": name, "text": {"type": "plain_text", "text": clip(title, 75)}}
        for name, title in specialists
    ]
    return {
        "type": "input",
        "block_id": "specialists",
        "optional": True,
        "label": {"type": "plain_text", "text": "Whose is it?"},
        "element": {
            "type": "multi_static_select",
            "action_id": "choices",
            "max_selected_items": 3,
            "options": options,
        },
    }
