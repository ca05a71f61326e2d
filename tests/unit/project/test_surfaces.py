"""What handlers listen to, what the manifest asks for and what the reference says must agree."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.docs_text import commands_page
from bot.manifest import CALLS, EVENTS, load_manifest, scopes
from bot.workspace.scopes import NEEDED
from handlers import register
from handlers.access import ACTS
from handlers.desk import Desk
from handlers.steps import STEPS, WorkflowSteps
from handlers.surfaces import surfaces

ROOT = Path(__file__).parents[3]
MANIFEST = load_manifest()
KINDS = ("event", "command", "action", "view", "shortcut")


class RecordingApp(AsyncApp):
    """A real app that also notes what was attached to it."""

    def __init__(self) -> None:
        super().__init__(client=AsyncWebClient(token="xoxb-test"))
        self.attached: list[tuple[str, str]] = []

    def _note(self, kind: str, *constraints: Any, **more: Any) -> Callable[..., Any]:
        self.attached.append((kind, str(constraints[0])))
        method: Callable[..., Any] = getattr(super(), kind)
        return cast(Callable[..., Any], method(*constraints, **more))

    def event(self, *constraints: Any, **more: Any) -> Callable[..., Any]:
        return self._note("event", *constraints, **more)

    def command(self, *constraints: Any, **more: Any) -> Callable[..., Any]:
        return self._note("command", *constraints, **more)

    def action(self, *constraints: Any, **more: Any) -> Callable[..., Any]:
        return self._note("action", *constraints, **more)

    def view(self, *constraints: Any, **more: Any) -> Callable[..., Any]:
        return self._note("view", *constraints, **more)

    def message_shortcut(self, *constraints: Any, **more: Any) -> Callable[..., Any]:
        return self._note("shortcut", *constraints, **more)

    def global_shortcut(self, *constraints: Any, **more: Any) -> Callable[..., Any]:
        return self._note("shortcut", *constraints, **more)


@pytest.fixture
def attached() -> list[tuple[str, str]]:
    """What a real Bolt app is given, as (kind, name)."""
    app = RecordingApp()
    register(app, Desk(ctx=cast(Any, None), starter=cast(Any, None)))
    return app.attached


def names(attached: list[tuple[str, str]], *kinds: str) -> set[str]:
    return {name for kind, name in attached if kind in kinds}


def test_the_list_is_complete(attached: list[tuple[str, str]]) -> None:
    """`surfaces()` lists exactly what the real app gets, each with a sentence, none twice."""
    listed = [(item.kind, item.name) for item in surfaces()]
    assert listed == attached
    assert len(set(attached)) == len(attached)
    assert all(item.meaning for item in surfaces())


def test_events_are_subscribed(attached: list[tuple[str, str]]) -> None:
    """Every event that is listened to is subscribed, and nothing else is."""
    heard = names(attached, "event")
    assert heard == EVENTS.keys()
    subscribed = {name for event in heard for name in EVENTS[event]}
    assert set(MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == subscribed


def test_commands_and_shortcuts_are_declared(attached: list[tuple[str, str]]) -> None:
    """Slash commands and shortcuts stand in the manifest, and no others."""
    features = MANIFEST["features"]
    assert {c["command"] for c in features["slash_commands"]} == names(attached, "command")
    declared = {item["callback_id"] for item in features.get("shortcuts", ())}
    assert declared == names(attached, "shortcut")


def test_workflow_steps_are_declared() -> None:
    """The manifest offers the steps that the handlers run, in a form that Slack takes."""
    assert {step.callback_id for step in STEPS} == set(MANIFEST["functions"])
    assert set(WorkflowSteps(cast(Any, None)).names) == set(MANIFEST["functions"])
    assert MANIFEST["settings"]["function_runtime"] == "remote"
    for function in MANIFEST["functions"].values():
        for parameter in (
            *function["input_parameters"].values(),
            *function["output_parameters"].values(),
        ):
            assert parameter.keys() == {"type", "title", "description", "is_required", "name"}


def test_interactivity_is_on(attached: list[tuple[str, str]]) -> None:
    """Buttons and modals need interactivity."""
    assert names(attached, "action", "view", "shortcut")
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is True


def test_every_surface_is_in_the_reference(attached: list[tuple[str, str]]) -> None:
    """docs/commands.md names each listener."""
    page = commands_page()
    assert [name for kind, name in attached if f"| {kind} | `{name}` |" not in page] == []


def test_every_button_has_a_listener(attached: list[tuple[str, str]]) -> None:
    """An action id or callback id that a card shows is one that somebody listens to."""
    heard = names(attached, "action", "view")
    nouns = {name.partition(".")[0] for name in heard}
    shown = {
        text
        for file in (ROOT / "bot/slack").rglob("*.py")
        for text in literals(file)
        if text.partition(".")[0] in nouns and text.partition(".")[2].isalpha()
    }
    assert shown
    assert shown == heard


def test_every_call_has_its_scopes() -> None:
    """A Web API method that is called stands in the table, and no scope is asked for in vain."""
    called = called_methods()
    assert called <= CALLS.keys()
    needed = {scope for method in called for scope in CALLS[method]}
    needed |= {scope for group in EVENTS.values() for scope in group.values()}
    assert set(scopes()) - needed == {"commands", "files:read"}


@pytest.mark.parametrize("method", sorted(CALLS.keys() & NEEDED.keys()))
def test_scopes_are_enough(method: str) -> None:
    """What the local workspace demands for a call is granted by the manifest."""
    granted = MANIFEST["oauth_config"]["scopes"]["bot"]
    assert set(granted) & set(NEEDED[method])


def test_texts_fit() -> None:
    """Slack's limits of the manifest's texts (SLACK.md, 2.1): else it refuses the whole."""
    display, features = MANIFEST["display_information"], MANIFEST["features"]
    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert 174 <= len(display["long_description"]) <= 4000
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(features["agent_view"]["suggested_prompts"]) <= 4
    for command in features["slash_commands"]:
        assert len(command["command"]) <= 32


def called_methods() -> set[str]:
    """Return the methods named by SDK calls and by outbox rows in the program's own code."""
    found: set[str] = set()
    for file in sources():
        found |= sdk_calls(file)
        found |= {text for text in literals(file) if text in NEEDED}
        if "FILE_UPLOAD" in text_of(file):  # an upload is several calls of the SDK's
            found |= {name for name in NEEDED if name.startswith("files.") and "Upload" in name}
    return found


def sources() -> Iterator[Path]:
    """The doctor is left out: it tries what needs no scope."""
    for folder in ("bot/services", "bot/workflows", "bot/cli", "handlers", "scheduler"):
        for file in (ROOT / folder).rglob("*.py"):
            if not file.name.startswith("doctor"):
                yield file


@cache
def text_of(file: Path) -> str:
    return file.read_text("utf-8")


def sdk_calls(file: Path) -> set[str]:
    if "client." not in text_of(file):
        return set()
    return {
        node.func.attr.replace("_", ".")
        for node in ast.walk(ast.parse(text_of(file)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value).rpartition(".")[2].endswith("client")
        and "_" in node.func.attr
        and hasattr(AsyncWebClient, node.func.attr)
    }


@cache
def literals(file: Path) -> frozenset[str]:
    """Return a file's texts that have a dot, as the names looked for here do."""
    return frozenset(re.findall(r'"(\w+(?:\.\w+)+)"', text_of(file)))


def test_every_surface_says_who_may_use_it(attached: list[tuple[str, str]]) -> None:
    """Each button, modal and shortcut stands in the table of acts, and nothing else does."""
    guarded = {item for item in attached if item[0] in ("action", "view", "shortcut")}
    assert guarded == set(ACTS)
