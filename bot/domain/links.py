"""Addresses of Slack messages in a text, and nothing else: no other address is ever fetched."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

MOST_LINKS = 3
"""Ours: what one message may ask to read; each costs a call of Slack's."""

_ADDRESS = re.compile(r"https?://[^\s<>|\"'`]+")
_PATH = re.compile(
    r"/archives/(?P<channel>[CGD][A-Z0-9]{2,30})/p(?P<seconds>\d{10})(?P<micros>\d{6})"
)
_TS = re.compile(r"\d{10}\.\d{6}")
_SLACK = (".slack.com", ".slack-gov.com")


@dataclass(frozen=True)
class MessageLink:
    """A message: its channel, its ts, and the ts of the thread it is in, or its own."""

    channel_id: str
    ts: str
    root_ts: str


def message_links(text: str, *, hosts: Collection[str] = ()) -> tuple[MessageLink, ...]:
    """Return the first links to Slack messages in a text, each once.

    `hosts` are further hosts, port included, that count as Slack's own: a compatible server's.
    """
    found: dict[MessageLink, None] = {}
    for match in _ADDRESS.finditer(text):
        link = _link(match[0], hosts)
        if link is not None:
            found[link] = None
    return tuple(found)[:MOST_LINKS]


def _link(address: str, hosts: Collection[str]) -> MessageLink | None:
    try:
        parts = urlsplit(address.replace("&amp;", "&"))
    except ValueError:  # no address after all, e.g. "http://["
        return None
    if not _is_slack(parts.scheme, parts.netloc.lower(), hosts):
        return None
    path = _PATH.fullmatch(parts.path.rstrip("/.,;:!?)"))
    if path is None:
        return None
    ts = f"{path['seconds']}.{path['micros']}"
    root = parse_qs(parts.query).get("thread_ts", [ts])[0]
    return MessageLink(path["channel"], ts, root if _TS.fullmatch(root) else ts)


def _is_slack(scheme: str, host: str, hosts: Collection[str]) -> bool:
    if host in hosts:
        return True
    # A user name or a port would make another host of it: "x.slack.com@evil.example".
    return (
        scheme == "https"
        and host.endswith(_SLACK)
        and re.fullmatch(r"[a-z0-9.-]+", host) is not None
    )
