"""A past architecture review as a Markdown file: its agenda, findings, proposals and their fate."""

from bot.domain.architecture_review import (
    AgendaPoint,
    DebtProposal,
    PointResult,
    TechnologyProposal,
)
from bot.domain.days import day_words
from bot.domain.performance_target import limit_words
from bot.services.architecture_review_views import points_of, summary_of
from bot.services.context import Context
from bot.services.text_files import TextFile, post_file
from bot.slack.cards.architecture_review import TITLES, OutputLine, SummaryCard
from bot.slack.text import line
from storage.models import ArchitectureReview, Decision
from storage.uow import UnitOfWork


async def export(
    ctx: Context, review: ArchitectureReview, channel_id: str, *, receipt: str
) -> None:
    """Post a review as a file in a channel that may see it."""
    async with ctx.database.begin() as uow:
        text = await markdown(ctx, uow, review)
        file = TextFile(
            name=f"architecture-review-{review.public_id.lower()}.md",
            title=f"Architecture review {review.public_id}",
            comment=f"Architecture review {review.public_id}.",
            content=text,
        )
        place = (review.workspace_id, channel_id)
        await post_file(uow, file, place=place, key=f"review-export:{receipt}", now=ctx.clock.now())


async def markdown(ctx: Context, uow: UnitOfWork, review: ArchitectureReview) -> str:
    """Return the record of a review."""
    parts = [
        f"# Architecture review {review.public_id}",
        f"{day_words(review.opens_at, year=True)} {review.opens_at:%H:%M} UTC · {review.state}",
    ]
    summary = await summary_of(ctx, uow, review)
    if summary is not None:
        parts += _summary(summary)
    task = await uow.tasks.of_thread(review.thread_id)
    made = await uow.decisions.of_task(task.id) if task is not None else ()
    for agenda, result, problem in await points_of(uow, review):
        parts += _point(agenda, result, problem)
    if made:
        parts += ["## Decisions proposed", "\n".join(map(_decision, made))]
    if review.left_out:
        parts.append(f"Left out, as there was nothing: {', '.join(review.left_out)}.")
    return "\n\n".join(part for part in parts if part) + "\n"


def _summary(card: SummaryCard) -> list[str]:
    result = card.result
    return [
        "## Summary",
        f"**{line(result.headline)}**",
        _bullets(result.findings),
        "\n".join(f"- Open: {line(question)}" for question in result.questions),
        "## Proposals" if card.outputs else "",
        "\n".join(_output(output) for output in card.outputs),
    ]


def _output(output: OutputLine) -> str:
    body = output.body
    if isinstance(body, TechnologyProposal):
        said = f"Radar: {body.name} to {body.ring.value}. {line(body.reason)}"
    elif isinstance(body, DebtProposal):
        what = f"Plan for {body.ref}" if body.ref else "Debt"
        where = f" ({body.service})" if body.service else ""
        said = f"{what}: {line(body.title)}{where}. {line(body.plan)}"
    else:
        limit = limit_words(body.comparison, body.value, body.unit)
        said = f"Performance: {body.service} {body.metric} {limit}. {line(body.initiative)}"
    became = f"accepted: {output.result}" if output.state == "accepted" else output.state
    return f"- {said} _({became})_"


def _point(agenda: AgendaPoint, result: PointResult | None, problem: str) -> list[str]:
    rows = "\n".join(
        f"- {' '.join(part for part in (item.ref, line(item.title)) if part)}: {item.note}"
        for item in agenda.items
    )
    more = f"And {agenda.more} more." if agenda.more else ""
    if result is None:
        return [f"## {TITLES[agenda.kind]}", rows, more, f"Not worked. {line(problem)}".strip()]
    return [
        f"## {TITLES[agenda.kind]}",
        rows,
        more,
        f"**{line(result.headline)}**",
        _bullets(result.findings),
        "\n".join(f"- Open: {line(question)}" for question in result.questions),
    ]


def _decision(row: Decision) -> str:
    return f"- {row.public_id} {line(row.title)} · {row.state.value}"


def _bullets(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {line(text)}" for text in lines)
