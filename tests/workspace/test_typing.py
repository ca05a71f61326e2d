"""What people type becomes Slack's wire form."""

import pytest

from bot.workspace import Workspace
from bot.workspace.payloads import rich_text
from bot.workspace.typed import wire_form


@pytest.mark.parametrize(
    ("typed", "wire"),
    [
        ("hello @maya", "hello <@U0MAYA0001>"),
        ("@MAYA, look", "<@U0MAYA0001>, look"),
        ("@nobody and a@maya.example", "@nobody and a@maya.example"),
        ("@backend-leads please", "<!subteam^S0BACKLEAD> please"),
        ("@here it is", "<!here> it is"),
        ("see #backend or #nowhere", "see <#C0BACKEND1|> or #nowhere"),
        ("a < b && c", "a &lt; b &amp;&amp; c"),
        ("already &lt; <@U0TOM00001> <#C0BACKEND1|backend>", None),
        ("look at https://x.example/a?b=1.", "look at <https://x.example/a?b=1>."),
        ("<https://x.example|link>", None),
    ],
)
def test_wire_form(typed: str, wire: str | None) -> None:
    """None: what is in wire form already stays as it is."""
    assert wire_form(typed, Workspace().state) == (typed if wire is None else wire)


def test_labels_for_commands() -> None:
    """Slash commands with should_escape carry names beside ids."""
    state = Workspace().state
    text = wire_form("@tom #general @backend-leads", state, labels=True)
    assert text == ("<@U0TOM00001|tom> <#C0GENERAL1|general> <!subteam^S0BACKLEAD|@backend-leads>")


def test_rich_text_beside_a_persons_words() -> None:
    """Mentions become elements of their own."""
    (block,) = rich_text("hi <@U1>, see <#C1|> <!here> <!subteam^S1>!", "b")
    kinds = [piece["type"] for piece in block["elements"][0]["elements"]]
    assert kinds == [
        "text", "user", "text", "channel", "text", "broadcast", "text", "usergroup", "text",
    ]  # fmt: skip


def test_an_app_name_of_two_words_can_be_mentioned() -> None:
    """The handle joins them."""
    workspace = Workspace(manifest={"display_information": {"name": "Backend Lead"}})
    bot = workspace.identity.bot_user_id
    assert wire_form("@backend-lead go", workspace.state) == f"<@{bot}> go"
