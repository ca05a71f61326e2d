"""Which addresses are Slack's: nobody else is sent a token or an answer, whoever names them."""

from urllib.parse import urlsplit

FILES = frozenset({"files.slack.com", "files.slack-gov.com"})
"""Where `url_private` leads (docs.slack.dev/reference/objects/file-object)."""
ANSWERS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
"""Where a `response_url` leads (docs.slack.dev/interactivity/handling-user-interaction)."""
_OURS = (".slack.com", ".slack-gov.com", "slack.com")


def is_slacks(url: str, hosts: frozenset[str], *, api_url: str) -> bool:
    """Return whether an address is one of Slack's `hosts`; with another API, that API's host."""
    try:
        there, api = urlsplit(url), urlsplit(api_url)
    except ValueError:
        return False
    if api.hostname and not api.hostname.endswith(_OURS):
        return (there.scheme, there.netloc) == (api.scheme, api.netloc)
    return there.scheme == "https" and there.netloc.lower() in hosts
