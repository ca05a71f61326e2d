"""The few shapes that the whole workspace passes around, so that no module invents its own."""

from dataclasses import asdict, dataclass, field
from typing import Any

from bot.errors import UserFacingError

Json = dict[str, Any]


class SlackError(UserFacingError):
    """A refusal with Slack's own error code; `extra` goes into the answer beside it."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    def answer(self) -> Json:
        """Return the body that Slack would send."""
        return {"ok": False, "error": self.code, **self.extra}


def bad_arguments(*problems: str) -> SlackError:
    """Return `invalid_arguments` with the problems spelled out as Slack does."""
    return SlackError(
        "invalid_arguments",
        response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]},
    )


@dataclass(frozen=True)
class User:
    """A person or a bot of the workspace."""

    id: str
    name: str
    real_name: str
    tz: str
    color: str
    title: str = ""
    is_bot: bool = False
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    """A guest: in the channels that somebody let them into."""
    is_stranger: bool = False
    """Of another company, here through Slack Connect; `team_id` is theirs."""
    team_id: str = ""

    @property
    def is_inside_only(self) -> bool:
        """Whether somebody sees only the channels that they are in."""
        return self.is_restricted or self.is_stranger

    def to_json(self) -> Json:
        return asdict(self)


@dataclass(frozen=True)
class Channel:
    """A public or private channel, a direct message (then `user` is the person), or a group's."""

    id: str
    name: str
    created: int
    creator: str
    members: tuple[str, ...]
    topic: str = ""
    is_private: bool = False
    is_im: bool = False
    user: str = ""
    is_mpim: bool = False
    """A direct message of several people; it is private, too."""
    shared_with: tuple[str, ...] = ()
    """Teams of other companies that are in it through Slack Connect."""
    is_pending_ext_shared: bool = False
    """Another company was invited and has not come yet."""

    @property
    def kind(self) -> str:
        """Return the `channel_type` that events carry."""
        if self.is_im:
            return "im"
        if self.is_mpim:
            return "mpim"
        return "group" if self.is_private else "channel"

    def to_json(self) -> Json:
        return asdict(self)

    @classmethod
    def from_json(cls, value: Json) -> "Channel":
        lists = {name: tuple(value.get(name, ())) for name in ("members", "shared_with")}
        return cls(**{**value, **lists})


@dataclass(frozen=True)
class UserGroup:
    """A user group such as @backend-leads."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...]


@dataclass(frozen=True)
class Identity:
    """The team and the app as they stand in every payload."""

    team_id: str = "T0ACME0001"
    team_name: str = "Acme"
    domain: str = "acme"
    app_id: str = "A0TEAMLEAD"
    app_name: str = "Teamlead"
    bot_id: str = "B0TEAMLEAD"
    bot_user_id: str = "U0TEAMLEAD"
    verification_token: str = field(default="local-verification", repr=False)

    @property
    def handle(self) -> str:
        """Return the name by which people mention the app."""
        return "-".join(self.app_name.lower().split())
