"""Slack's error codes as classes: the code decides by table what a caller may do about it.

SlackFailure (ExternalError)
├── RateLimited      wait `retry_after` seconds
├── Unreachable      the request never left; nothing happened
├── OutcomeUnknown   it left, no answer came: it may have happened
├── NotInChannel     join first, or be invited
├── ChannelGone, MessageGone, ThreadGone
├── TooLong, InvalidBlocks   say it more simply
├── AuthLost, MissingScope   a person must repair the installation
├── AlreadyDone      nothing to do
├── MethodUnknown    a server that is not Slack lacks it
└── Refused          anything else
"""

import re
from typing import ClassVar

from bot.errors import ExternalError


class SlackFailure(ExternalError):
    """A call to Slack failed; `method` and `code` say which and how."""

    again: ClassVar[bool] = False
    """Whether the same call may succeed later."""
    words: ClassVar[str] = "Slack refused it"
    """What people read."""

    def __init__(self, method: str, code: str, *, words: str = "") -> None:
        super().__init__(words or f"{self.words} ({code}).", retryable=self.again)
        self.method = method
        self.code = code

    @property
    def kind(self) -> str:
        """The class as a word for the database, such as `not_in_channel`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()


class RateLimited(SlackFailure):
    """Too many calls; `retry_after` is in seconds."""

    again = True
    words = "Slack asks to slow down"

    def __init__(self, method: str, *, retry_after: float) -> None:
        super().__init__(method, "ratelimited")
        self.retry_after = retry_after


class Unreachable(SlackFailure):
    """No connection could be made."""

    again = True
    words = "Slack could not be reached"


class OutcomeUnknown(SlackFailure):
    """Time-out, broken connection or a server error: look before doing it again."""

    again = True
    words = "Slack did not answer"


class NotInChannel(SlackFailure):
    """The bot must be a member first."""

    words = "I am not in the channel; invite me and it can be sent"


class ChannelGone(SlackFailure):
    """Deleted, archived or never visible to the bot."""

    words = "The channel is gone, archived or closed to me"


class MessageGone(SlackFailure):
    """The message to edit or react to cannot be reached any more."""

    words = "The message was deleted"


class ThreadGone(SlackFailure):
    """The thread's first message was deleted."""

    words = "The thread was deleted"


class TooLong(SlackFailure):
    """More text or blocks than Slack takes."""

    words = "The message is too long for Slack"


class InvalidBlocks(SlackFailure):
    """Slack does not like the form of the blocks."""

    words = "Slack did not accept the message's form"


class AuthLost(SlackFailure):
    """The token no longer works."""

    words = "My Slack token no longer works; an admin must install me again"


class MissingScope(SlackFailure):
    """The app lacks the permission `needed`."""

    def __init__(self, method: str, *, needed: str) -> None:
        words = f"I lack the Slack permission {needed or 'for this'}; an admin can add it."
        super().__init__(method, "missing_scope", words=words)
        self.needed = needed


class AlreadyDone(SlackFailure):
    """What was asked for is so already."""

    words = "It was done before"


class MethodUnknown(SlackFailure):
    """A Slack-compatible server without this method."""

    words = "This server cannot do that"


class Refused(SlackFailure):
    """Any other refusal; another try would meet the same."""


_CODES: dict[type[SlackFailure], tuple[str, ...]] = {
    OutcomeUnknown: (
        "fatal_error",
        "internal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
    ),
    NotInChannel: ("not_in_channel",),
    ChannelGone: (
        "channel_not_found",
        "is_archived",
        "channel_is_archived",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_only_channel",
    ),
    MessageGone: (
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "bad_timestamp",
    ),
    ThreadGone: ("thread_not_found", "cannot_reply_to_message"),
    TooLong: ("msg_too_long", "msg_blocks_too_long", "too_many_attachments", "metadata_too_large"),
    InvalidBlocks: ("invalid_blocks", "invalid_blocks_format", "block_mismatch", "no_text"),
    AuthLost: (
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "org_login_required",
        "team_access_not_granted",
    ),
    AlreadyDone: (
        "already_reacted",
        "no_reaction",
        "already_in_channel",
        "already_pinned",
        "execution_not_in_running_state",
    ),
    MethodUnknown: ("unknown_method", "method_deprecated", "deprecated_endpoint"),
}
"""docs.slack.dev/reference/methods, the errors of the methods that we call."""

_BY_CODE = {code: kind for kind, codes in _CODES.items() for code in codes}
_RATE_CODES = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
DEFAULT_RETRY_AFTER = 10.0
"""Ours, for a 429 without the header."""


def failure(
    method: str, code: str, *, status: int = 200, retry_after: str = "", needed: str = ""
) -> SlackFailure:
    """Return what an answer means; `status` is HTTP's, `retry_after` the header's value."""
    if code in _RATE_CODES or status == 429:
        return RateLimited(method, retry_after=seconds(retry_after))
    if code == "missing_scope":
        return MissingScope(method, needed=needed)
    if code in _BY_CODE:
        return _BY_CODE[code](method, code)
    if status >= 500:
        return OutcomeUnknown(method, code or f"http_{status}")
    if status in (404, 405, 501) and not code:
        return MethodUnknown(method, f"http_{status}")
    return Refused(method, code or f"http_{status}")


def seconds(header: str) -> float:
    """Return Retry-After in seconds, at least one; a missing or odd value counts as ten."""
    try:
        return max(1.0, float(header))
    except ValueError:
        return DEFAULT_RETRY_AFTER
