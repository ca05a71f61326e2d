"""An architecture review's messages: the agenda, what specialists find, what is proposed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.architecture_review import (
    AgendaPoint,
    DebtProposal,
    PointKind,
    PointResult,
    ReviewResult,
    TargetProposal,
    TechnologyProposal,
)
from bot.domain.days import day_words
from bot.domain.performance_target import amount, limit_words
from bot.slack.blocks import actions, button, context, message, sections
from bot.slack.cards.specialist import bullet_list, headline, open_questions
from bot.slack.markdown import mrkdwn_line, plain_line
from bot.slack.payloads import ReviewAction, ReviewOutputAction
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, count, escape, line, mention, moment, size
from bot.slack.views import Voice

TITLES: dict[PointKind, str] = {
    PointKind.DECISIONS: "Decisions and their impact",
    PointKind.DEBT: "Technical debt",
    PointKind.CHANGES: "Upcoming changes",
    PointKind.TECHNOLOGY: "Technology",
    PointKind.PERFORMANCE: "Performance against targets",
}
_EMPTY: dict[PointKind, str] = {
    PointKind.DECISIONS: "decisions",
    PointKind.DEBT: "debt",
    PointKind.CHANGES: "open tasks",
    PointKind.TECHNOLOGY: "technology",
    PointKind.PERFORMANCE: "performance targets",
}
_TEXT, _TITLE, _FINDING, _QUESTIONS = 200, 80, 180, 3
"""Characters, and how many questions: ten proposals with their buttons fit into one message."""


@dataclass(frozen=True)
class PointLine:
    """One line of the agenda."""

    kind: PointKind
    title: str
    """The specialist's."""
    rows: int
    worked: bool
    problem: str = ""


@dataclass(frozen=True)
class ReviewCard:
    """What the first message shows."""

    review_id: str
    public_id: str
    state: str
    opens_at: datetime
    closes_at: datetime
    points: tuple[PointLine, ...]
    left_out: tuple[PointKind, ...]
    headline: str = ""
    """The summary's, once there is one."""
    proposed: int = 0
    decided: int = 0
    closed_by: str = ""
    stopped: str = ""
    """Why it goes no further; empty: it does, or it is closed."""


@dataclass(frozen=True)
class OutputLine:
    """One proposal as it stands."""

    output_id: str
    body: DebtProposal | TechnologyProposal | TargetProposal
    state: str
    owner_id: str = ""
    was: str = ""
    """The technology's ring now."""
    current: float | None = None
    """What was measured last."""
    due_on: date | None = None
    result: str = ""
    decided_by: str = ""


@dataclass(frozen=True)
class SummaryCard:
    """What the message at the end shows."""

    public_id: str
    result: ReviewResult
    outputs: tuple[OutputLine, ...]
    model: str
    voice: Voice


def review_card(card: ReviewCard) -> Post:
    """Return the first message: the agenda with what is done of it."""
    head = f"*Architecture review {card.public_id}*"
    parts = [f"{head} · {_standing(card)}", "\n".join(_lines(card))]
    if card.headline:
        parts.append(mrkdwn_line(card.headline))
    tail = context(_left_out(card.left_out, any_point=bool(card.points)))
    if card.state == "open" and not card.stopped:
        tail += context("Reply in the thread: each next point and the summary read what you say.")
        if all(point.worked for point in card.points):
            payload = ReviewAction(review_id=card.review_id)
            tail += actions(button("Sum up now", "review.close", payload, about=card.public_id))
    body = [block for part in parts for block in sections(part)]
    return Post(
        text=f"Architecture review {card.public_id}: {count(len(card.points), 'point')}",
        blocks=message(body, tail),
    )


def _standing(card: ReviewCard) -> str:
    if card.stopped:
        return escape(card.stopped)
    match card.state:
        case "planned":
            return f"waits for the end of quiet hours, {moment(card.opens_at)}"
        case "open":
            done = all(point.worked for point in card.points)
            what = "open for talk until" if done else "at work; open until"
            return f"{what} {moment(card.closes_at, '{time}')}"
        case "closing":
            return "is being summed up"
    if not card.points:
        return "nothing on the agenda"
    by = f" by {mention(card.closed_by)}" if card.closed_by else ""
    if not card.headline:
        return f"closed{by} without a summary"
    waits = card.proposed - card.decided
    return f"closed{by}" + (f" · {count(waits, 'proposal')} to decide" if waits else "")


def _lines(card: ReviewCard) -> Iterable[str]:
    begun = False
    for point in card.points:
        sign = "✅" if point.worked and not point.problem else "⚠️"
        if not point.worked:
            sign, begun = ("▫️" if begun or card.state != "open" else "⏳"), True
        rows = count(point.rows, "row")
        yield f"{sign} {TITLES[point.kind]} · {rows} · {escape(point.title)}"


def _left_out(kinds: Sequence[PointKind], *, any_point: bool) -> str:
    if not kinds:
        return ""
    names = ", ".join(_EMPTY[kind] for kind in kinds)
    return (
        f"Left out, as there is nothing to speak of: {names}."
        if any_point
        else (
            f"There is nothing to speak of: {names}. `/lead debt add`, `/lead radar move` and"
            " `/lead targets set` fill the registers."
        )
    )


def preview_text(points: Sequence[AgendaPoint], left_out: Sequence[PointKind]) -> str:
    """Return what would be on the agenda now."""
    lines = [
        f"• {TITLES[point.kind]} · {count(len(point.items) + point.more, 'row')}"
        for point in points
    ]
    head = "*An architecture review* would speak of:" if lines else "*An architecture review*"
    return "\n".join([head, *lines, _left_out(left_out, any_point=bool(lines))])


def point_post(
    agenda: AgendaPoint, result: PointResult | None, *, voice: Voice, problem: str, model: str
) -> Post:
    """Return what a specialist found; its proposals come with the summary."""
    title = TITLES[agenda.kind]
    if result is None:
        text = f"*{title}*\nI could not work this point: {escape(line(problem))}"
        said = "It could not be worked."
    else:
        drafts = _drafts(result)
        parts = [
            f"*{title}*",
            headline(result.headline),
            bullet_list(result.findings),
            f"*Proposes:* {drafts}" if drafts else "",
        ]
        text = "\n".join(part for part in parts if part)
        asked = open_questions(result.questions)
        text = f"{text}\n\n{asked}" if asked else text
        said = plain_line(result.headline)
    return Post(
        text=escape(f"{title}: {said}"),
        blocks=message(sections(text), context(escape(model))),
        username=voice.title,
        icon_emoji=voice.icon,
    )


def _drafts(result: PointResult) -> str:
    names = [
        *(f"a decision “{escape(clip(line(d.title), 80))}”" for d in result.decisions),
        *(
            f"a plan for {escape(d.ref)}"
            if d.ref
            else f"a debt “{escape(clip(line(d.title), 80))}”"
            for d in result.debts
        ),
        *(f"{escape(t.name)} to {t.ring.value}" for t in result.technologies),
        *(f"an initiative for {escape(f'{t.service} {t.metric}')}" for t in result.targets),
    ]
    return "; ".join(names)


def summary_card(card: SummaryCard) -> Post:
    """Return the summary with a row of buttons for each proposal that nobody has decided."""
    result = card.result
    head = [
        f"*Summary* · {card.public_id}\n{headline(_short(result.headline, _TEXT))}",
        bullet_list(_short(text, _FINDING) for text in result.findings),
        open_questions(tuple(_short(q, _FINDING) for q in result.questions[:_QUESTIONS])),
    ]
    body: list[Block] = [block for part in head for block in sections(part)]
    for output in card.outputs:
        body += _output(output)
    decisions = (
        f"{count(len(result.decisions), 'decision')} proposed below. " if result.decisions else ""
    )
    tail = context(f"{decisions}{escape(card.model)} · `/lead review export {card.public_id}`")
    return Post(
        text=f"Summary of {card.public_id}: {escape(plain_line(result.headline))}",
        blocks=message(body, tail),
        username=card.voice.title,
        icon_emoji=card.voice.icon,
    )


def _output(output: OutputLine) -> list[Block]:
    title, details = _told(output)
    if output.state != "proposed":
        end = f"accepted by {mention(output.decided_by)}: {escape(output.result)}"
        if output.state == "dismissed":
            end = f"dismissed by {mention(output.decided_by)}"
        return sections(f"{title} · {end}")
    payload = ReviewOutputAction(output_id=output.output_id)
    about = plain_line(title.replace("*", ""))
    return sections("\n".join([title, *details])) + actions(
        button("Accept", "review.accept", payload, about=about, style="primary"),
        button("Edit", "review.edit", payload, about=about),
        button("Dismiss", "review.dismiss", payload, about=about),
    )


def _told(output: OutputLine) -> tuple[str, list[str]]:
    """Return a proposal's first line and what stands below it."""
    body = output.body
    if isinstance(body, TechnologyProposal):
        was = output.was or "new"
        return f"*Radar* · {bold(_short(body.name, 60))}: {was} → {body.ring.value}", [
            _line("", body.reason)
        ]
    if isinstance(body, DebtProposal):
        what = f"Plan for {escape(clip(body.ref, 12))}" if body.ref else "Debt"
        service = f" · {escape(_short(body.service, 60))}" if body.service else ""
        days = f"{count(body.effort_days, 'day')} of work" if body.effort_days else ""
        return f"*{what}* · {bold(_short(body.title, _TITLE))}{service}", [
            text
            for text in (
                _line("Costs: ", body.interest),
                _line("Plan: ", body.plan),
                _who(output, days),
            )
            if text
        ]
    limit = limit_words(body.comparison, body.value, body.unit)
    now = f", {amount(output.current, body.unit)} now" if output.current is not None else ""
    what = bold(_short(f"{body.service} {body.metric}", _TITLE))
    title = f"*Performance* · {what} {escape(limit + now)}"
    return title, [text for text in (_line("", body.initiative), _who(output, "")) if text]


def _short(text: str, limit: int) -> str:
    """Return text that takes at most `limit` units once it is escaped: an `&` takes five."""
    kept = clip(line(text), limit)
    while (excess := size(escape(kept)) - limit) > 0:
        kept = clip(kept, size(kept) - max(1, excess // 5))
    return kept


def _line(label: str, text: str) -> str:
    return f"{label}{mrkdwn_line(_short(text, _TEXT))}" if text.strip() else ""


def _who(output: OutputLine, effort: str) -> str:
    owner = f"owner {mention(output.owner_id)}" if output.owner_id else "no owner yet"
    due = f"due {day_words(output.due_on, weekday=True)}" if output.due_on else ""
    return f"_{' · '.join(part for part in (owner, effort, due) if part)}_"
