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
    """Return whether a source is cloned; everything else is a folder of this machine."""
    return urlsplit(text).scheme in ("https", "ssh", "file")
