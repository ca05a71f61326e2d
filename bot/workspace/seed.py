"""The workspace that everyone starts with: team Acme, four people, three channels, one group."""

from bot.workspace.shapes import Channel, Identity, Json, User, UserGroup

MAYA = "U0MAYA0001"
TOM = "U0TOM00001"
LI = "U0LIWEI001"
PRIYA = "U0PRIYA001"
BACKEND = "C0BACKEND1"
GENERAL = "C0GENERAL1"
PAYMENTS = "C0PAYMENT1"
SLACKBOT = "USLACKBOT"

PEOPLE = (
    User(MAYA, "maya", "Maya Okafor", "Europe/London", "9f69e7", "Backend lead", is_admin=True),
    User(TOM, "tom", "Tom Berg", "Europe/Berlin", "4bbe2e", "Senior engineer"),
    User(LI, "li", "Li Wei", "Asia/Singapore", "e7392d", "Platform engineer"),
    User(PRIYA, "priya", "Priya Nair", "Asia/Kolkata", "3c989f", "Site reliability"),
)
GROUPS = (UserGroup("S0BACKLEAD", "backend-leads", "Backend leads", (MAYA, PRIYA)),)


def users(identity: Identity) -> list[User]:
    """Return the people, the app's bot user and Slackbot."""
    bot = User(
        identity.bot_user_id,
        identity.handle,
        identity.app_name,
        "Etc/UTC",
        "5b3cc4",
        is_bot=True,
    )
    slackbot = User(SLACKBOT, "slackbot", "Slackbot", "Etc/UTC", "757575", is_bot=True)
    return [*PEOPLE, bot, slackbot]


def channels(identity: Identity, created: int) -> list[Channel]:
    """Return the channels and one direct message with the app per person."""
    everyone = tuple(person.id for person in PEOPLE)
    bot = identity.bot_user_id
    rooms = [
        Channel(BACKEND, "backend", created, MAYA, (*everyone, bot), "Services and releases"),
        Channel(GENERAL, "general", created, MAYA, everyone, "Company-wide"),
        Channel(
            PAYMENTS, "payments-private", created, MAYA, (MAYA, PRIYA), "Payments", is_private=True
        ),
    ]
    return rooms + [direct(identity, person.id, created) for person in PEOPLE]


def direct(identity: Identity, person: str, created: int) -> Channel:
    """Return the direct message between `person` and the app."""
    name = identity.handle
    members = (person, identity.bot_user_id)
    return Channel(
        f"D{person[1:]}", name, created, person, members, is_private=True, is_im=True, user=person
    )


DEFAULT_MANIFEST: Json = {
    "display_information": {"name": "Teamlead"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {
                "command": "/lead",
                "description": "Talk to Teamlead",
                "usage_hint": "task | standup | review | decision",
                "should_escape": True,
            }
        ],
        "shortcuts": [
            {"type": "message", "name": "Create task", "callback_id": "create_task"},
            {"type": "global", "name": "New task", "callback_id": "new_task"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "assistant:write",
                "channels:history",
                "channels:join",
                "channels:read",
                "chat:write",
                "chat:write.customize",
                "commands",
                "files:read",
                "files:write",
                "groups:history",
                "groups:read",
                "im:history",
                "im:read",
                "im:write",
                "reactions:read",
                "reactions:write",
                "team:read",
                "usergroups:read",
                "users:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "agent_session_stopped",
                "app_home_opened",
                "app_mention",
                "file_shared",
                "member_joined_channel",
                "message.channels",
                "message.groups",
                "message.im",
                "reaction_added",
                "reaction_removed",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}
