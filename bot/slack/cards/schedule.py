"""Schedules in Slack: what is coming here, one of them, and a new one before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.schedule import WORK_DAYS
from bot.domain.schedule.draft import Draft
from bot.domain.schedule.spoken import city, window_words, work_day_words
from bot.slack.blocks import actions, button, context, message, sections
from bot.slack.payloads import DraftAction, ScheduleAction
from bot.slack.post import Block, Post
from bot.slack.text import bold, count, escape, mention, moment

EXAMPLE = "`/lead schedule {kind} weekdays 09:30 Europe/Berlin`"


@dataclass(frozen=True)
class ScheduleCard:
    """A stored schedule; `coming` are its next slots in words."""

    schedule_id: str
    public_id: str
    draft: Draft
    title: str
    """How its ceremony is called."""
    coming: tuple[str, ...]
    next_slot: str
    skipped: tuple[str, ...]
    """What will be left out among the next slots, in words."""
    is_paused: bool
    created_by: str
    runs: tuple[tuple[datetime, str], ...] = ()
    """Slot and state of the last runs, newest first."""


def schedule_list(cards: Sequence[ScheduleCard], kinds: Sequence[tuple[str, str]]) -> Post:
    """Return a channel's schedules; `kinds` are what can be scheduled, with what each does."""
    known = "\n".join(f"• `{kind}` {escape(about)}" for kind, about in kinds)
    example = EXAMPLE.format(kind=kinds[0][0])
    if not cards:
        text = f"Nothing is scheduled in this channel. E.g. {example}"
        return Post(text=text, blocks=message(sections(text), context(f"What I can do:\n{known}")))
    lines = "\n".join(map(_line, cards))
    text = f"{count(len(cards), 'schedule')} in this channel."
    hint = "`/lead schedule S-1` shows one; `run`, `skip`, `pause`, `resume`, `remove S-1`."
    return Post(text=text, blocks=message(sections(lines), context(hint)))


def _line(card: ScheduleCard) -> str:
    state = "paused" if card.is_paused else card.next_slot
    line = f"• *{card.public_id}* {bold(card.draft.name)} · {_times(card.draft)} · {state}"
    return "\n".join([line, *(f"    ◦ {escape(words)}" for words in card.skipped)])


def _times(draft: Draft) -> str:
    return f"{escape(draft.words)} {', '.join(map(city, draft.zones))}"


def schedule_card(card: ScheduleCard) -> Post:
    """Return one schedule with its buttons."""
    action = ScheduleAction(schedule_id=card.schedule_id)
    about = card.public_id
    pause = (
        button("Resume", "schedule.resume", action, about=about, style="primary")
        if card.is_paused
        else button("Pause", "schedule.pause", action, about=about)
    )
    buttons = [button("Run now", "schedule.run", action, about=about)]
    if not card.is_paused and card.coming:
        buttons.append(button("Skip next", "schedule.skip", action, about=about))
    buttons += [pause, button("Change", "schedule.change", action, about=about)]
    head = f"*{card.public_id}* · {bold(card.draft.name)} ({escape(card.title)})"
    state = "*Paused*" if card.is_paused else _coming(card.coming)
    runs = "\n".join(f"• {moment(slot)} · {state}" for slot, state in card.runs)
    body = sections(f"{head}\n{details(card.draft)}\n{state}")
    if runs:
        body += sections(f"*Last times*\n{runs}")
    note = f"Set by {mention(card.created_by)} · `/lead schedule remove {card.public_id}`"
    return Post(
        text=f"{card.public_id}: {escape(card.draft.name)}",
        blocks=message(body, [*actions(*buttons), *context(note)]),
    )


def draft_card(draft: Draft, *, title: str, coming: Sequence[str], channel_id: str) -> Post:
    """Return what would be saved, with its next times and the buttons that decide."""
    action = DraftAction(draft=draft, channel_id=channel_id)
    buttons = actions(
        button("Save", "schedule.save", action, style="primary"),
        button("Change", "schedule.edit", action),
    )
    name = draft.name or title
    return Post(
        text=f"{escape(name)}: not saved yet",
        blocks=message(draft_blocks(draft, title=title, coming=coming), buttons),
    )


def draft_blocks(draft: Draft, *, title: str, coming: Sequence[str]) -> list[Block]:
    """Return a draft and its next times."""
    head = f"{bold(draft.name or title)} in this channel, not saved yet"
    return sections(f"{head}\n{details(draft)}\n{_coming(coming)}")


def details(draft: Draft) -> str:
    """Return everything that was chosen, on one line or two."""
    parts = [
        f"{escape(draft.words)} {', '.join(map(city, draft.zones))}",
        f"open {window_words(draft.window_minutes)}" if draft.window_minutes else "",
        f"not on holidays of {', '.join(draft.regions)}" if draft.regions else "",
        f"work days {work_day_words(draft.work_days)}" if draft.work_days != WORK_DAYS else "",
        f"up to {draft.missed_hours} h late" if draft.missed_hours else "never late",
    ]
    off = ", ".join(map(str, draft.days_off))
    return " · ".join(filter(None, parts)) + (f"\nOff: {escape(off)}" if off else "")


def _coming(lines: Sequence[str]) -> str:
    return "*Next*\n" + "\n".join(f"• {escape(line)}" for line in lines)
