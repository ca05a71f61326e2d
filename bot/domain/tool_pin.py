"""What a tool said of itself when it was permitted: one that changes afterwards asks again."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from bot.domain.tool_capability import known
from bot.domain.tool_server import Permission, Tool, permission_of

VOID = ""
"""The mark of a tool that changed; it stays when the tool changes back, until somebody chooses."""
UNASKED = ("read", "write")
"""Permissions that are for a tool as it was; who is asked each time sees what would be sent."""


def mark_of(tool: Tool) -> str:
    """Return a mark of what a tool says it does and takes; its name is not in it."""
    said = json.dumps([tool.description, tool.parameters], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def mark_of_all(tools: Sequence[Tool]) -> str:
    """Return a short mark of a server's tools: a form says by it which ones it showed."""
    said = "\n".join(f"{tool.name} {mark_of(tool)}" for tool in tools)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def pinned_permission(chosen: Mapping[str, str], pins: Mapping[str, str], tool: str) -> Permission:
    """Return what a tool may do: one that changed since it was permitted asks."""
    permission = permission_of(chosen, tool)
    return "ask" if permission in UNASKED and pins.get(tool) == VOID else permission


def changed_tools(
    chosen: Mapping[str, str], pins: Mapping[str, str], tools: Sequence[Tool]
) -> list[str]:
    """Return the tools that ask because they changed since they were permitted."""
    return [
        tool.name
        for tool in tools
        if pins.get(tool.name) == VOID and permission_of(chosen, tool.name) in UNASKED
    ]


def chosen_pins(
    pins: Mapping[str, str], given: Mapping[str, str], tools: Sequence[Tool]
) -> dict[str, str]:
    """Return the marks after somebody chose: for the tools as they are now."""
    marks = {tool.name: mark_of(tool) for tool in tools}
    kept = {name: mark for name, mark in pins.items() if name not in given}
    return kept | {name: marks[name] for name, word in given.items() if word in UNASKED}


def seen_pins(
    chosen: Mapping[str, str],
    pins: Mapping[str, str],
    *,
    before: Sequence[Tool],
    now: Sequence[Tool],
) -> dict[str, str]:
    """Return the marks after a server was looked at: of what is new, and void where it changed.

    A tool without a mark was permitted as it was `before`, or is seen for the first time. One under
    a new name of a tool that is gone, or that somebody chose for, has that one's mark.
    """
    old, there = {tool.name: tool for tool in before}, {tool.name for tool in now}
    elsewhere = {name: pin for name, pin in pins.items() if name not in there or name in chosen}
    kept = dict(pins)
    for tool in now:
        if permission_of(chosen, tool.name) not in UNASKED:
            continue
        mark = mark_of(tool)
        if tool.name in kept:
            pin = kept[tool.name]
        elif tool.name in old:
            pin = mark_of(old[tool.name])
        else:
            pin = _of_another_name(elsewhere, tool.name, mark)
        kept[tool.name] = pin if pin == mark else VOID
    return kept


def _of_another_name(pins: Mapping[str, str], tool: str, mark: str) -> str:
    """Return the mark of the same tool under another name; `mark` where there is none."""
    meant = known(tool)
    if meant is None:
        return mark
    return next((pin for name, pin in pins.items() if known(name) is meant), mark)
