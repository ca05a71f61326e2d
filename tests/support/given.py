"""The settings that the environment gives: read once, not in each of thousands of tests."""

import os
from functools import lru_cache
from pathlib import Path

from bot.settings import Settings


def given_settings() -> Settings:
    """Return what `Settings()` returns here and now."""
    named = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    file = Path(".env")
    return _read(tuple(sorted(named.items())), file.read_bytes() if file.exists() else b"")


@lru_cache(maxsize=8)
def _read(environment: tuple[tuple[str, str], ...], file: bytes) -> Settings:
    return Settings()
