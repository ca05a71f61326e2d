"""What we use of Anthropic's SDK, without what it loads beside: 2,700 types of other endpoints.

`import anthropic` takes 47 MB and 1.6 s; its client is a fifth of that and names types in
annotations only. So the client's own modules are imported without the package's first module, while
empty classes stand in for the types. Whoever imports the SDK itself gets all of it. Where a version
of the SDK cannot be taken apart so, it is imported whole.
"""

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic, DefaultAioHttpClient, transform_schema
    from anthropic._data import DEPRECATED_MODELS

__all__ = ["DEPRECATED_MODELS", "AsyncAnthropic", "DefaultAioHttpClient", "transform_schema"]

_SDK: Final = "anthropic"
_TYPES: Final = f"{_SDK}.types"
_PARTS: Final = {
    "AsyncAnthropic": "_client",
    "DEPRECATED_MODELS": "_data",
    "DefaultAioHttpClient": "_base_client",
    "transform_schema": "lib._parse._transform",
}
_USED_LATER: Final = ("_vendor.httpx_aiohttp.transport",)
"""What a part imports when it is called: by then the package's first module would come with it."""


class _Types(ModuleType):
    """A module in which every name is an empty class."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import system's own questions
            raise AttributeError(name)
        return type(name, (), {})


class _Finder(MetaPathFinder, Loader):
    """Finds such a module for the SDK's types and all that lies under them."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a specification for a module of types."""
        if fullname == _TYPES or fullname.startswith(f"{_TYPES}."):
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module."""
        return _Types(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave it empty."""


def parts() -> dict[str, Any]:
    """Return what we use, by name, with only the modules imported that it is made of.

    They stay where a later `import anthropic` finds them. A version that has something elsewhere
    raises ImportError or AttributeError, one that builds on a type what its library raises.
    """
    if _SDK in sys.modules or (found := importlib.util.find_spec(_SDK)) is None:
        return whole()
    finder = _Finder()
    sys.modules[_SDK] = importlib.util.module_from_spec(found)
    sys.meta_path.insert(0, finder)
    try:
        for module in _USED_LATER:
            importlib.import_module(f"{_SDK}.{module}")
        return {
            name: getattr(importlib.import_module(f"{_SDK}.{module}"), name)
            for name, module in _PARTS.items()
        }
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name, module in sys.modules.items() if isinstance(module, _Types)]:
            del sys.modules[name]
        del sys.modules[_SDK]


def whole() -> dict[str, Any]:
    """Return the same of the whole SDK."""
    sdk, data = importlib.import_module(_SDK), importlib.import_module(f"{_SDK}.resources.messages")
    return {name: getattr(data if name.isupper() else sdk, name) for name in _PARTS}


if not TYPE_CHECKING:
    try:
        globals().update(parts())
    except Exception:  # another version: whatever it makes of the stand-ins
        globals().update(whole())
