"""What the app asks of Slack: one table of events and calls, from which the manifest is made."""

import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.errors import Bug

Json = dict[str, Any]

EVENTS: dict[str, dict[str, str]] = {
    "app_mention": {"app_mention": "app_mentions:read"},
    "message": {
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "message.mpim": "mpim:history",
    },
    "agent_session_stopped": {"agent_session_stopped": ""},
    "app_home_opened": {"app_home_opened": ""},
    "app_context_changed": {"app_context_changed": ""},
    "reaction_added": {"reaction_added": "reactions:read"},
    "member_joined_channel": {"member_joined_channel": "channels:read"},
    "channel_shared": {"channel_shared": "channels:read"},
    "channel_unshared": {"channel_unshared": "channels:read"},
    "channel_id_changed": {"channel_id_changed": "groups:read"},
    "channel_unarchive": {"channel_unarchive": "channels:read"},
    "channel_deleted": {"channel_deleted": "channels:read"},
    "group_deleted": {"group_deleted": "groups:read"},
    "group_unarchive": {"group_unarchive": "groups:read"},
    "function_executed": {"function_executed": ""},
    "app_uninstalled": {"app_uninstalled": ""},
    "tokens_revoked": {"tokens_revoked": ""},
}
"""What handlers listen to -> Slack's subscriptions -> the scope each needs (docs.slack.dev)."""

_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")

CALLS: dict[str, tuple[str, ...]] = {
    "agents.sessions.rename": ("chat:write",),
    "agents.sessions.setStatus": ("chat:write",),
    "assistant.threads.setStatus": ("assistant:write",),
    "assistant.threads.setSuggestedPrompts": ("assistant:write",),
    "assistant.threads.setTitle": ("assistant:write",),
    "api.test": (),
    "apps.connections.open": (),  # the app token's, `connections:write`
    "auth.test": (),
    "chat.postMessage": ("chat:write", "chat:write.customize"),
    "chat.postEphemeral": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.startStream": ("chat:write",),
    "chat.appendStream": ("chat:write",),
    "chat.stopStream": ("chat:write",),
    "chat.getPermalink": (),
    "conversations.info": _READ,
    "conversations.join": ("channels:join",),
    "conversations.members": _READ,
    "conversations.open": ("im:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.completeUploadExternal": ("files:write",),
    "conversations.history": _HISTORY,
    "conversations.replies": _HISTORY,
    "functions.completeError": (),
    "functions.completeSuccess": (),
    "oauth.v2.access": (),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "usergroups.users.list": ("usergroups:read",),
    "users.info": ("users:read",),
    "views.open": (),
    "views.publish": (),
    "views.update": (),
}
"""Web API methods that we call -> scopes; several where the kind of channel decides."""

# `agent_view` and this scope need each other, or Slack refuses the manifest (SLACK.md, 5).
# Files are fetched by their address, which is no method but needs a scope.
_ALWAYS = ("assistant:write", "commands", "files:read")

PROMPTS: tuple[dict[str, str], ...] = (
    {
        "title": "Design a service",
        "message": "A multi-tenant billing API with Stripe webhooks on Django, 500 rps,"
        " p95 under 200 ms",
    },
    {
        "title": "Speed something up",
        "message": "Our order search takes 4 s on a 40 GB PostgreSQL table; target 300 ms",
    },
    {
        "title": "Split a monolith",
        "message": "Which service should leave our Spring monolith first, and how?",
    },
)
"""What the direct messages suggest to begin with; Slack takes four at most."""

INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
"""Where a browser begins to install the app and where Slack sends it back to; Bolt's own names."""

_FILE = "manifest.json"


@dataclass(frozen=True)
class SlashCommand:
    """A slash command as Slack's composer shows it."""

    command: str
    description: str
    usage_hint: str


@dataclass(frozen=True)
class Shortcut:
    """A shortcut as Slack's menus show it: on a `message`, or `global` beside the composer."""

    kind: Literal["message", "global"]
    callback_id: str
    name: str
    description: str


ParameterKind = Literal["string", "boolean", "slack#/types/channel_id", "slack#/types/user_id"]


@dataclass(frozen=True)
class Parameter:
    """What a workflow step takes or gives; `kind` is Slack's type of it."""

    name: str
    kind: ParameterKind
    title: str
    description: str
    required: bool = True


@dataclass(frozen=True)
class Step:
    """A step that people put into their workflows, in Workflow Builder."""

    callback_id: str
    title: str
    description: str
    inputs: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...]


def scopes() -> list[str]:
    """Return the bot scopes that our events and calls need, sorted."""
    needed = set(_ALWAYS)
    for subscriptions in EVENTS.values():
        needed.update(scope for scope in subscriptions.values() if scope)
    for scopes_of_call in CALLS.values():
        needed.update(scopes_of_call)
    return sorted(needed)


def for_http(manifest: Json, url: str, *, rotation: bool = False) -> Json:
    """Return a manifest's HTTP form: Slack sends requests to `url`, and browsers back to it.

    `rotation` lets tokens expire; Slack has no way back from it (docs.slack.dev, "Token rotation").
    """
    changed: Json = copy.deepcopy(manifest)
    base = url.rstrip("/")
    settings, features = changed["settings"], changed["features"]
    settings["event_subscriptions"]["request_url"] = f"{base}/slack/events"
    settings["interactivity"]["request_url"] = f"{base}/slack/interactions"
    settings["socket_mode_enabled"] = False
    settings["token_rotation_enabled"] = rotation
    for command in features["slash_commands"]:
        command["url"] = f"{base}/slack/commands"
    changed["oauth_config"]["redirect_urls"] = [f"{base}{REDIRECT_PATH}"]
    return changed


def build_manifest(
    commands: Sequence[SlashCommand], shortcuts: Sequence[Shortcut], steps: Sequence[Step]
) -> Json:
    """Return the manifest of an app with these, in Slack's form for Socket Mode."""
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": _display(),
        "features": {
            "agent_view": _agent_view(),
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                # Without it people cannot write direct messages to the app (SLACK.md, 5).
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "lead", "always_online": True},
            "slash_commands": [
                {
                    "command": item.command,
                    "description": item.description,
                    "usage_hint": item.usage_hint,
                    # Slack then sends `<@U1>` where people typed `@tom`.
                    "should_escape": True,
                }
                for item in commands
            ],
            "shortcuts": [
                {
                    "type": item.kind,
                    "name": item.name,
                    "callback_id": item.callback_id,
                    "description": item.description,
                }
                for item in shortcuts
            ],
        },
        "oauth_config": {"scopes": {"bot": scopes()}},
        "functions": {
            step.callback_id: {
                "title": step.title,
                "description": step.description,
                "input_parameters": _parameters(step.inputs),
                "output_parameters": _parameters(step.outputs),
            }
            for step in steps
        },
        "settings": {
            "event_subscriptions": {
                "bot_events": sorted(name for group in EVENTS.values() for name in group)
            },
            "interactivity": {"is_enabled": True},
            # Slack wants both for steps of workflows (docs.slack.dev/workflows/workflow-steps).
            "org_deploy_enabled": True,
            "function_runtime": "remote",
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def load_manifest() -> Json:
    """Return the manifest that ships with the program. Raises Bug when it is missing."""
    package = Path(__file__).parent
    # Beside this module in an installed package, at the root in a checkout.
    for file in (package / _FILE, package.parent / _FILE):
        if file.is_file():
            loaded: Json = json.loads(file.read_text("utf-8"))
            return loaded
    raise Bug(f"{_FILE} was not installed with the program")


def _display() -> Json:
    return {
        "name": "Lead",
        "description": "Leads a backend team: plans, specialists' work in the thread, decisions.",
        # Slack wants 174 to 4,000 characters.
        "long_description": (
            "Mention the lead with what you need. It answers small questions itself; larger ones"
            " become a plan that backend specialists work in the thread, each under its own name."
            " You get one recommendation, the disagreements named, what it cost, and decisions to"
            " accept, change or reject. Nothing is decided without a person."
        ),
        "background_color": "#1f2937",
    }


def _parameters(items: Sequence[Parameter]) -> Json:
    return {
        item.name: {
            "type": item.kind,
            "title": item.title,
            "description": item.description,
            "is_required": item.required,
            "name": item.name,
        }
        for item in items
    }


def _agent_view() -> Json:
    return {
        "agent_description": "Plans backend work, has specialists do it, records decisions.",
        "suggested_prompts": list(PROMPTS),
    }
