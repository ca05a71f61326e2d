"""`teamlead manifest`: what to paste into Slack's “Create New App”, for Socket Mode or HTTP."""

import json
from urllib.parse import urlsplit

import typer

from bot.errors import UserFacingError
from bot.manifest import for_http, load_manifest


def run(*, url: str, rotation: bool) -> None:
    """Print the manifest; with `url` that of HTTP mode. Raises UserFacingError for a wrong URL."""
    manifest = load_manifest()
    if url:
        manifest = for_http(manifest, checked(url), rotation=rotation)
    elif rotation:
        raise UserFacingError(
            "Tokens that expire need HTTP mode.", hint="Give the address, too: --url https://…"
        )
    typer.echo(json.dumps(manifest, indent=2, ensure_ascii=False))


def checked(url: str) -> str:
    """Return an address that Slack takes; raises UserFacingError for any other."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise UserFacingError(
            f"{url} is no address that Slack can reach.",
            hint="It begins with https:// and names a host, e.g. https://lead.example.com.",
        )
    return url
