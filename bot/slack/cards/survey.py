"""Surveys as people see them: a question with a button, a form of five answers, the counts."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.survey import QUESTIONS, SCALES, TITLES, SurveyKind, approving, mean
from bot.slack.blocks import actions, button, context, message, modal, sections
from bot.slack.fields import field, options_of
from bot.slack.payloads import SurveyRef
from bot.slack.post import Block, Post
from bot.slack.text import escape, moment

_COUNTED = (
    "I count the answer and keep no note of whose it is, so it cannot be changed afterwards. That"
    " you have answered is kept until the survey closes."
)


@dataclass(frozen=True)
class SurveyCard:
    """One survey; `scores` are how many chose 1 to 5, None while they may not be shown."""

    survey_id: str
    public_id: str
    kind: SurveyKind
    is_open: bool
    closes_at: datetime
    closed_at: datetime | None
    minimum: int
    scores: tuple[int, ...] | None


def survey_card(card: SurveyCard) -> Post:
    """Return the message in the channel."""
    title = f"{TITLES[card.kind]} {card.public_id}"
    if not card.is_open:
        text = f"*{title}* is closed. {_result(card)}"
        return Post(text=escape(title), blocks=message(sections(text)))
    if card.kind is SurveyKind.STAKEHOLDERS:
        text = (
            f"*{title}*: I ask the stakeholders by direct message until {moment(card.closes_at)}."
        )
        return Post(text=title, blocks=message(sections(text), _small(card)))
    return _question(card, title)


def ask_card(card: SurveyCard) -> Post:
    """Return the question to one person."""
    return _question(card, f"{TITLES[card.kind]} {card.public_id}")


def _question(card: SurveyCard, title: str) -> Post:
    text = f"*{title}*\n{QUESTIONS[card.kind]}"
    return Post(
        text=f"{title}: {QUESTIONS[card.kind]}",
        blocks=message(sections(text) + _answer(card), _small(card)),
    )


def _answer(card: SurveyCard) -> list[Block]:
    payload = SurveyRef(survey_id=card.survey_id)
    return actions(button("Answer", "survey.answer", payload, about=card.public_id))


def _small(card: SurveyCard) -> list[Block]:
    return context(
        f"Anonymous, until {moment(card.closes_at)}. Of fewer than {card.minimum} answers nothing"
        " is shown or kept."
    )


def reminder_post(card: SurveyCard) -> Post:
    """Return what is said before the end; it names nobody."""
    text = (
        f"{card.public_id} closes {moment(card.closes_at)}. If you have not answered yet:"
        f" {QUESTIONS[card.kind]}"
    )
    return Post(text=text, blocks=message(sections(text) + _answer(card)))


def result_post(card: SurveyCard) -> Post:
    """Return what a closed survey came to."""
    text = f"*{TITLES[card.kind]} {card.public_id}* {_result(card)}"
    tail = context("`/lead metrics` shows it beside its target, `/lead survey export` as a file.")
    return Post(text=text, blocks=message(sections(text), tail))


def _result(card: SurveyCard) -> str:
    if card.scores is None:
        return (
            f"There were too few answers to show any (it takes {card.minimum}); nothing of them is"
            " kept."
        )
    counts = " · ".join(f"{place}: {many}" for place, many in enumerate(card.scores, 1))
    return (
        f"{mean(card.scores):.2f} of 5, {approving(card.scores):.0f} % chose 4 or 5,"
        f" n={sum(card.scores)}. {counts}"
    )


def answer_modal(card: SurveyCard) -> dict[str, Any]:
    """Return the form of five answers; none is chosen beforehand."""
    options = options_of([(str(at), words) for at, words in enumerate(SCALES[card.kind], 1)])
    element: Block = {"type": "radio_buttons", "action_id": "choice", "options": options}
    asked = field(QUESTIONS[card.kind], "score", element, optional=False)
    return modal(
        f"{TITLES[card.kind]}",
        [asked, *context(_COUNTED)],
        submit="Answer",
        callback_id="survey.answered",
        payload=SurveyRef(survey_id=card.survey_id),
    )


def survey_list(cards: Sequence[SurveyCard]) -> Post:
    """Return a channel's surveys, and what one may do."""
    lines = [
        f"• {card.public_id} {TITLES[card.kind]}: "
        + (f"open until {moment(card.closes_at)}" if card.is_open else _result(card))
        for card in cards
    ] or ["No survey here yet."]
    foot = (
        "`/lead survey team` opens one here, `/lead survey stakeholders @who …` asks people by"
        " direct message, `/lead schedule survey first Monday 10:00` does it by itself."
    )
    return Post(text="Surveys", blocks=message(sections("\n".join(lines)), context(foot)))


def as_csv(cards: Sequence[SurveyCard]) -> str:
    """Return closed surveys as CSV; of too few answers the counts are empty."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["survey", "kind", "closed_at", "answers", "mean", "approving_percent",
                   *(f"score_{place}" for place in range(1, 6))])  # fmt: skip
    for card in cards:
        if card.closed_at is None:
            continue
        told: list[object] = [""] * 8
        if card.scores is not None:
            told = [sum(card.scores), f"{mean(card.scores):.2f}", f"{approving(card.scores):.1f}",
                    *card.scores]  # fmt: skip
        rows.writerow([card.public_id, card.kind.value, card.closed_at.isoformat(), *told])
    return out.getvalue()
