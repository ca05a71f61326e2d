"""The machine's certificates, read once a process and not for each client of Claude's."""

from functools import cache

import httpcore2


def share() -> None:
    """Give all clients one context; no test changes it."""
    httpcore2.default_ssl_context = cache(httpcore2.default_ssl_context)
