"""An assessment as people read it: what matters, what follows, then the figures."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.assessment import NOT_ENOUGH, AssessmentReading, Figure, Findings, Period
from bot.domain.assessment.period import TITLES
from bot.domain.days import day_words
from bot.slack.blocks import button, context, header, message, sections
from bot.slack.payloads import AssessmentProposal
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, escape, line

_LONG = 300


@dataclass(frozen=True)
class AssessmentCard:
    """One assessment; `reading` is a model's, where one was asked and has answered."""

    assessment_id: str
    public_id: str
    period: Period
    since: datetime
    until: datetime
    findings: Findings
    reading: AssessmentReading | None
    model: str

    @property
    def proposals(self) -> tuple[str, ...]:
        """What is proposed: the model's actions, else those of the rules."""
        if self.reading is not None and self.is_read:
            return self.reading.proposals[:4]
        return self.findings.proposals

    @property
    def is_read(self) -> bool:
        """Whether the proposals are a model's."""
        return self.reading is not None and bool(self.reading.proposals)


def assessment_card(card: AssessmentCard, *, buttons: bool = True) -> Post:
    """Return the message; each proposal can be made an action."""
    body, said = header(title(card)), _headline(card)
    if said not in card.proposals:
        body += sections(bold(clip(line(said), _LONG)))
    if card.reading is not None:
        body += sections("\n".join(f"• {_said(text)}" for text in card.reading.observations[:4]))
    for position, text in enumerate(card.proposals):
        body += _proposal(card, position, text) if buttons else sections(f"• {_said(text)}")
    body += _figures(card)
    if card.findings.topics:
        told = "\n".join(f"• {_said(text)}" for text in card.findings.topics)
        body += sections(f"*Most voted for in retrospectives*\n{told}")
    read = f"Read by {escape(card.model)}. " if card.reading is not None else "Read by rule. "
    export = f"`/lead assessment export {card.public_id}` posts it as a file." if buttons else ""
    tail = context(f"{read}Counted from this channel's rows; in brackets the time before. {export}")
    return Post(text=f"{title(card)}: {escape(_headline(card))}", blocks=message(body, tail))


def title(card: AssessmentCard) -> str:
    """Return what it is called, with its days."""
    number = f" {card.public_id}" if card.assessment_id else ""
    return (
        f"{TITLES[card.period]}{number}, {day_words(card.since)} to"
        f" {day_words(card.until, year=True)}"
    )


def as_markdown(card: AssessmentCard) -> str:
    """Return an assessment as Markdown, whole."""
    parts = [f"# {title(card)}", line(_headline(card))]
    if card.reading is not None:
        parts.append(_list("What is to be seen", card.reading.observations))
    parts.append(_list("Proposals", card.proposals))
    parts += [_list(part, [_plain(figure) for figure in figures]) for part, figures in _parts(card)]
    parts.append(_list("Most voted for in retrospectives", card.findings.topics))
    return "\n\n".join(part for part in parts if part) + "\n"


def _list(name: str, lines: list[str] | tuple[str, ...]) -> str:
    return f"## {name}\n\n" + "\n".join(f"- {line(text)}" for text in lines) if lines else ""


def _headline(card: AssessmentCard) -> str:
    return card.reading.headline if card.reading is not None else card.findings.headline


def _said(text: str) -> str:
    return escape(clip(line(text), _LONG))


def _proposal(card: AssessmentCard, position: int, text: str) -> list[Block]:
    payload = AssessmentProposal(
        assessment_id=card.assessment_id, position=position, by_model=card.is_read
    )
    press = button("Make an action", "assessment.act", payload, about=clip(line(text), 40))
    first, *rest = sections(f"• {_said(text)}")
    return [{**first, "accessory": press}, *rest]


def _figures(card: AssessmentCard) -> list[Block]:
    body: list[Block] = []
    for part, figures in _parts(card):
        told = [figure for figure in figures if figure.is_told]
        lines = "\n".join(f"• {_figure(figure)}" for figure in told)
        body += sections(f"*{part}*\n{lines}" if told else "")
    silent = [figure for figure in card.findings.figures if not figure.is_told]
    return body + sections(f"*Nothing to tell of* {_names(silent)}" if silent else "")


def _names(figures: list[Figure]) -> str:
    """Return what is left out, with how little there is where that is why."""
    names = [
        f"{figure.name} ({figure.value.partition(': ')[2]})"
        if figure.value.startswith(NOT_ENOUGH)
        else figure.name
        for figure in figures
    ]
    return escape("; ".join(names))


def _parts(card: AssessmentCard) -> list[tuple[str, list[Figure]]]:
    found: dict[str, list[Figure]] = {}
    for figure in card.findings.figures:
        found.setdefault(figure.part, []).append(figure)
    return list(found.items())


def _figure(figure: Figure) -> str:
    return escape(_plain(figure))


def _plain(figure: Figure) -> str:
    was = f" ({figure.was})" if figure.was and not figure.was.startswith(NOT_ENOUGH) else ""
    trend = f" · {' → '.join(figure.trend)}" if figure.trend else ""
    return f"{figure.name}: {figure.value}{was}{trend}"
