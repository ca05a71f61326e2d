"""The forms that Slack gives its payloads, as far as Bolt and our handlers read them.

After docs.slack.dev/reference/interaction-payloads and docs.slack.dev/reference/events. What else
Slack sends, or will send one day, passes.
"""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StrictStr, model_validator

Text = StrictStr | None
Id = Annotated[StrictStr, Field(pattern=r"^[^\x00]*$")]
"""Bolt reads ids before they could be cleaned."""
Word = Annotated[StrictStr, Field(min_length=1)]
Objects = list[dict[str, Any]] | None


class _Form(BaseModel):
    model_config = ConfigDict(extra="allow")


class _Named(_Form):
    id: Id
    team_id: Id | None = None
    enterprise_id: Id | None = None


class _Option(_Form):
    value: Text = None


class _Held(_Form):
    """What an element holds: of a modal's field or of a click."""

    value: Text = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None
    selected_user: Text = None
    selected_users: list[StrictStr] | None = None
    selected_conversation: Text = None
    selected_conversations: list[StrictStr] | None = None
    selected_channel: Text = None
    selected_channels: list[StrictStr] | None = None
    selected_date: Text = None
    selected_time: Text = None
    selected_date_time: int | None = None


class _Click(_Held):
    action_id: Id
    action_ts: Text = None


class _Message(_Form):
    ts: Id
    thread_ts: Id | None = None
    text: Text = None
    user: Id | None = None
    blocks: Objects = None
    files: Objects = None
    attachments: Objects = None


class _State(_Form):
    values: dict[StrictStr, dict[StrictStr, _Held]]


class _View(_Form):
    id: Id
    type: StrictStr
    team_id: Id | None = None
    app_installed_team_id: Id | None = None
    callback_id: Id
    private_metadata: StrictStr = ""
    blocks: Objects = None


class _Modal(_View):
    state: _State
    hash: StrictStr


class _Authorization(_Form):
    team_id: Id | None = None
    enterprise_id: Id | None = None
    user_id: Id | None = None


class _Payload(_Form):
    """What Bolt reads of every payload."""

    team_id: Id | None = None
    enterprise_id: Id | None = None
    user: _Named | Id | None = None
    team: _Named | Id | None = None
    enterprise: _Named | Id | None = None
    authorizations: list[_Authorization] | None = None
    is_ext_shared_channel: bool | None = None


class _Interaction(_Payload):
    user: _Named
    channel: _Named | None = None
    message: _Message | None = None
    trigger_id: Text = None
    response_url: Text = None
    response_urls: Annotated[list[dict[str, Any]], Field(max_length=1)] | None = None
    """Bolt 1.30 breaks on several (it logs before it has a logger); our modals ask for none."""


class _Container(_Form):
    message_ts: Text = None
    view_id: Text = None


class _Clicks(_Interaction):
    trigger_id: Word
    container: _Container | None = None
    actions: Annotated[list[_Click], Field(min_length=1)]
    view: _View | None = None


class _Submission(_Interaction):
    view: _Modal


class _Shortcut(_Interaction):
    callback_id: Id
    trigger_id: Word


class _OnMessage(_Shortcut):
    channel: _Named
    message: _Message


class _Command(_Payload):
    command: StrictStr
    text: StrictStr = ""
    team_id: Id
    user_id: Id
    channel_id: Id
    trigger_id: Word


class _Item(_Form):
    type: StrictStr
    channel: Id | None = None
    ts: Id | None = None

    @model_validator(mode="after")
    def _is_found(self) -> Self:
        if self.type == "message" and not (self.channel and self.ts):
            raise ValueError("a message has a channel and a ts")
        return self


class _Edited(_Form):
    user: Id | None = None
    text: Text = None
    ts: Id | None = None
    thread_ts: Id | None = None


class _Event(_Form):
    type: StrictStr
    subtype: Text = None
    channel: Id | None = None
    channel_type: Text = None
    user: Id | None = None
    bot_id: Id | None = None
    team: Id | None = None
    user_team: Id | None = None
    source_team: Text = None
    text: Text = None
    ts: Id | None = None
    thread_ts: Id | None = None
    event_ts: Id | None = None
    tab: Text = None
    reaction: Text = None
    item: _Item | None = None
    item_user: Id | None = None
    message: _Edited | None = None
    previous_message: _Edited | None = None
    blocks: Objects = None
    files: Objects = None
    attachments: Objects = None
    function: dict[str, Any] | None = None
    inputs: dict[str, Any] | None = None
    function_execution_id: Text = None


class _Posted(_Event):
    channel: Id
    ts: Id


class _Stopped(_Event):
    channel: Id
    thread_ts: Id
    user: Id
    event_ts: Id


class _Executed(_Event):
    function: dict[str, Any]
    inputs: dict[str, Any]
    function_execution_id: StrictStr


class _InChannel(_Event):
    channel: Id


class _Renumbered(_Event):
    old_channel_id: Id
    new_channel_id: Annotated[Id, Field(min_length=1)]


class _OfSomebody(_InChannel):
    user: Id


class _Reaction(_Event):
    item: _Item
    reaction: StrictStr


class _Envelope(_Payload):
    event_id: Text = None
    event: _Event


_INTERACTIONS: dict[str, type[_Form]] = {
    "block_actions": _Clicks,
    "view_submission": _Submission,
    "shortcut": _Shortcut,
    "message_action": _OnMessage,
}
_EVENTS: dict[str, type[_Event]] = {
    "app_mention": _Posted,
    "message": _Posted,
    "reaction_added": _Reaction,
    "app_home_opened": _OfSomebody,
    "member_joined_channel": _OfSomebody,
    "channel_deleted": _InChannel,
    "group_deleted": _InChannel,
    "channel_unarchive": _InChannel,
    "channel_shared": _InChannel,
    "channel_unshared": _InChannel,
    "group_unarchive": _InChannel,
    "channel_id_changed": _Renumbered,
    "agent_session_stopped": _Stopped,
    "function_executed": _Executed,
}


def check(body: dict[str, Any]) -> None:
    """Raise pydantic's ValidationError for a payload that handlers could not read."""
    if "event" in body:
        event = _Envelope.model_validate(body).event
        _EVENTS.get(event.type, _Event).model_validate(body["event"])
    elif "command" in body:
        _Command.model_validate(body)
    else:
        _INTERACTIONS.get(str(body.get("type")), _Payload).model_validate(body)
