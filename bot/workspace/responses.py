"""What the app sends to a response URL, or acks a command with, becomes a message."""

from typing import TYPE_CHECKING

from bot.workspace.content import message_content
from bot.workspace.shapes import Channel, Json, SlackError
from bot.workspace.triggers import ResponseUrl

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace


def _yes(value: object) -> bool:
    return value in (True, "true", "1", 1)


class Responses:
    """Shows responses: to one person unless `in_channel`, or in place of the original."""

    def __init__(self, workspace: "Workspace") -> None:
        self._w = workspace

    def take(self, key: str, body: Json) -> None:
        """Handle a post to a response URL; raises SlackError with the code for the body."""
        target = self._w.response_urls.redeem(key)
        channel = self._w.state.channel(target.channel)
        if _yes(body.get("delete_original")):
            self._delete(channel, target)
        elif _yes(body.get("replace_original")) and target.source_ts:
            self._replace(channel, target, body)
        else:
            thread_ts = str(body.get("thread_ts") or target.thread_ts)
            self.show(channel, target.user, body, thread_ts=thread_ts)

    def show(self, channel: Channel, user: str, body: Json, *, thread_ts: str = "") -> None:
        """Post a new message: ephemeral unless `response_type` says `in_channel`."""
        posting = self._w.posting
        content, _ = message_content(body)
        if body.get("response_type") == "in_channel":
            posting.by_app(channel, content, thread_ts=thread_ts)
        else:
            posting.whisper(channel, user, posting.app_message(content, thread_ts=thread_ts))

    def _replace(self, channel: Channel, target: ResponseUrl, body: Json) -> None:
        content, _ = message_content(body)
        content = {"blocks": None, "attachments": None, **content}
        posting = self._w.posting
        if target.ephemeral:
            user, message = self._original_whisper(channel, target)
            fresh = {key: value for key, value in {**message, **content}.items() if value}
            posting.whisper(channel, user, fresh)
        else:
            message = self._w.state.message(channel.id, target.source_ts)
            posting.change(channel, message, content)

    def _delete(self, channel: Channel, target: ResponseUrl) -> None:
        if not target.source_ts:
            raise SlackError("message_not_found")
        if target.ephemeral:
            self._original_whisper(channel, target)
            self._w.posting.unwhisper(channel, target.source_ts)
        else:
            self._w.posting.remove(channel, target.source_ts)

    def _original_whisper(self, channel: Channel, target: ResponseUrl) -> tuple[str, Json]:
        found = self._w.state.ephemerals.get((channel.id, target.source_ts))
        if found is None:
            raise SlackError("message_not_found")
        return found
