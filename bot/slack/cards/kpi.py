"""KPIs as people read them: what misses its target first, then the rest, then what says nothing."""

from collections.abc import Sequence
from typing import Any

from bot.domain.kpi import STATES, TITLES, Area, Asked, Kpi, KpiValue, few, sign, told
from bot.slack.blocks import actions, button, context, header, message, modal, sections
from bot.slack.payloads import KpiAction
from bot.slack.post import Block, Post
from bot.slack.text import clip, count, escape

MARKS = {"met": "✅", "missed": "❌", "told": "🔹"}
MOST_TILES = 6
_FOOT = (
    "`/lead metrics dora 90d billing` takes an area or a KPI, a window and a service; `sprint`,"
    " `here` and `chart` work, too."
)


def payload_of(asked: Asked) -> KpiAction:
    """Return what the buttons of an answer carry."""
    return KpiAction(
        kpi=asked.kpi.name if asked.kpi else "",
        area=asked.area.value if asked.area else "",
        days=asked.days or 0,
        sprint=asked.sprint,
        service=asked.service[:60],
        here=asked.here,
    )


def kpi_card(values: Sequence[KpiValue], asked: Asked) -> Post:
    """Return the table of KPIs, by area."""
    title = _title(asked)
    body = header(title)
    listed = _listed(values)
    for area in Area if asked.area is None else (asked.area,):
        here = [v for v in listed if (asked.area or v.kpi.areas[0]) is area]
        lines = "\n".join(line_of(value, asked.days is None) for value in here)
        body += sections(f"*{TITLES[area]}*\n{lines}" if here else "")
    body += sections(_silent(values))
    tail = actions(*_buttons(asked)) + context(_FOOT)
    said = summary(values) if len(values) != 1 else line_of(values[0])
    return Post(text=f"{escape(title)}: {said}", blocks=message(body, tail))


def digest_card(values: Sequence[KpiValue], asked: Asked) -> Post:
    """Return the weekly digest: what misses its target, what got worse, then what is well."""
    missed = [v for v in values if v.state == "missed"]
    worse = [v for v in values if v.state != "missed" and v.trend == "worse"]
    rest = [v for v in _listed(values) if v not in missed and v not in worse]
    title = "The team's numbers"
    body = header(title) + sections(summary(values))
    for name, some in (("Targets missed", missed), ("Getting worse", worse), ("The rest", rest)):
        lines = "\n".join(line_of(value, asked.days is None) for value in some)
        body += sections(f"*{name}*\n{lines}" if some else "")
    body += sections(_silent(values))
    foot = f"{_FOOT} `/lead schedule` changes or ends this digest."
    tail = actions(*_buttons(asked)) + context(foot)
    return Post(text=f"{title}: {summary(values)}", blocks=message(body, tail))


def _listed(values: Sequence[KpiValue]) -> list[KpiValue]:
    """Return what has a line in a list: not what says nothing, nor money where none was spent."""
    return [
        value
        for value in values
        if value.state != "few" and (value.kpi.unit != "$" or value.value or len(values) == 1)
    ]


def summary(values: Sequence[KpiValue]) -> str:
    """Return how many targets are met, missed or cannot be judged."""
    judged = [value for value in values if value.target is not None]
    if not judged:
        return "Nothing here has a target."
    counts = {state: sum(v.state == state for v in judged) for state in ("met", "missed", "few")}
    return (
        f"{count(counts['met'], 'target')} met, {counts['missed']} missed, {counts['few']} without"
        " enough data."
    )


def line_of(value: KpiValue, with_days: bool = False) -> str:
    """Return one KPI in a line: value, target, n, trend."""
    shown = told(value, value.value) if value.value is not None else few(value)
    parts = [f"{MARKS.get(value.state, '')} *{escape(value.kpi.title)}* {escape(shown)}".strip()]
    if value.target is not None:
        parts.append(escape(f"target {sign(value.kpi, value.target)}"))
    if value.value is not None and value.value != value.n:  # a count is its own n
        parts.append(f"n={value.n:,}")
    parts.append(escape(value.note))
    parts.append(_trend(value))
    if with_days and not value.kpi.now:
        parts.append(f"{value.days} d")
    return " · ".join(part for part in parts if part)


def _trend(value: KpiValue) -> str:
    if not value.trend or value.was is None or value.value is None:
        return ""
    was = escape(told(value, value.was))
    if value.trend == "same":
        is_equal = was == escape(told(value, value.value))
        return "as before" if is_equal else f"as before ({was})"
    word = {"better": " better", "worse": " worse"}.get(value.trend, "")
    return f"{_arrow(value)}{word} (was {was})"


def _arrow(value: KpiValue) -> str:
    """Return where the number went, whether that is good or not; empty where it stayed."""
    if value.trend in ("", "same") or value.was is None or value.value is None:
        return ""
    return "↗" if value.value > value.was else "↘"


_MOST_EMPTY = 12
"""Ours: a new workspace has forty, and a list of them tells nobody anything."""


def _silent(values: Sequence[KpiValue]) -> str:
    silent = [value for value in values if value.state == "few"]
    if not silent:
        return ""
    begun = [f"{v.kpi.title} (n={v.n} of {v.least})" for v in silent if v.n]
    empty = [value.kpi.title for value in silent if not value.n]
    if len(empty) > _MOST_EMPTY:
        empty = [f"{len(empty)} KPIs without any; `/lead metrics dora` names those of an area"]
    return f"*Not enough data*\n{escape('; '.join([*begun, *empty]))}"


def _title(asked: Asked) -> str:
    what = "KPIs"
    if asked.kpi is not None:
        what = asked.kpi.title
    elif asked.area is not None:
        what = TITLES[asked.area]
    if asked.service:
        what += f" of {asked.service}"
    return clip(f"{what}, {window(asked)}", 140)


def window(asked: Asked) -> str:
    """Return a window in words."""
    where = ", this channel" if asked.here else ""
    if asked.sprint:
        return f"this channel's newest sprint{where}"
    days = asked.days or (asked.kpi.days if asked.kpi else 0)
    return (f"last {count(days, 'day')}" if days else "each in its own window") + where


def _buttons(asked: Asked) -> tuple[Block, ...]:
    payload = payload_of(asked)
    return (
        button("How is this computed", "kpi.how", payload, about=_title(asked)),
        button("Post a chart here", "kpi.chart", payload, about=_title(asked)),
    )


def how_modal(values: Sequence[KpiValue], asked: Asked) -> dict[str, Any]:
    """Return how each KPI is computed, of what, with its n."""
    blocks = [block for value in values for block in sections(_how(value))]
    note = (
        "Rows of private channels count only in those channels. The window before, as long, is what"
        " a trend compares with."
    )
    return modal("How it is computed", [*blocks, *context(note)])


def _how(value: KpiValue) -> str:
    kpi = value.kpi
    said = few(value)
    if value.value is not None:
        said = f"{STATES[value.state]}: {told(value, value.value)}"
    target = "No target." if value.target is None else f"Target {sign(kpi, value.target)}."
    least = f" Told from {value.least} on." if value.least > 1 else ""
    note = f" {escape(value.note)[0].upper()}{escape(value.note)[1:]}." if value.note else ""
    when = "As it stands now." if kpi.now else f"Window: {count(value.days, 'day')}."
    return (
        f"*{escape(kpi.title)}* ({escape(said)})\n{escape(kpi.formula)}\n"
        f"Source: {escape(kpi.source)}. n={value.n} {escape(kpi.of)}.{note}{least} {when}"
        f" {escape(target)}"
    )


def home_kpis(values: Sequence[KpiValue]) -> list[Block]:
    """Return tiles of the Home tab: a few numbers side by side; none without any."""
    some = [value for value in values if value.state != "few" and value.n][:MOST_TILES]
    if not some:
        return []
    fields = [{"type": "mrkdwn", "text": _tile(value)} for value in some]
    return [{"type": "section", "fields": fields}]


def _tile(value: KpiValue) -> str:
    shown = f"*{escape(told(value, value.value or 0.0))}*"
    mark = MARKS[value.state] if value.target is not None else ""
    parts = (mark, shown, _arrow(value), f"n={value.n}")
    return f"{escape(value.kpi.title)}\n" + " ".join(part for part in parts if part)


def nothing(kpi: Kpi) -> str:
    """Return what is said where a chart would be empty."""
    return f"There is too little of {kpi.title} for a chart: it needs two windows with a value."
