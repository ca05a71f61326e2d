"""Answers of `/lead`: one task in full, the bot's own status, the list of subcommands."""

from collections.abc import Mapping, Sequence

from bot.slack.blocks import context, message, sections
from bot.slack.cards.lists import decision_line
from bot.slack.cards.task import as_blocks
from bot.slack.cards.task_lines import plain_lines
from bot.slack.cards.task_words import state_sentence
from bot.slack.post import Post
from bot.slack.text import count, escape
from bot.slack.usage_text import dollars, duration, usage_sentence
from bot.slack.views import DecisionRow, StatusCard, TaskCard

_MOST_ROUNDS = 5
"""Ours: so many before the one that is shown, the newest."""
_STUCK_SECONDS = 60.0
"""Ours: posts are paced to one a second, so a minute's wait is worth a word."""


def task_details(
    card: TaskCard, *, decisions: Sequence[DecisionRow], undelivered: Sequence[str]
) -> Post:
    """Return one task: plan, who ran, decisions, what could not be delivered."""
    state = card.state.value.replace("-", " ")
    body = as_blocks(card) + sections(state_sentence(card) or f"{state.capitalize()}.")
    for earlier in card.earlier[-_MOST_ROUNDS:]:
        body += sections(f"*Round {earlier.round}*\n{plain_lines(earlier.lines)}")
    if len(card.earlier) > _MOST_ROUNDS:
        body += sections(f"Rounds before: `/lead why {card.public_id}`.")
    if decisions:
        body += sections("*Decisions*\n" + "\n".join(map(decision_line, decisions)))
    # What failed quietly, such as a reaction on a server without them, has no reason to tell.
    told = [problem for problem in undelivered if problem.strip()]
    if told:
        problems = "\n".join(f"• {escape(problem)}" for problem in dict.fromkeys(told))
        body += sections(f"*Not delivered ({len(told)})*\n{problems}")
    return Post(
        text=f"{card.public_id}: {state}",
        blocks=message(body, context(escape(usage_sentence(card.usage)))),
    )


def status_card(card: StatusCard) -> Post:
    """Return load, money and whether anything is stuck."""
    here = f"{dollars(card.channel_left_micros)} of {dollars(card.channel_limit_micros)}"
    everywhere = f"{dollars(card.day_left_micros)} of {dollars(card.day_limit_micros)}"
    lines = [
        f"*Tasks:* {card.open_tasks} open · *Decisions:* {card.waiting_decisions} waiting",
        escape(f"*Money left today:* {here} in this channel, {everywhere} in all"),
        f"*Posts:* {_posts(card)}",
    ]
    if card.good or card.bad:
        lines.append(f"*Feedback:* {card.good} 👍 · {card.bad} 👎")
    if card.escalations or card.timers:
        lines.append(f"*Escalations:* {_escalated(card)}")
    if card.records_behind:
        lines.append("*Decision records:* ⚠️ not all committed; the operator's log says why")
    if card.conflicts:
        lines.append(f"*Conflicts*\n{card.conflicts}")
    about = f"Teamlead {card.version} · {card.model_label} · {card.database}"
    return Post(
        text=f"{count(card.open_tasks, 'open task')}, {count(card.outbox_depth, 'post')} to send",
        blocks=message(sections("\n".join(lines)), context(escape(about))),
    )


_INTRO = "Mention me with what you need, or answer in one of my threads."


def help_overview(every_day: Sequence[tuple[str, str]], more: Sequence[tuple[str, str]]) -> Post:
    """Return what is used every day with a line each, and where all else is found."""
    parts = [_INTRO, _group("Every day", every_day), _group("More", more)]
    foot = (
        "`/lead help sprint` shows one with examples, `/lead help all` the whole list."
        "\n"
        "On a message: *Create task*, *Record decision*, *Escalate*."
        " 📝 on a message proposes it as a decision."
    )
    body = [block for part in parts for block in sections(part)]
    return Post(text=_INTRO, blocks=message(body, context(foot)))


def _group(title: str, entries: Sequence[tuple[str, str]]) -> str:
    lines = [f"`{escape(usage)}` {escape(told)}" for usage, told in entries]
    return "\n".join([f"*{escape(title)}*", *lines])


def help_card(groups: Mapping[str, Sequence[tuple[str, str]]]) -> Post:
    """Return the subcommands with a line each, in groups by their titles."""
    more = "… goes on: `/lead help sprint` shows all of one, with examples."
    parts = [_group(title, entries) for title, entries in groups.items()]
    body = [block for part in parts for block in sections(part)]
    return Post(text=", ".join(groups), blocks=message(body, context(more)))


def command_card(*, usage: str, about: str, needs: str, examples: Sequence[str]) -> Post:
    """Return how one subcommand is used, with examples to copy."""
    shown = "\n".join(f"`{escape(example)}`" for example in examples)
    parts = [f"`{escape(usage)}`\n{escape(about)}", f"*For example*\n{shown}" if shown else ""]
    body = [block for part in parts for block in sections(part)]
    return Post(text=escape(f"{usage}: {about}"), blocks=message(body, context(needs)))


def _escalated(card: StatusCard) -> str:
    at = ", ".join(f"{number} at level {level}" for level, number in card.escalations)
    timers = f"⚠️ timers: {escape(card.timers)}" if card.timers else "timers in time"
    return f"{at or 'none open'} · {timers}"


def _posts(card: StatusCard) -> str:
    if not card.outbox_depth:
        return "all delivered"
    waiting = f"{card.outbox_depth} waiting"
    oldest = card.oldest_waiting_seconds
    if oldest is None:
        return waiting
    warning = "⚠️ " if oldest > _STUCK_SECONDS else ""
    return f"{warning}{waiting}, the oldest for {duration(max(0.0, oldest))}"
