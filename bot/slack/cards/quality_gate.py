"""Quality gates in Slack: the list, one gate's page, news in its thread, the waiver's form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.days import day_words
from bot.domain.quality_gate import CHECKS, Check, GateState
from bot.slack.blocks import actions, button, choice, context, message, modal, sections, text_input
from bot.slack.fields import day_field, person_field
from bot.slack.payloads import WaiverForm
from bot.slack.post import Block, Post
from bot.slack.text import bold, count, day_of, escape, line, mention

_LISTED = 30
HIDDEN = "private"
"""In place of a private channel's id, for whoever looks from elsewhere."""
_SIGNS = {GateState.MET: "✅", GateState.MISSED: "❌", GateState.NOT_MEASURED: "▫️"}
Checks = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class WaiverLine:
    """A waiver as it is listed."""

    public_id: str
    name: str
    check: Check
    owner_id: str
    reason: str
    until: date


@dataclass(frozen=True)
class GateLine:
    """The last result of a service or repository."""

    name: str
    state: str
    checks: Checks
    branch: str
    at: datetime


@dataclass(frozen=True)
class GatePage:
    """One gate: its last result, the main branch's history (newest first), waivers, limits."""

    name: str
    form: WaiverForm
    last: GateLine | None
    commit: str = ""
    history: tuple[str, ...] = ()
    limits: tuple[tuple[Check, float | None], ...] = ()
    """Those that somebody set for it."""
    waivers: tuple[WaiverLine, ...] = ()
    ended: tuple[WaiverLine, ...] = ()
    told_in: str = ""


@dataclass(frozen=True)
class GateNews:
    """A result of the main branch that differs from the one before."""

    name: str
    state: str
    commit: str
    branch: str
    checks: Checks
    was: str


def sign(state: str) -> str:
    """Return the sign of a state."""
    return _SIGNS.get(GateState(state), "")


def gate_list(gates: Sequence[GateLine], waivers: Sequence[WaiverLine]) -> Post:
    """Return the last result of each service and repository, those that are missed first."""
    if not gates:
        text = "No gate has run yet. `teamlead gate --keep --service …` in CI sends results."
        return Post(text=text, blocks=message([*sections(text), *_waivers("Waived", waivers)]))
    ranked = sorted(gates, key=lambda one: (one.state != GateState.MISSED, one.name))
    missed = sum(one.state == GateState.MISSED for one in gates)
    head = f"*{count(len(gates), 'gate')}*" + (f" · {missed} missed" if missed else "")
    lines = [_line(one) for one in ranked[:_LISTED]]
    if len(ranked) > _LISTED:
        lines.append(f"And {len(ranked) - _LISTED} more.")
    body = sections("\n".join([head, *lines]))
    body += _waivers("Waived", waivers)
    return Post(text=f"{count(len(gates), 'gate')}, {missed} missed", blocks=message(body))


def _line(one: GateLine) -> str:
    branch = f" · {escape(one.branch)}" if one.branch else ""
    failing = [_words(item) for item in one.checks if item["fails"]]
    what = f" · {escape(', '.join(failing))}" if failing else ""
    return f"{sign(one.state)} {bold(one.name)}{what}{branch} · {day_of(one.at)}"


def _words(item: Mapping[str, Any]) -> str:
    check = str(item["check"])
    return CHECKS[Check(check)].noun if check in set(Check) else check


def gate_page(page: GatePage) -> Post:
    """Return one gate with what can be done about what is missed."""
    first = f"Gate of {page.name}"
    if page.last is None:
        told = "`teamlead gate --keep` in CI sends results."
        body = sections(f"{bold(page.name)}: no gate has run yet. {told}")
    else:
        branch = f" on {escape(page.last.branch)}" if page.last.branch else ""
        commit = f" ({escape(page.commit[:10])})" if page.commit else ""
        head = (
            f"{sign(page.last.state)} {bold(page.name)}: {page.last.state}{branch}{commit},"
            f" {day_of(page.last.at)}"
        )
        body = sections("\n".join([head, *_check_lines(page.last.checks)]))
    if page.history:
        body += sections(f"*Main branch, newest first:* {' '.join(map(sign, page.history))}")
    if page.limits:
        set_here = ", ".join(_limit(check, value) for check, value in page.limits)
        body += sections(f"*Set here:* {escape(set_here)}")
    body += _waivers("Waived", page.waivers)
    body += _waivers("Waivers that ended", page.ended)
    tail = context(_told(page))
    if page.last is not None and any(item["fails"] for item in page.last.checks):
        tail += actions(button("Waive a check", "waiver.open", page.form, about=page.name))
    return Post(text=escape(first), blocks=message(body, tail))


def _told(page: GatePage) -> str:
    if page.told_in == HIDDEN:
        return "Results are told in a private channel."
    if page.told_in:
        return f"Results are told in <#{page.told_in}>."
    return f"`/lead gates here {escape(page.name)}` tells results in a channel."


def _limit(check: Check, value: float | None) -> str:
    rule = CHECKS[check]
    limit = "not asked" if value is None else rule.limit_words(value)
    return f"{rule.noun} {limit}"


def _check_lines(checks: Checks) -> list[str]:
    """What was measured, then in one line what was not."""
    lines, silent = [], []
    for item in checks:
        if str(item["check"]) not in set(Check):
            continue
        rule = CHECKS[Check(item["check"])]
        state, value = GateState(item["state"]), item["value"]
        if state is GateState.NOT_MEASURED and not item["why"] and not item["fails"]:
            silent.append(rule.noun)
            continue
        limit = float(item["limit"])
        shown = f" {rule.show(float(value), limit=limit)}" if value is not None else ""
        asked = f" ({rule.limit_words(limit)})"
        why = f": {item['why']}" if item["why"] and not _says_limit(item) else ""
        waived = f" · waived until {item['until']} ({item['waiver']})" if item["waiver"] else ""
        lines.append(f"{_SIGNS[state]} {rule.words}{shown}{escape(f'{asked}{why}{waived}')}")
    if silent:
        lines.append(f"▫️ Not measured: {', '.join(silent)}")
    return lines


def _says_limit(item: Mapping[str, Any]) -> bool:
    return ", wanted " in str(item["why"])


def _waivers(title: str, waivers: Sequence[WaiverLine]) -> list[Block]:
    if not waivers:
        return []
    lines = [
        f"• {one.public_id} {escape(one.name)}, {CHECKS[one.check].noun} · until"
        f" {day_words(one.until, year=True)} · {mention(one.owner_id)}: {escape(line(one.reason))}"
        for one in waivers
    ]
    return sections("\n".join([f"*{title}*", *lines]))


def gate_news(news: GateNews) -> Post:
    """Return what a gate's thread is told when its outcome on the main branch changes."""
    commit = f" ({escape(news.commit[:10])})" if news.commit else ""
    again = " again" if news.was == GateState.MISSED and news.state == GateState.MET else ""
    branch = f" on {escape(news.branch)}" if news.branch else ""
    head = f"{sign(news.state)} {bold(news.name)}: gate {news.state}{again}{branch}{commit}"
    failing = [item for item in news.checks if item["fails"]]
    text = "\n".join([head, *_check_lines(failing)])
    return Post(text=escape(f"{news.name}: gate {news.state}"), blocks=message(sections(text)))


def gate_root(name: str) -> Post:
    """Return the message whose thread is told the results of a service."""
    text = f"Quality gate of {bold(name)}: changes on the main branch are told in this thread."
    return Post(text=escape(f"Quality gate of {name}"), blocks=message(sections(text)))


def gate_moved(name: str, to: str) -> Post:
    """Return what a thread is told that is told no more: to which channel results went.

    `to` is `HIDDEN` for a private one, empty where they are told nowhere.
    """
    if not to:
        said = "are told nowhere now"
    else:
        where = "in a private channel" if to == HIDDEN else f"in <#{to}>"
        said = f"are told {where} from now on"
    text = f"Results of {bold(name)} {said}."
    return Post(text=escape(f"Results of {name} moved"), blocks=message(sections(text)))


def told_before(before: str) -> str:
    """Return where results were told until now, as the end of an answer; empty for nowhere."""
    if not before:
        return ""
    return f" Before: {'a private channel' if before == HIDDEN else f'<#{before}>'}."


def waiver_form(
    form: WaiverForm, name: str, checks: Sequence[Check], owner_id: str
) -> dict[str, Any]:
    """Return the form that waives one of these checks, the first chosen."""
    return modal(
        "Waive a check",
        [
            *sections(f"{bold(name)}: the check stays missed, but no longer keeps the gate shut."),
            choice(
                "Check",
                block_id="check",
                options=[(check.value, CHECKS[check].words) for check in checks],
            ),
            text_input(
                "Why",
                block_id="reason",
                placeholder="E.g. The old importer goes in March",
                most=300,
            ),
            person_field("Owner", "owner", owner_id, optional=False),
            day_field("Last day", "due", optional=False),
        ],
        submit="Waive",
        callback_id="waiver.saved",
        payload=form,
    )  # fmt: skip
