"""A technology matrix: who has scored while it is open, what came out once it is revealed."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from bot.domain.matrix import Cell, Criterion, Result, Score, evaluate, told_turns
from bot.domain.matrix.words import decimal, turn_words, verdict
from bot.slack.blocks import actions, button, context, message, sections
from bot.slack.payloads import MatrixAction
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, count, escape, line, mention, moment

_MOST_TURNS = 3
_TITLE = 150


@dataclass(frozen=True)
class MatrixCard:
    """What the card shows; `scores` are empty until it is revealed."""

    matrix_id: str
    public_id: str
    question: str
    owner_id: str
    options: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    invited: tuple[str, ...]
    specialists: tuple[str, ...]
    """Those who were chosen to score."""
    scorers: tuple[str, ...]
    """People and specialists who have scored."""
    specialists_asked: bool
    revealed_at: datetime | None
    revealed_by: str | None
    scores: tuple[Score, ...]
    decision: str = ""
    """The proposal's public id, once there is one."""


def matrix_card(card: MatrixCard) -> Post:
    """Return the card with its buttons."""
    if card.revealed_at is None:
        return _open(card)
    result = evaluate(card.options, card.criteria, card.scores)
    payload, about = MatrixAction(matrix_id=card.matrix_id), card.public_id
    buttons = [button("Scores and reasons", "matrix.details", payload, about=about)]
    if result.winners and not card.decision:
        propose = button("Propose as decision", "matrix.propose", payload, about=about)
        buttons.insert(0, {**propose, "style": "primary"})
    body = sections(_head(card)) + sections(bold(verdict(result)))
    body += result_sections(result) + sections(_firmness(result))
    tail = context(" · ".join(filter(None, (*_small_print(card, result), _standing(card)))))
    return Post(
        text=f"{card.public_id} {escape(clip(card.question, _TITLE))}: {escape(verdict(result))}",
        blocks=message(body, tail + actions(*buttons)),
    )


def _open(card: MatrixCard) -> Post:
    payload, about = MatrixAction(matrix_id=card.matrix_id), card.public_id
    buttons = [
        button("Score", "matrix.score", payload, about=about, style="primary"),
        button("Reveal", "matrix.reveal", payload, about=about),
    ]
    if card.specialists and not card.specialists_asked:
        buttons.append(button("Ask the specialists", "matrix.ask", payload, about=about))
    weights = ", ".join(f"{escape(item.name)} {item.weight} %" for item in card.criteria)
    body = sections(_head(card)) + sections(
        f"*Options:* {', '.join(escape(option) for option in card.options)}\n*Weights:* {weights}"
    )
    when = "all who were invited have scored, or " if card.invited else ""
    hidden = f"Hidden until {when}{mention(card.owner_id)} reveals."
    body += context(f"{_progress(card)} {hidden}")
    title = clip(line(card.question), _TITLE)
    return Post(
        text=f"{card.public_id} to be scored: {escape(title)}",
        blocks=message(body, actions(*buttons)),
    )


def _head(card: MatrixCard) -> str:
    return f"*Matrix {card.public_id}* · {bold(clip(line(card.question), _TITLE))}"


def _progress(card: MatrixCard) -> str:
    done = ", ".join(_named(name) for name in card.scorers)
    waiting = [name for name in (*card.invited, *card.specialists) if name not in card.scorers]
    first = f"Scored by {done}." if done else "Nobody has scored yet."
    return f"{first} Waits for {', '.join(map(_named, waiting))}." if waiting else first


def _named(name: str) -> str:
    return mention(name)


def result_sections(result: Result) -> list[Block]:
    """Return a section for each option, best first: its total, then its mean by criterion.

    A table of them is wider than a phone, where columns are then read one at a time.
    """
    alike = len({cell.count for cell in result.cells.values()}) == 1
    ranked = sorted(result.options, key=lambda option: -result.totals.get(option, Fraction(0)))
    found: list[Block] = []
    for option in ranked:
        total = f" · {decimal(result.totals[option])} of 5" if result.totals else ""
        lines = [f"{bold(option)}{total}"]
        lines += [
            f"{escape(item.name)} {item.weight} %:"
            f" {_cell(result.cells[option, item.name], alike=alike)}"
            for item in result.criteria
        ]
        found += sections("\n".join(lines))
    return found


def _cell(cell: Cell, *, alike: bool) -> str:
    """Return a mean, with how many scores it has where cells differ in that."""
    if cell.mean is None:
        return "–"
    return decimal(cell.mean) if alike else f"{decimal(cell.mean)} (n={cell.count})"


def _firmness(result: Result) -> str:
    """Return the nearest changes of weight that make another option win."""
    if len(result.winners) != 1 or len(result.compared) < 2:
        return ""
    found = told_turns(result)
    if not found:
        return f"No change of a single weight takes the win from {escape(result.winners[0])}."
    return "\n".join(f"• {escape(turn_words(turn, result))}" for turn in found[:_MOST_TURNS])


def _small_print(card: MatrixCard, result: Result) -> list[str]:
    parts = []
    if result.left_out:
        names = ", ".join(
            f"{escape(item.name)} (nothing for {', '.join(_lacking(result, item.name))})"
            for item in result.left_out
        )
        parts.append(f"Not counted, for want of scores: {names}")
    parts.append(_halves(card, result))
    people = {score.scorer for score in card.scores if not score.by_specialist}
    experts = {score.scorer for score in card.scores if score.by_specialist}
    scored = [count(len(people), "person", "people")] + (
        [count(len(experts), "specialist")] if experts else []
    )
    counts = {cell.count for cell in result.cells.values()}
    each = f", {count(counts.pop(), 'score')} in each cell" if len(counts) == 1 else ""
    parts.append(f"Scored by {' and '.join(scored)}{each}")
    bases = sorted({s.basis for s in card.scores if s.by_specialist and s.basis})
    parts.append(f"specialists: {escape(', '.join(bases))}" if bases else "")
    return parts


def _lacking(result: Result, criterion: str) -> list[str]:
    return [escape(option) for option, name in result.missing if name == criterion]


def _halves(card: MatrixCard, result: Result) -> str:
    """Return what people and specialists would choose alone, where that differs."""
    kinds = {True: "specialists", False: "people"}
    alone = {
        who: evaluate(
            card.options, card.criteria, [s for s in card.scores if s.by_specialist is kind]
        ).winners
        for kind, who in kinds.items()
    }
    if not all(alone.values()) or len(set(alone.values())) == 1:
        return ""
    return "; ".join(f"{who} alone: {escape(' and '.join(won))}" for who, won in alone.items())


def _standing(card: MatrixCard) -> str:
    when = moment(card.revealed_at) if card.revealed_at else ""
    by = f"revealed by {mention(card.revealed_by)}" if card.revealed_by else "all have scored"
    return f"{by}, {when}" + (f" · proposed as {card.decision}" if card.decision else "")


def lines_of(card: MatrixCard) -> list[Block]:
    """Return every score with its scorer and reason, option by option."""
    found: list[Block] = []
    for option in card.options:
        lines = [bold(option)]
        for item in card.criteria:
            here = [s for s in card.scores if (s.option, s.criterion) == (option, item.name)]
            said = [f"{_named(s.scorer)} {s.value or '–'}{_because(s)}" for s in here]
            lines.append(f"• {escape(item.name)}: {'; '.join(said) or 'no score'}")
        lines += [
            f"_{_named(score.scorer)}: {escape(line(score.reason))}_"
            for score in _reasons(card, option)
        ]
        found += sections("\n".join(lines))
    return found


def _because(score: Score) -> str:
    if not score.by_specialist or not score.reason:
        return ""
    return f" ({escape(clip(line(score.reason), 200))})"


def _reasons(card: MatrixCard, option: str) -> list[Score]:
    """Return one score of each person who gave a reason for the option."""
    first: dict[str, Score] = {}
    for score in card.scores:
        if score.option == option and score.reason and not score.by_specialist:
            first.setdefault(score.scorer, score)
    return list(first.values())
