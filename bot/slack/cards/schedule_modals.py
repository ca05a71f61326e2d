"""The form of a schedule, and its next times before it is saved."""

from collections.abc import Sequence
from typing import Any

from bot.domain.days import Span
from bot.domain.schedule.draft import MOST_NAME, Draft
from bot.domain.schedule.spoken import window_words, work_day_words
from bot.slack.blocks import choice, context, modal, text_input
from bot.slack.cards.schedule import draft_blocks
from bot.slack.payloads import DraftAction

_MISSED = (
    (0, "Leave it out"),
    (1, "Do it up to 1 hour late"),
    (2, "Do it up to 2 hours late"),
    (4, "Do it up to 4 hours late"),
    (24, "Do it up to a day late"),
)


def schedule_modal(
    draft: Draft, *, channel_id: str, kinds: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Return the form, filled with the draft; `kinds` are (kind, title)."""
    fields = [
        choice("What?", block_id="kind", options=sorted(kinds, key=lambda k: k[0] != draft.kind)),
        _line("When?", "when", "weekdays 09:30", draft.words, most=200),
        _line("Time zones", "zones", "Europe/Berlin, America/New_York", ", ".join(draft.zones)),
        _line(
            "How long is it open? Empty: as long as usual",
            "window",
            "1 h, 45 min, 2 days",
            window_words(draft.window_minutes) if draft.window_minutes else "",
            optional=True,
        ),
        _line("Its name, or what to say", "name", "", draft.name, optional=True, most=MOST_NAME),
        _line(
            "Leave out public holidays of",
            "regions",
            "DE-BY, or one for each time zone: DE-BY, US-NY",
            ", ".join(draft.regions),
            optional=True,
        ),
        _line("Work days, for “weekdays”", "work", "Mon-Fri", work_day_words(draft.work_days)),
        text_input(
            "Days off of your own, one a line",
            block_id="off",
            placeholder="24 Dec to 2 Jan",
            initial="\n".join(map(_span, draft.days_off)),
            optional=True,
            most=600,
        ),
        choice(
            "When I was down at its time",
            block_id="missed",
            options=[
                (str(hours), words)
                for hours, words in sorted(_MISSED, key=lambda m: abs(m[0] - draft.missed_hours))
            ],
        ),
    ]
    return modal(
        "Schedule",
        fields,
        submit="Preview",
        callback_id="schedule.form",
        payload=DraftAction(draft=draft, channel_id=channel_id),
    )


def schedule_preview_modal(
    draft: Draft, *, title: str, coming: Sequence[str], channel_id: str
) -> dict[str, Any]:
    """Return the draft's next times with the button that saves it."""
    blocks = draft_blocks(draft, title=title, coming=coming)
    return modal(
        "Schedule",
        [*blocks, *context("Everybody in the channel will read that it was set.")],
        submit="Save",
        callback_id="schedule.saved",
        payload=DraftAction(draft=draft, channel_id=channel_id),
    )


def _line(
    label: str,
    block_id: str,
    placeholder: str,
    initial: str,
    *,
    optional: bool = False,
    most: int = 300,
) -> dict[str, Any]:
    return text_input(
        label,
        block_id=block_id,
        placeholder=placeholder or label,
        initial=initial,
        optional=optional,
        lines=False,
        most=most,
    )


def _span(span: Span) -> str:
    first, last = span.first.isoformat(), span.last.isoformat()
    return first if first == last else f"{first} to {last}"
