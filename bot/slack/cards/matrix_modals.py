"""The forms of a technology matrix: opening one, scoring it, reading all scores."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.matrix import Criterion
from bot.domain.matrix.criteria import show_criteria
from bot.slack.blocks import context, modal, sections, text_input
from bot.slack.cards.matrix import MatrixCard, lines_of
from bot.slack.fields import one_field, people_field, several_field
from bot.slack.payloads import ChannelAction, MatrixAction
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
            people_field("Who scores? Empty: whoever may ask here", "invited"),
            several_field("Which specialists score as well?", "specialists", specialists, most=4),
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
    scores = [(str(value), text) for value, text in SCORES.items()]
    for number, (option_id, title) in enumerate(options):
        blocks += [{"type": "divider"}, *sections(bold(title))]
        blocks += [
            one_field(
                f"{item.name} ({item.weight} %)",
                f"s{number}.{at}",
                scores,
                chosen=_shown(mine.get((option_id, item.name))),
                nothing="No opinion",
            )
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


def _shown(score: int | None) -> str | None:
    return None if score is None else str(score)
