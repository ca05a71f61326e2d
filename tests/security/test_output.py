"""What a model wrote cannot ping anybody, whatever part of which post shows it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.cards import wish_post
from bot.slack.markdown import mrkdwn, mrkdwn_line
from bot.slack.text import bold, escape
from tests.security.attacks import ATTACKS, BROADCASTS

PING = re.compile(r"<!(?!date\^)|<@(?!U1>)|<#")
PIECES = ["<", "!", "channel", "here", ">", "|", "^", "@U2", "&lt;", "`", "```\n", "*", "[", "](",
          ")", "\n", "\\", "<!everyone>", "<!subteam^S1>", "https://a.example/", "~"]  # fmt: skip


@pytest.mark.parametrize("evil", ATTACKS)
def test_no_attack_pings(evil: str) -> None:
    shown = (mrkdwn(evil), mrkdwn_line(evil), bold(evil), escape(evil))
    assert not any(PING.search(text) for text in shown)


@pytest.mark.parametrize("evil", BROADCASTS)
def test_a_wish_asked_by_a_command_does_not_ping_everybody(evil: str) -> None:
    assert not re.search(r"<!(?:channel|here|everyone|subteam)", wish_post("U1", evil).text)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_no_markdown_makes_a_ping(markdown: str) -> None:
    assert not PING.search(mrkdwn(markdown))
    assert not PING.search(mrkdwn_line(markdown))
