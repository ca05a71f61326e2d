"""A way out of a conflict in plain sentences: what it does, and what to tell who waits."""

from collections.abc import Sequence

from bot.domain.conflict.claims import Claim
from bot.domain.conflict.options import Option
from bot.domain.days import day_words


def ends(option: Option, claims: Sequence[Claim]) -> tuple[str, ...]:
    """Return a line for each claim: when it ends and what that means."""
    return tuple(
        f"{claim.title}: ends {day_words(end, weekday=True)}{_due(claim, late, end.toordinal())}"
        for claim, end, late in zip(claims, option.timeline.ends, option.late, strict=True)
    )


def _due(claim: Claim, late: int, end: int) -> str:
    if claim.due_on is None:
        return ", no due date"
    over = end - claim.due_on.toordinal()
    if over <= 0:
        return f", in time for {day_words(claim.due_on, weekday=True)}"
    days = f"{over} day{'' if over == 1 else 's'} late"
    return f", {days}, which its slack allows" if not late else f", {days}"


def arrangement(option: Option, claims: Sequence[Claim], subject: str) -> str:
    """Return who gets the subject when, in one sentence."""
    if not option.order:
        return f"{subject} works on all at once, more for what has more impact."
    names = [claims[place].title for place in option.order]
    return f"{subject} works on {', then '.join(names)}."


def stakeholder_message(
    option: Option, claims: Sequence[Claim], *, subject: str, week_hours: int, away: str = ""
) -> str:
    """Return the message for those who wait: what is done first, when each ends, what slips.

    `away` is a sentence on when the subject has no hours at all.
    """
    first = f"{subject} has {week_hours} h a week for {len(claims)} pieces of work. {away}".strip()
    lines = [f"- {line}." for line in ends(option, claims)]
    slips = [c.title for c, late in zip(claims, option.late, strict=True) if late]
    last = (
        f"Please plan with the later end of {' and '.join(slips)}."
        if slips
        else "No due date is missed beyond its slack."
    )
    return "\n".join([first, arrangement(option, claims, subject), *lines, last])
