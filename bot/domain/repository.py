"""A configured repository of code: what it may be called and where it may be cloned from."""

import re
from urllib.parse import urlsplit

from bot.errors import UserFacingError

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


def check_repository_name(text: str) -> str:
    """Return a repository's name; raises UserFacingError."""
    name = text.strip().lower()
    if not _NAME.fullmatch(name) or ".." in name:
        raise UserFacingError(
            f"“{text.strip()[:40]}” is no name for a repository.",
            hint="Take letters, digits, dots and hyphens, at most 40, e.g. `billing-api`.",
        )
    return name


def is_clone_url(text: str) -> bool:
    """Return whether a source is cloned; everything else is a folder of this machine.

    Raises UserFacingError for an address with a password in it: it would stand in the database.
    """
    try:
        parts = urlsplit(text)
        secret = parts.password or (parts.scheme == "https" and parts.username)
    except ValueError:
        return False
    if secret:
        raise UserFacingError(
            "A repository's address holds no user or password.",
            hint="Let Git find it itself, by a credential helper or an SSH key.",
        )
    return parts.scheme in ("https", "ssh", "file")
