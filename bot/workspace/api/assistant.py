"""Assistant threads and agent sessions: status, title, prompts."""

from typing import TYPE_CHECKING

from bot.workspace import limits
from bot.workspace.api.args import Args
from bot.workspace.api.chat import known, with_warnings
from bot.workspace.api.streaming import SESSION_STATES
from bot.workspace.shapes import Channel, Json, SlackError, bad_arguments

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace


def set_status(w: "Workspace", args: Args) -> Json:
    channel = _room(w, args)
    thread_ts = args.need("thread_ts")
    if args.values.get("status") is None:
        raise bad_arguments("missing required field: status")
    loading = args.structure("loading_messages") or []
    if len(loading) > limits.LOADING_MESSAGES:
        raise bad_arguments(f"no more than {limits.LOADING_MESSAGES} loading_messages")
    # Measured by others: the ts of a reply is refused, too.
    root = w.state.messages[channel.id].get(thread_ts)
    if root is None or root.get("thread_ts", thread_ts) != thread_ts:
        raise SlackError("invalid_thread_ts")
    w.sessions.set_status(channel, thread_ts, args.text("status"), loading=loading)
    return {}


def set_title(w: "Workspace", args: Args) -> Json:
    channel = _room(w, args)
    w.sessions.get(channel.id, args.need("thread_ts")).title = args.need("title")
    return {}


def set_prompts(w: "Workspace", args: Args) -> Json:
    channel = _room(w, args)
    prompts = args.structure("prompts")
    if not isinstance(prompts, list) or not prompts:
        raise bad_arguments("missing required field: prompts")
    if len(prompts) > limits.SUGGESTED_PROMPTS:
        raise bad_arguments(f"no more than {limits.SUGGESTED_PROMPTS} prompts")
    w.sessions.get(channel.id, args.text("thread_ts")).prompts = tuple(prompts)
    return {}


def session_status(w: "Workspace", args: Args) -> Json:
    channel = _room(w, args)
    state, title = args.need("status"), args.text("title")
    if state not in SESSION_STATES:
        raise bad_arguments("status must be active, processing, suspended or closed")
    if len(title) > limits.SESSION_TITLE:
        raise bad_arguments(f"title must be less than {limits.SESSION_TITLE + 1} characters")
    initiator = args.text("initiator_user_id")
    if initiator and initiator not in channel.members:
        raise SlackError("user_not_in_channel")
    thread_ts = args.text("thread_ts")
    session = w.sessions.get(channel.id, thread_ts)
    session.title = session.title or title
    w.sessions.set_state(channel, thread_ts, state)
    stoppable = "agent_session_stopped" in w.events.subscribed
    warn = state == "processing" and not stoppable
    warnings = ["missing_agent_session_stopped_event_subscription"] if warn else []
    return with_warnings({}, warnings)


def session_rename(w: "Workspace", args: Args) -> Json:
    channel, title = _room(w, args), args.need("title")
    if len(title) > limits.SESSION_TITLE:
        raise bad_arguments(f"title must be less than {limits.SESSION_TITLE + 1} characters")
    w.sessions.get(channel.id, args.text("thread_ts")).title = title
    return {}


def _room(w: "Workspace", args: Args) -> Channel:
    channel = known(w, args, "channel_id")
    if w.identity.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


METHODS = {
    "assistant.threads.setStatus": set_status,
    "assistant.threads.setTitle": set_title,
    "assistant.threads.setSuggestedPrompts": set_prompts,
    "agents.sessions.setStatus": session_status,
    "agents.sessions.rename": session_rename,
}
