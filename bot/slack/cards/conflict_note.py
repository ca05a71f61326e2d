"""What several want, said unasked: a line each, with the button that opens the ways out."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.conflict.wants import Clash, Kind
from bot.slack.blocks import button, message, sections
from bot.slack.payloads import WantedAction
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, count, escape

NAMED = 6
"""Ours: a longer list is counted."""
SHOWN = 5
"""Ours: so many are seen at a glance."""


@dataclass(frozen=True)
class WantedLine:
    """What is wanted, by whom that may be named here, and by how many that may not."""

    kind: Kind
    subject: str
    names: tuple[str, ...]
    hidden: int = 0


def wanted_line(clash: Clash, rooms: Sequence[str]) -> WantedLine:
    """Return what may be said of a clash to somebody who sees public channels and these."""
    names = sorted((want.name for want in clash.shown(rooms)), key=lambda name: (len(name), name))
    return WantedLine(clash.kind, clash.subject, tuple(names), len(clash.wants) - len(names))


def wanted_words(line: WantedLine) -> str:
    """Return one sentence without its full stop."""
    return f"{bold(line.subject)} is wanted by {escape(_joined(line))}"


def hidden_words(hidden: int) -> str:
    """Return how those are called that may not be named."""
    if hidden == 1:
        return "a task in a channel you cannot see"
    return f"{hidden} tasks in channels you cannot see"


def _joined(line: WantedLine) -> str:
    named = list(line.names[:NAMED])
    if len(line.names) > NAMED:
        named.append(f"{len(line.names) - NAMED} more")
    if line.hidden:
        named.append(hidden_words(line.hidden))
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def conflict_note(note_id: str, lines: Sequence[WantedLine]) -> Post:
    """Return the note for a thread."""
    body: list[Block] = []
    for line in lines:
        ask = WantedAction(note_id=note_id, kind=line.kind, subject=line.subject)
        first, *rest = sections(f"{wanted_words(line)} at the same time.")
        shown = button("Ways out", "conflict.ways", ask, about=line.subject)
        body += [{**first, "accessory": shown}, *rest]
    subjects = ", ".join(line.subject for line in lines)
    text = f"{count(len(lines), 'conflict')}: {escape(subjects)}"
    return Post(text=text, blocks=message(body))


def conflict_over(subjects: Sequence[str]) -> Post:
    """Return what stands in the note's place once nothing of it counts any more."""
    text = f"No conflict any more: {escape(', '.join(subjects))}."
    return Post(text=text, blocks=sections(text))


def wanted_list(lines: Sequence[WantedLine]) -> str:
    """Return a list for an answer that somebody asked for; "" for nothing."""
    return "\n".join(
        f"• {wanted_words(line)} · `/lead conflict {escape(line.subject)}` opens it"
        for line in lines
    )


def standing_words(on_record: Sequence[tuple[str, str]], wanted: Sequence[WantedLine]) -> str:
    """Return what is not resolved, a line each: what is on record, then what is only seen."""
    lines = [f"{bold(name)} {escape(clip(subject, 80))}" for name, subject in on_record]
    lines += [wanted_words(line) for line in wanted]
    if not lines:
        return ""
    more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    shown = [f"• {line}" for line in [*lines[:SHOWN], *more]]
    return "\n".join([*shown, "`/lead conflicts` lists them."])
