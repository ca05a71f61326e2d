"""Lists of tasks, decisions and specialists, and the App Home made of them."""

from collections.abc import Sequence
from typing import Any

from bot.domain.days import day_words
from bot.domain.kpi import KpiValue
from bot.domain.task import TaskState
from bot.slack import limits
from bot.slack.blocks import actions, button, context, fit, header, message, modal, sections
from bot.slack.cards.coming import ComingLine, home_coming
from bot.slack.cards.decision_words import STATE_WORDS
from bot.slack.cards.escalation_lists import home_escalations
from bot.slack.cards.kpi import home_kpis
from bot.slack.cards.standup import StandupLine, home_standups
from bot.slack.escalation_views import EscalationCard
from bot.slack.payloads import DecisionAction, SettingsAction, TaskAction
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, count, escape, line, mention, moment
from bot.slack.usage_text import dollars
from bot.slack.views import DecisionRow, SpecialistRow, TaskRow, TeamLoad

_TITLE = 100
_REASON = 120
_ICONS = {
    TaskState.DONE: "✅",
    TaskState.FAILED: "❌",
    TaskState.STOPPED: "⏹️",
    TaskState.PAUSED: "⏸️",
    TaskState.AWAITING_APPROVAL: "✋",
}
_EXPLAINED = frozenset({TaskState.PAUSED, TaskState.FAILED})


def task_list(rows: Sequence[TaskRow]) -> Post:
    """Return `/lead tasks`."""
    if not rows:
        return _nothing("No tasks here yet. Mention me with what you need.")
    return Post(
        text=count(len(rows), "task"), blocks=message(sections("\n".join(map(_task, rows))))
    )


def decision_list(rows: Sequence[DecisionRow]) -> Post:
    """Return `/lead decisions`."""
    if not rows:
        return _nothing("No decisions recorded yet. `/lead decide` proposes one.")
    return Post(
        text=count(len(rows), "decision"),
        blocks=message(sections("\n".join(map(decision_line, rows)))),
    )


def team_list(rows: Sequence[SpecialistRow]) -> Post:
    """Return `/lead team`."""
    return Post(
        text=count(len(rows), "specialist"),
        blocks=message(sections("\n".join(map(_specialist, rows)))),
    )


def home_view(
    *,
    tasks: Sequence[TaskRow],
    decisions: Sequence[DecisionRow],
    due: Sequence[DecisionRow] = (),
    escalations: Sequence[EscalationCard] = (),
    standups: Sequence[StandupLine] = (),
    coming: Sequence[ComingLine] = (),
    conflicts: str = "",
    kpis: Sequence[KpiValue] = (),
    load: TeamLoad | None = None,
    may_configure: bool = False,
) -> dict[str, Any]:
    """Return the Home tab: the person's open tasks, what waits for a decision, how busy it is.

    `due` are decisions that are past their review or have expired, `conflicts` lines of mrkdwn.

    Everybody gets the button of their own settings, who may configure that of the workspace's.
    """
    own = button("My settings", "settings.mine", SettingsAction(scope="user"))
    shared = button("Settings", "settings.workspace", SettingsAction(scope="workspace"))
    settings = actions(own, *([shared] if may_configure else []))
    mine = [block for row in tasks for block in _task_line(row)]
    waiting = [block for row in decisions for block in _decision_line(row)]
    late = [block for row in due for block in _decision_line(row)]
    asked = home_escalations(escalations)
    stand_ups = home_standups(standups)
    blocks = [
        *(header("Standups that wait for you") + stand_ups if stand_ups else []),
        *(header("Your escalations") + asked if asked else []),
        *header("Your open tasks"),
        *(mine or sections("None. Mention me in a channel to start one.")),
        *header("Waiting for a decision"),
        *(waiting or sections("Nothing.")),
        *(header("Decisions to look at again") + late if late else []),
        *(header("Conflicts") + sections(conflicts) if conflicts else []),
        *(header("The team's numbers") + home_kpis(kpis) if home_kpis(kpis) else []),
        *(header("Coming up") + home_coming(coming) if coming else []),
        *(_load(load) if load is not None else []),
        *settings,
        *context("`/lead help` lists what else I do."),
    ]
    return {
        "type": "home",
        "blocks": fit(blocks, most=limits.VIEW_BLOCKS, chars=limits.VIEW_CHARS),
    }


def details_modal(title: str, post: Post) -> dict[str, Any]:
    """Return what a command would answer as a modal, for the Home tab's buttons."""
    return modal(title, post.blocks)


def _task_line(row: TaskRow) -> list[Block]:
    payload = TaskAction(task_id=row.task_id)
    return _with_button(sections(_task(row)), button("Open", "task.open", payload, about=row.title))


def _decision_line(row: DecisionRow) -> list[Block]:
    payload = DecisionAction(decision_id=row.decision_id, revision=row.revision)
    shown = button("Open", "decision.open", payload, about=row.title)
    return _with_button(sections(decision_line(row)), shown)


def _with_button(blocks: list[Block], shown: Block) -> list[Block]:
    return [{**blocks[0], "accessory": shown}, *blocks[1:]] if blocks else []


def _load(load: TeamLoad) -> list[Block]:
    busy = f"{load.running} of {load.team_size} at work" if load.running else "free"
    queue = f", {load.waiting} waiting" if load.waiting else ""
    money = f"{dollars(load.day_left_micros)} of {dollars(load.day_limit_micros)}"
    return context(escape(f"Team: {busy}{queue} · Left today: {money}"))


def _task(row: TaskRow) -> str:
    state = row.state.value.replace("-", " ")
    reason = clip(line(row.state_reason).rstrip("."), _REASON)
    reason = reason if row.state in _EXPLAINED else ""
    parts = [
        f"{_ICONS.get(row.state, '⏳')} *{row.public_id}*",
        escape(clip(line(row.title), _TITLE)),
        f"{state}: {escape(reason)}" if reason else state,
        moment(row.updated_at),
    ]
    return " · ".join(filter(None, parts))


def decision_line(row: DecisionRow) -> str:
    """Return a decision as one line of a list."""
    decided = f" by {mention(row.decided_by)}" if row.decided_by else ""
    when = f", {moment(row.decided_at, '{date_short_pretty}')}" if row.decided_at else ""
    review = f"review by {day_words(row.review_by, year=True)}" if row.review_by else ""
    state = STATE_WORDS[row.state].removeprefix("Decision ")
    parts = [
        f"*{row.public_id}*",
        escape(clip(line(row.title), _TITLE)),
        f"{state.lower()}{decided}{when}",
        review,
    ]
    return " · ".join(filter(None, parts))


def _specialist(row: SpecialistRow) -> str:
    busy = [
        f"{row.running} at work" if row.running else "",
        f"{row.waiting} waiting" if row.waiting else "",
    ]
    what = escape(clip(line(", ".join(row.when)), _REASON))
    parts = [f"{row.voice.icon} {bold(row.voice.title)}", what, *busy]
    return " · ".join(filter(None, parts))


def _nothing(text: str) -> Post:
    return Post(text=text, blocks=message(sections(text)))
