"""A specialist's message, short by rule, and the modal with the rest."""

from collections.abc import Iterable
from typing import Any

from bot.domain.output import MAX_BULLETS, MAX_MESSAGE_CHARS, Calculation, SpecialistOutput
from bot.slack.blocks import actions, button, context, message, modal, sections
from bot.slack.markdown import mrkdwn, mrkdwn_line, plain_line
from bot.slack.payloads import OutputAction
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, count, escape, line, size
from bot.slack.usage_text import call_usage
from bot.slack.views import SpecialistPost

_HEADLINE = 300


def specialist_post(view: SpecialistPost) -> Post:
    """Return the recommendation, bullets and open questions; what does not fit waits behind."""
    paragraphs, complete = _message(view.output)
    payload = OutputAction(task_id=view.task_id, key=view.key)
    shown: list[Block] = []
    if view.output.detail or view.output.sources or not complete:
        shown.append(button("Show details", "output.details", payload, about=view.title))
    if view.output.questions:
        shown.append(button("Escalate", "escalation.question", payload, about=view.title))
    used = [call_usage(view.usage, view.model)]
    if view.lookups:
        used.append(count(view.lookups, "tool call"))
    tail = actions(*shown) + context(" · ".join(filter(None, used)))
    return Post(
        text=escape(
            clip(plain_line(view.output.headline), _HEADLINE) or line(view.title) or "Done."
        ),
        blocks=message(sections("\n\n".join(paragraphs)), tail),
        username=view.voice.title,
        icon_emoji=view.voice.icon,
    )


def output_modal(view: SpecialistPost) -> dict[str, Any]:
    """Return the long form; what the message shows in full already is not said again."""
    output = view.output
    _, shown_in_full = _message(output)
    everything = "\n\n".join(_short_form(output, bullets=len(output.bullets)))
    repeated = shown_in_full and output.detail.strip()
    blocks = sections("" if repeated else everything) + sections(mrkdwn(output.detail))
    if output.sources:
        blocks += context("Sources: " + ", ".join(map(mrkdwn_line, output.sources)))
    return modal(view.voice.title, [*sections(bold(view.title)), *blocks])


def _message(output: SpecialistOutput) -> tuple[list[str], bool]:
    """Return the message's paragraphs and whether they are all there is beside the long form."""
    paragraphs, complete = _within(_short_form(output), MAX_MESSAGE_CHARS)
    return paragraphs, complete and len(output.bullets) <= MAX_BULLETS


def _short_form(output: SpecialistOutput, *, bullets: int = MAX_BULLETS) -> list[str]:
    """Return the message's paragraphs, most important first."""
    counted = {item for calculation in output.calculations for item in calculation.assumed}
    others = [item for item in output.assumptions if item not in counted]
    assumed = "; ".join(mrkdwn_line(item).rstrip(".") for item in others)
    return [
        paragraph
        for paragraph in (
            headline(output.headline),
            bullet_list(output.bullets[:bullets]),
            open_questions(output.questions),
            _calculated(output.calculations),
            f"*Assumed:* {assumed}" if assumed else "",
        )
        if paragraph
    ]


def _calculated(items: tuple[Calculation, ...]) -> str:
    lines = bullet_list(map(_calculation, items), ready=True)
    return f"*Calculated*\n{lines}" if lines else ""


def _within(paragraphs: list[str], limit: int) -> tuple[list[str], bool]:
    """Return the paragraphs that fit and whether that is all of them; the first always stays."""
    kept: list[str] = []
    for paragraph in paragraphs:
        if kept and size("\n\n".join([*kept, paragraph])) > limit:
            continue
        kept.append(paragraph)
    return kept, len(kept) == len(paragraphs)


def _calculation(item: Calculation) -> str:
    label, formula, result = map(mrkdwn_line, (item.label, item.formula, item.result))
    assumed = f" _(assumed: {mrkdwn_line('; '.join(item.assumed))})_" if item.assumed else ""
    return f"{label}: {formula} = {result}{assumed}"


def headline(text: str) -> str:
    """Return the sentence that must be read, in bold."""
    return bold(plain_line(text))


def bullet_list(items: Iterable[str], *, ready: bool = False) -> str:
    """Return the items as bullets; `ready` ones are mrkdwn already."""
    lines = (item if ready else mrkdwn_line(item) for item in items)
    return "\n".join(f"• {text}" for text in lines if text)


def open_questions(questions: tuple[str, ...]) -> str:
    """Return what cannot be known and matters: one in a line, several as bullets."""
    if len(questions) == 1:
        return f"*Open:* {mrkdwn_line(questions[0])}"
    return f"*Open*\n{bullet_list(questions)}" if questions else ""
