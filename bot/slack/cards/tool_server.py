"""Tool servers in Slack: the list with its health, and the forms of a new and a known one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.slack.blocks import actions, button, context, message, modal, sections, text_input
from bot.slack.cards.tool_changes import changes_text, named
from bot.slack.fields import field, options_of, plain
from bot.slack.payloads import ToolServerAction
from bot.slack.post import Block, Post
from bot.slack.text import bold, count, escape, line, moment
from bot.slack.usage_text import duration

SHOWN = 15
"""Ours: servers with their buttons; each takes two blocks of the fifty of a message."""
MOST_OPTIONS = 100
"""Slack's, in one menu (docs.slack.dev, multi-select menu element)."""
_WORDS = {"read": "reading", "write": "writing", "ask": "after a yes", "off": "off"}


@dataclass(frozen=True)
class ServerLine:
    """One server; `permissions` by tool, `calls` and `failed` lately."""

    server_id: str
    name: str
    reached_by: str
    can: tuple[str, ...]
    permissions: Mapping[str, str]
    private: bool
    seen_at: datetime | None
    problem: str
    calls: int
    failed: int
    changed: tuple[tuple[str, str], ...] = ()
    """Tools that are not as they were permitted, each with what it says of itself now."""
    shown: str = ""
    """A mark of the tools as they are shown."""


@dataclass(frozen=True)
class RepositoryLine:
    """One repository of code."""

    name: str
    fetched_at: datetime | None
    problem: str


@dataclass(frozen=True)
class CallLine:
    """One call of a tool."""

    who: str
    server: str
    tool: str
    state: str
    size: int
    seconds: float
    at: datetime


@dataclass(frozen=True)
class ToolsCard:
    """Everything that `/lead tools` shows."""

    servers: tuple[ServerLine, ...]
    repositories: tuple[RepositoryLine, ...]
    days: int
    enabled: bool = True
    changing: str = ""
    """Whether specialists may change code, in one line."""


def tools_post(card: ToolsCard, *, may_change: bool) -> Post:
    """Return the list of servers and repositories, with buttons for who may change them."""
    off = "" if card.enabled else "_The operator has switched tools off._\n"
    first = f"{off}*Tools that specialists may use*"
    if not card.servers and not card.repositories:
        first += (
            "\nNone yet. Add a server by its address; the operator adds commands (docs/tools.md)."
        )
    blocks = sections(first)
    for server in card.servers[:SHOWN]:
        blocks += sections(server_text(server, days=card.days))
        blocks += _buttons(server) if may_change else []
    if len(card.servers) > SHOWN:
        blocks += context(f"and {len(card.servers) - SHOWN} more")
    if card.repositories:
        lines = "\n".join(_repository(item) for item in card.repositories)
        blocks += sections(f"*Repositories to read*\n{lines}\n{card.changing}".rstrip())
    add = button("Add by address", "toolserver.form", ToolServerAction(), about="tool server")
    text = f"{count(len(card.servers), 'tool server')}"
    return Post(text=text, blocks=message(blocks, actions(*([add] if may_change else []))))


def _buttons(item: ServerLine) -> list[Block]:
    payload = ToolServerAction(server_id=item.server_id)
    shown = [button("Change", "toolserver.form", payload, about=item.name)]
    if item.problem:
        shown.append(button("Look again", "toolserver.check", payload, about=item.name))
    return actions(*shown)


def server_text(item: ServerLine, *, days: int = 0) -> str:
    """Return a server's lines: health, what it can do, what its tools may do."""
    counted = Counter(item.permissions.values())
    may = ", ".join(f"{counted[key]} {word}" for key, word in _WORDS.items() if counted[key])
    can = f" · {', '.join(item.can)}" if item.can else ""
    used = f" · {count(item.calls, 'call')} in {days} days" if days else ""
    failed = f", {item.failed} failed" if item.failed else ""
    private = "also for private channels" if item.private else "not for private channels"
    tools = f"{count(len(item.permissions), 'tool')}: {may}" if may else "no tools known yet"
    changed = named([name for name, _ in item.changed])
    asks = f"\n⚠️ Changed since permitted, so asked about first: {changed}" if changed else ""
    return (
        f"{_health(item)} {bold(item.name)}{can} · {escape(item.reached_by)}\n"
        f"{tools} · {private}{used}{failed}{asks}"
    )


def _health(item: ServerLine) -> str:
    if item.problem:
        seen = f"Last seen {moment(item.seen_at)}." if item.seen_at else "Never seen."
        return f"⚠️ {escape(item.problem)} {seen}\n"
    return "🟢" if item.seen_at else "⏳"


def _repository(item: RepositoryLine) -> str:
    if item.problem:
        return f"• {bold(item.name)} ⚠️ {escape(item.problem)}"
    fetched = f" · fetched {moment(item.fetched_at)}" if item.fetched_at else ""
    return f"• {bold(item.name)}{fetched}"


def calls_post(public_id: str, lines: Sequence[CallLine]) -> Post:
    """Return a task's calls, newest first; what was sent and what came back is not shown."""
    if not lines:
        text = f"{public_id} used no tools."
        return Post(text=text, blocks=sections(text))
    shown = "\n".join(_call(item) for item in lines)
    text = f"Tools that {public_id} used"
    return Post(text=text, blocks=message(sections(f"{bold(text)}\n{shown}")))


def _call(item: CallLine) -> str:
    tool = escape(line(f"{item.server} {item.tool}"))
    size = f", {count(item.size, 'character')}" if item.state == "done" else ""
    took = f", {duration(item.seconds)}" if item.seconds else ""
    return f"• {escape(item.who)} · {tool} · {item.state}{size}{took} · {moment(item.at)}"


def new_server_modal() -> dict[str, Any]:
    """Return the form for a server with an address."""
    return modal(
        "Add a tool server",
        [
            text_input("Name", block_id="name", placeholder="context7", lines=False, most=32),
            text_input(
                "Address", block_id="url", placeholder="https://mcp.example.com/mcp", lines=False,
                most=500,
            ),
            text_input(
                "Token", block_id="token", placeholder="Kept sealed, shown to nobody", lines=False,
                optional=True, most=2_000,
            ),
            *context("Tools that I know to read are used at once; all others ask first."),
        ],
        submit="Add",
        callback_id="toolserver.new",
        payload=ToolServerAction(),
    )  # fmt: skip


def server_modal(item: ServerLine) -> dict[str, Any]:
    """Return the form of a server: which tool may do what, for whom, or that it goes."""
    blocks = sections(server_text(item))
    if item.changed:
        blocks += sections(changes_text(item.changed))
    names = [name for name in item.permissions if len(name) <= 75][:MOST_OPTIONS]
    if names:
        for key, label in (
            ("read", "Used unasked: they only read"),
            ("write", "Used unasked: they may change things"),
            ("ask", "Used after a yes in the thread"),
        ):
            blocks.append(
                _menu(label, key, names, [n for n in names if item.permissions[n] == key])
            )
        blocks += context("A tool in none of these is off; one in several takes the last.")
    blocks.append(_private(item))
    blocks.append(_remove())
    return modal(
        item.name,
        blocks,
        submit="Save",
        callback_id="toolserver.save",
        payload=ToolServerAction(server_id=item.server_id, shown=item.shown),
    )


def _menu(label: str, block_id: str, names: Sequence[str], chosen: Sequence[str]) -> Block:
    element: Block = {
        "type": "multi_static_select",
        "action_id": "tools",
        "placeholder": plain("none"),
        "options": options_of([(name, name) for name in names]),
    }
    if chosen:
        element["initial_options"] = options_of([(name, name) for name in chosen])
    return field(label, block_id, element)


def _private(item: ServerLine) -> Block:
    """Whether words of private channels may reach the server."""
    option = {
        "value": "private",
        "text": {"type": "plain_text", "text": "Also for private channels and direct messages"},
        "description": {"type": "plain_text", "text": "What is said there may then reach it."},
    }
    element: Block = {"type": "checkboxes", "action_id": "choices", "options": [option]}
    if item.private:
        element["initial_options"] = [option]
    return field("Where", "private", element)


def _remove() -> Block:
    option = {"value": "remove", "text": {"type": "plain_text", "text": "Remove this server"}}
    return field(
        "Or", "remove", {"type": "checkboxes", "action_id": "choices", "options": [option]}
    )
