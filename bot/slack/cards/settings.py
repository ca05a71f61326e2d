"""The settings of a place: as a list with where each value comes from, and as a modal."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.setting import ADMINS, ANYONE, SETTINGS, Effective, Resolved, Scope, Setting
from bot.domain.setting.kinds import Choice, Kind, People, Phrase, Switch, Value
from bot.slack import limits
from bot.slack.blocks import actions, button, context, header, message, modal, sections
from bot.slack.fields import field, people_field, plain
from bot.slack.payloads import SettingsAction
from bot.slack.post import Block, Post
from bot.slack.text import clip, escape, escape_but_people

INHERIT = "inherit"
NAMED = "named"
NAMED_BLOCK = "_named"
"""Ends the block id of the field that holds the people of a setting."""

_SOURCES = {
    "default": "default",
    "environment": "set by the operator",
    "workspace": "set for the workspace",
    "channel": "set for this channel",
    "user": "set by you for yourself",
}


def settings_list(
    settings: Effective, *, channel_id: str, mine: bool, here: bool, everywhere: bool
) -> Post:
    """Return `/lead settings`; buttons for what the person may change."""
    buttons: list[Block] = []
    if mine:
        payload = SettingsAction(scope="user", channel_id=channel_id)
        buttons.append(button("Change for yourself", "settings.mine", payload))
    if here:
        payload = SettingsAction(scope="channel", channel_id=channel_id)
        buttons.append(button("Change for this channel", "settings.channel", payload))
    if everywhere:
        payload = SettingsAction(scope="workspace")
        buttons.append(button("Change for the workspace", "settings.workspace", payload))
    told = (
        "`/lead settings NAME VALUE` changes one: add `here`, `workspace` or `me`."
        " What has no source behind it is the default."
    )
    return Post(
        text="The settings that count here",
        blocks=message(_by_area(settings), context(told) + actions(*buttons)),
    )


_AREAS = {
    "Who may": ("access", "gate"),
    "Money, models and code": ("budget", "model", "limit", "sandbox"),
    "Where and when I speak": ("channel", "quiet"),
    "Decisions and architecture": ("decision", "matrix", "review"),
    "Meetings and numbers": ("standup", "sprint", "retrospective", "survey", "kpi"),
    "Other teams, several who want one thing": ("teams", "conflict"),
    "Escalations": ("escalation",),
}
_REST = "Other"


def _areas() -> dict[str, list[Setting]]:
    """Return the settings under titles; one of a group that none names comes last."""
    titled = {group: title for title, groups in _AREAS.items() for group in groups}
    areas: dict[str, list[Setting]] = {title: [] for title in (*_AREAS, _REST)}
    for setting in SETTINGS.values():
        areas[titled.get(setting.group, _REST)].append(setting)
    return areas


def _by_area(settings: Effective) -> list[Block]:
    blocks: list[Block] = []
    for title, some in _areas().items():
        lines = [_short(setting, settings.values[setting.name]) for setting in some]
        blocks += sections("\n".join([f"*{title}*", *lines]) if lines else "")
    return blocks


def setting_details(setting: Setting, found: Resolved) -> Post:
    """Return `/lead settings NAME`."""
    places = ", ".join(f"`{_PLACES[scope]}`" for scope in Scope if scope in setting.scopes)
    expects = setting.kind.expects
    told = f"{escape(expects[:1].upper() + expects[1:])}. Can be set for {places}."
    return Post(
        text=f"{setting.name} is {found.value}",
        blocks=message(sections(_line(setting, found)), context(told)),
    )


_PLACES = {Scope.WORKSPACE: "workspace", Scope.CHANNEL: "here", Scope.USER: "me"}


def shown(setting: Setting, value: Value) -> str:
    """Return a value as Slack's mrkdwn."""
    return escape_but_people(setting.kind.show(value))


def source_words(found: Resolved) -> str:
    """Return where a value comes from."""
    return _SOURCES[found.source]


def settings_modal(
    settings: Effective, chosen: Mapping[str, Any], payload: SettingsAction
) -> dict[str, Any]:
    """Return the form of one place: `chosen` are its own values, the rest is inherited."""
    scope = Scope(payload.scope)
    fields: list[Block] = []
    for title, some in _areas().items():
        those = [setting for setting in some if scope in setting.scopes]
        fields += header(title if those else "")
        for setting in those:
            own = chosen.get(setting.name)
            kind = (setting.personal or setting.kind) if scope is Scope.USER else setting.kind
            fields += _fields(setting, kind, settings.values[setting.name], own)
    intro = f"For {_WHERE[scope]}. What you leave empty follows what is set more generally."
    return modal(
        "Settings",
        [*context(intro), *fields],
        submit="Save",
        callback_id="settings.save",
        payload=payload,
    )


_WHERE = {
    Scope.CHANNEL: "this channel",
    Scope.WORKSPACE: "the whole workspace",
    Scope.USER: "you, wherever you ask",
}


def _short(setting: Setting, found: Resolved) -> str:
    """Return a line of the list: of a default nobody needs to be told where it comes from."""
    source = "" if found.source == "default" else f" · _{source_words(found)}_"
    return f"*{setting.name}*: {shown(setting, found.value)}{source} · {escape(setting.about)}"


def _line(setting: Setting, found: Resolved) -> str:
    value = shown(setting, found.value)
    return f"*{setting.name}*: {value} · _{source_words(found)}_ · {escape(setting.about)}"


def _fields(setting: Setting, kind: Kind, found: Resolved, own: Value | None) -> list[Block]:
    if isinstance(kind, People):
        return _people(setting, found, own)
    now = f"Now {setting.kind.show(found.value)} ({source_words(found)})"
    about = setting.about.rstrip(".")
    if isinstance(kind, Choice | Switch):
        words = list(kind.options) if isinstance(kind, Choice) else ["on", "off"]
        options = [(INHERIT, "As set more generally"), *((word, word) for word in words)]
        initial = INHERIT if own is None else kind.show(own)
        return [field(about, setting.name, _select(options, initial), hint=now)]
    element: Block = {
        "type": "plain_text_input",
        "action_id": "text",
        "placeholder": plain(clip(kind.expects, limits.PLACEHOLDER)),
    }
    if own is not None:
        element["initial_value"] = _typed(kind, own)
    return [field(about, setting.name, element, hint=now)]


def _people(setting: Setting, found: Resolved, own: Value | None) -> list[Block]:
    who = own if isinstance(own, tuple) else ()
    options = [
        (INHERIT, "As set more generally"),
        (ANYONE, "Anyone"),
        (ADMINS, "Workspace admins"),
        (NAMED, "Only those named below"),
    ]
    initial = INHERIT if not who else who[0] if who in ((ANYONE,), (ADMINS,)) else NAMED
    now = f"Now {_in_plain_words(found.value)} ({source_words(found)})"
    users = [item for item in who if re.match(r"[UW]", item)]
    groups = "User groups and channels: `/lead settings` with their mention; they are kept here."
    return [
        field(setting.about.rstrip("."), setting.name, _select(options, initial), hint=now),
        people_field(
            f"Named for “{setting.name}”",
            f"{setting.name}{NAMED_BLOCK}",
            users,
            placeholder="People",
            hint=groups,
        ),
    ]


def _in_plain_words(value: Value) -> str:
    who = value if isinstance(value, tuple) else (str(value),)
    named = [item for item in who if item not in (ANYONE, ADMINS)]
    words = [*(["anyone"] if ANYONE in who else []), *(["admins"] if ADMINS in who else [])]
    return " and ".join([*words, *([f"{len(named)} named"] if named else [])])


def _typed(kind: Kind, value: Value) -> str:
    """Return a value as it is typed: numbers without their units."""
    if isinstance(kind, Phrase):
        return kind.show(value)
    return kind.show(value).removeprefix("$").split(" ")[0]


def _select(options: Sequence[tuple[str, str]], initial: str) -> Block:
    made = [{"text": plain(text), "value": value} for value, text in options]
    first = next((option for option in made if option["value"] == initial), made[0])
    return {
        "type": "static_select",
        "action_id": "choice",
        "options": made,
        "initial_option": first,
    }
