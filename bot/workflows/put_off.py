"""Puts modules off that a library imports and rarely uses, until it does use them.

DBOS imports PostgreSQL's driver, 9 MB and 0.1 s, only to tell errors apart, on SQLite too. While it
is imported, a stand-in lies in the driver's place; nobody else ever gets to see it.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class _StandIn(ModuleType):
    """Looks like the module: whatever is read of it is read of the real one, imported then."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import system's own questions
            raise AttributeError(name)
        _take_away()
        return getattr(importlib.import_module(self.__name__), name)


def _take_away() -> None:
    for name in [name for name, module in sys.modules.items() if isinstance(module, _StandIn)]:
        del sys.modules[name]


@contextmanager
def put_off(package: str, *submodules: str) -> Iterator[None]:
    """Have what is imported inside get stand-ins for a package and submodules of it.

    Nothing happens where the package is there already. Not for two threads at once.
    """
    if package not in sys.modules:
        parent = sys.modules[package] = _StandIn(package)
        for name in submodules:
            child = sys.modules[f"{package}.{name}"] = _StandIn(f"{package}.{name}")
            setattr(parent, name, child)
    try:
        yield
    finally:
        _take_away()
