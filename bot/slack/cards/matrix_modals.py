"""The forms of a technology matrix: opening one, scoring it, reading all scores."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.matrix import Criterion
from bot.domain.matrix.criteria import show_criteria
from bot.slack.blocks import context, modal, sections, text_input
from bot.slack.cards.matrix import MatrixCard, lines_of
from bot.slack.payloads import ChannelAction, MatrixAction
from bot.slack.post import Block
from bot.slack.text import bold, clip, line

SCORES = {
    5: "5 – very good",
    4: "4 – good",
    3: "3 – neither",
    2: "2 – poor",
    1: "1 – very poor",
}


def new_matrix_modal(
    place: ChannelAction,
    *,
    question: str,
    criteria: Sequence[Criterion],
    specialists: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """Return the form that opens a matrix; `specialists` are (name, title)."""
    return modal(
        "New matrix",
        [
            text_input(
                "What is to be chosen?",
                block_id="question",
                placeholder="E.g. Which message broker for order events?",
                initial=question,
                lines=False,
                most=300,
            ),
            text_input(
                "Options, one a line",
                block_id="options",
                placeholder="Kafka\nRabbitMQ\nNATS",
                most=600,
            ),
            text_input(
                "Criteria with weights that sum to 100",
                block_id="criteria",
                placeholder="team expertise 35",
                initial=show_criteria(criteria),
                most=600,
            ),
            _people(),
            _specialists(specialists),
            *context("Scores stay hidden until you reveal, or all who were invited have scored."),
        ],
        submit="Open",
        callback_id="matrix.new",
        payload=place,
    )


def score_modal(
    card: MatrixCard,
    options: Sequence[tuple[str, str]],
    *,
    mine: Mapping[tuple[str, str], int],
    reasons: Mapping[str, str],
) -> dict[str, Any]:
    """Return the form for one's own scores.

    `options` are (id, title), `mine` are by (id, criterion), `reasons` by id.
    """
    blocks = sections(bold(clip(line(card.question), 150)))
    blocks += context(
        "5 is best for the team: low cost scores high. Leave out what you cannot know."
    )
    for number, (option_id, title) in enumerate(options):
        blocks += [{"type": "divider"}, *sections(bold(title))]
        blocks += [
            _choice(item, block_id=f"s{number}.{at}", chosen=mine.get((option_id, item.name)))
            for at, item in enumerate(card.criteria)
        ]
        blocks.append(
            text_input(
                f"Why, for {title}?",
                block_id=f"r{number}",
                placeholder="One sentence, e.g. two of us ran it for three years",
                optional=True,
                initial=reasons.get(option_id, ""),
                lines=False,
                most=500,
            )
        )
    return modal(
        f"Score {card.public_id}",
        blocks,
        submit="Score",
        callback_id="matrix.scored",
        payload=MatrixAction(matrix_id=card.matrix_id),
    )


def matrix_details_modal(card: MatrixCard) -> dict[str, Any]:
    """Return every score with who gave it and why."""
    return modal(f"Scores of {card.public_id}", lines_of(card))


def _choice(item: Criterion, *, block_id: str, chosen: int | None) -> Block:
    options = [
        {"value": str(value), "text": {"type": "plain_text", "text": text}}
        for value, text in SCORES.items()
    ]
    element: Block = {
        "type": "static_select",
        "action_id": "choice",
        "placeholder": {"type": "plain_text", "text": "No opinion"},
        "options": options,
    }
    if chosen is not None:
        element["initial_option"] = next(o for o in options if o["value"] == str(chosen))
    return {
        "type": "input",
        "block_id": block_id,
        "optional": True,
        "label": {"type": "plain_text", "text": f"{item.name} ({item.weight} %)"},
        "element": element,
    }


def _people() -> Block:
    return {
        "type": "input",
        "block_id": "invited",
        "optional": True,
        "label": {"type": "plain_text", "text": "Who scores? Empty: whoever may ask here"},
        "element": {"type": "multi_users_select", "action_id": "users"},
    }


def _specialists(specialists: Sequence[tuple[str, str]]) -> Block:
    return {
        "type": "input",
        "block_id": "specialists",
        "optional": True,
        "label": {"type": "plain_text", "text": "Which specialists score as well?"},
        "element": {
            "type": "multi_static_select",
            "action_id": "choices",
            "max_selected_items": 4,
            "options": [
                {"value": name, "text": {"type": "plain_text", "text": clip(title, 75)}}
                for name, title in specialists
            ],
        },
    }
