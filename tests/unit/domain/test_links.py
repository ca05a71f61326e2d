"""The link parser: Slack's messages and nothing else, whatever surrounds them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links import MOST_LINKS, MessageLink, message_links

ONE = "https://acme.slack.com/archives/C012AB/p1700000001000100"
PARENT = "1700000000.000200"


def test_a_message_and_a_reply() -> None:
    reply = f"{ONE}?thread_ts={PARENT}&cid=C012AB"
    assert message_links(f"see <{ONE}|this>.") == (
        MessageLink("C012AB", "1700000001.000100", "1700000001.000100"),
    )
    assert message_links(f"see {reply.replace('&', '&amp;')}!") == (
        MessageLink("C012AB", "1700000001.000100", PARENT),
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/archives/C012AB/p1700000001000100",
        "https://acme.slack.com.evil.example/archives/C012AB/p1700000001000100",
        "https://acme.slack.com@evil.example/archives/C012AB/p1700000001000100",
        "https://evil.example#.slack.com/archives/C012AB/p1700000001000100",
        "https://evil.example/?https://acme.slack.com/archives/x",
        "https://acme.slack.com:444/archives/C012AB/p1700000001000100",
        "http://acme.slack.com/archives/C012AB/p1700000001000100",
        "https://acme.slack.com/archives/C012AB/p17000000010001001",
        "https://acme.slack.com/archives/../C012AB/p1700000001000100",
        "https://acme.slack.com/files/C012AB/p1700000001000100",
        "https://[acme.slack.com/archives/C012AB/p1700000001000100",
        "http://169.254.169.254/archives/C012AB/p1700000001000100",
    ],
)
def test_no_other_address_counts(address: str) -> None:
    assert message_links(address) == ()


def test_a_strange_thread_is_the_message_itself() -> None:
    (link,) = message_links(f"{ONE}?thread_ts=1%27%20or%201")
    assert link.root_ts == link.ts


def test_another_server_counts_where_it_is_the_api() -> None:
    address = "http://127.0.0.1:4321/archives/C012AB/p1700000001000100"
    assert message_links(address, hosts=("127.0.0.1:4321",))
    assert message_links(address, hosts=("127.0.0.1:4322",)) == ()


_ts = st.from_regex(r"[0-9]{10}\.[0-9]{6}", fullmatch=True)
_channel = st.from_regex(r"[CGD][A-Z0-9]{2,12}", fullmatch=True)
_links = st.builds(MessageLink, _channel, _ts, _ts)
_around = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)


@given(links=st.lists(_links, max_size=5, unique=True), between=_around)
def test_links_are_found_in_any_text(links: list[MessageLink], between: str) -> None:
    """In their order, each once, never more than the limit."""
    addresses = [
        f"<https://a.slack.com/archives/{i.channel_id}/p{i.ts.replace('.', '')}"
        f"?thread_ts={i.root_ts}&amp;cid={i.channel_id}>"
        for i in links
    ]
    text = f" {between.replace('http', '')} ".join(addresses * 2)
    assert message_links(text) == tuple(links)[:MOST_LINKS]


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    for said in (text, f"https://{text}"):
        assert len(message_links(said)) <= MOST_LINKS
