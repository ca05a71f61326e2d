"""The SDK's client comes without its types, and is the SDK's own all the same."""

import subprocess
import sys

import pytest

from bot.model.claude import sdk


def run(code: str) -> str:
    """Return what a fresh interpreter prints."""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return ran.stdout.strip()


BUILT = """
import asyncio, sys
from bot.clock import SystemClock
from bot.model.claude import ClaudeConfig
from bot.model.claude.transport import Transport

async def main():
    await Transport(ClaudeConfig(api_key="k", base_url="http://127.0.0.1:9"), SystemClock()).close()

asyncio.run(main())
"""


@pytest.mark.again
def test_a_client_is_built_without_the_types_and_the_whole_sdk_has_the_same_parts() -> None:
    loaded = "name for name in sys.modules if name.startswith('anthropic')"
    built = f"{BUILT}\nprint(sum(1 for _ in ({loaded})), 'anthropic.types' in sys.modules)"
    same = "anthropic.AsyncAnthropic is sdk.AsyncAnthropic, anthropic.transform_schema is"
    whole = (
        f"from bot.model.claude import sdk; import anthropic; print({same} sdk.transform_schema)"
    )
    more = "import anthropic.types as t; print(t.Message.model_fields['role'].annotation)"
    before, parts, role = run(f"{built}\n{whole}; {more}").splitlines()
    count, types = before.split()
    assert types == "False"
    assert int(count) < 120
    assert parts == "True True"
    assert "assistant" in role


@pytest.mark.again
def test_a_version_that_is_made_otherwise_is_imported_whole() -> None:
    broken = (
        "import importlib.util as u; found = u.find_spec;"
        "u.find_spec = lambda name, package=None: None if name == 'anthropic' else found(name)"
    )
    code = f"{broken}; from bot.model.claude import sdk; import sys"
    assert run(f"{code}; print('anthropic.types' in sys.modules)") == "True"


def test_whatever_keeps_it_from_being_taken_apart_it_is_imported_whole() -> None:
    broken = """
import importlib
found = importlib.import_module

def fail(name, package=None):
    if name.endswith("._transform"):
        raise RuntimeError("no schema for a stand-in")
    return found(name, package)

importlib.import_module = fail
"""
    code = f"{broken}\nfrom bot.model.claude import sdk\nimport anthropic"
    assert run(f"{code}; print(sdk.transform_schema is anthropic.transform_schema)") == "True"


@pytest.mark.again
def test_what_is_taken_is_what_the_whole_sdk_has() -> None:
    assert sdk.whole().keys() == set(sdk.__all__)
    with pytest.raises(AttributeError):
        sdk._Types("x").__file__  # noqa: B018  # the import system asks so
