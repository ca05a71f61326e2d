"""The lead speaks: a recommendation out of the team's work, or a direct answer."""

from bot.domain.output import Disagreement
from bot.slack.blocks import actions, button, context, message, sections
from bot.slack.cards.specialist import bullet_list, headline, open_questions
from bot.slack.feedback import feedback
from bot.slack.markdown import mrkdwn, mrkdwn_line, plain_line
from bot.slack.payloads import OutputAction, TaskAction
from bot.slack.post import Block, Post
from bot.slack.text import escape, line
from bot.slack.usage_text import usage_sentence
from bot.slack.views import SynthesisPost, UsageLine, Voice


def synthesis_post(view: SynthesisPost) -> Post:
    """Return the recommendation with the footer of who ran."""
    told = view.synthesis
    points = [_disagreement(item, view.titles) for item in told.disagreements]
    steps = [f"{n}. {mrkdwn_line(step)}" for n, step in enumerate(told.next_steps, 1)]
    label = f"*Recommendation* · {view.public_id}"
    parts = [
        "\n".join(filter(None, (label, headline(told.headline), mrkdwn(told.summary)))),
        _titled("Where they disagreed", bullet_list(points, ready=True)),
        _titled("Risks", bullet_list(item.replace("->", "→") for item in told.risks)),
        _titled("Next", "\n".join(steps)),
        open_questions(told.questions),
    ]
    footer = escape(usage_sentence(view.footer)) + f" · `/lead task {view.public_id}`"
    return Post(
        text=f"Recommendation: {escape(plain_line(told.headline))}",
        blocks=message(
            [b for part in parts for b in sections(part)],
            context(footer) + _more(view) + feedback(view.task_id, view.round),
        ),
    )


def _more(view: SynthesisPost) -> list[Block]:
    """Return what can be made of it: services after such a plan, a sprint of several steps."""
    payload, about = TaskAction(task_id=view.task_id), view.public_id
    found = []
    if view.weighed:
        shown = OutputAction(task_id=view.task_id, key=f"r{view.round}")
        found.append(button("How it was weighed", "thinking.show", shown, about=about))
    if view.cuts_services:
        found.append(button("Propose services", "architecture.propose", payload, about=about))
    if len(view.synthesis.next_steps) > 1:
        found.append(button("Make it a sprint", "sprint.from", payload, about=about))
    return actions(*found)


def answer_post(
    text: str, *, voice: Voice, footer: UsageLine, task_id: str = "", round_number: int = 1
) -> Post:
    """Return a direct answer of the lead; the footer shows only when a model was paid for it.

    With a task's id people are asked what they think of it.
    """
    asked = feedback(task_id, round_number) if task_id else []
    paid = footer.usage.tokens_in + footer.usage.tokens_out > 0 or footer.lost > 0
    return Post(
        text=escape(plain_line(text)) or "👍",
        blocks=message(
            sections(mrkdwn(text)),
            context(escape(usage_sentence(footer)) if paid else "") + asked,
        ),
        username=voice.title,
        icon_emoji=voice.icon,
    )


def text_post(text: str) -> Post:
    """Return one of our own sentences, in mrkdwn."""
    return Post(text=line(text), blocks=message(sections(text)))


def _titled(title: str, text: str) -> str:
    return f"*{title}*\n{text}" if text else ""


def _disagreement(item: Disagreement, titles: dict[str, str]) -> str:
    """Name the two sides unless the sentence does it itself."""
    point = mrkdwn_line(item.point)
    names = [titles.get(name, name) for name in item.between]
    told = any(word in item.point for word in (*names, *item.between))
    sides = "" if told or not names else f"{escape(' and '.join(names))}: "
    return f"{sides}{point} {mrkdwn_line(item.resolution)}"
