"""Which model works a task; Claude is built when first needed, and closed if it was."""

import pytest

from bot.services.context import Models
from storage.models import Task
from tests.support.scripted import ScriptedModel


class Claude(ScriptedModel):
    """Stands for Claude; counts how many were built."""

    label = "claude"
    built = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).built += 1


@pytest.mark.parametrize(
    ("wanted", "default", "label"),
    [
        ("", "offline", "scripted"),
        ("", "claude", "claude"),
        ("offline", "claude", "scripted"),
        ("claude", "offline", "claude"),
    ],
)
async def test_the_task_decides_before_the_settings(wanted: str, default: str, label: str) -> None:
    models = Models(ScriptedModel(), default=default, claude=Claude)
    assert models.of(Task(model=wanted)).label == label
    await models.close()


async def test_claude_is_built_once_when_needed_and_closed() -> None:
    Claude.built = 0
    offline = ScriptedModel()
    models = Models(offline, default="claude", claude=Claude)
    assert Claude.built == 0
    assert models.default_label == "Claude"
    claude = models.of(Task(model=""))
    assert models.of(Task(model="claude")) is claude
    assert Claude.built == 1
    await models.close()
    assert isinstance(claude, Claude)
    assert claude.closed
    assert offline.closed


@pytest.mark.parametrize(("default", "built"), [("claude", 1), ("offline", 0)])
async def test_what_works_by_default_can_be_built_before_it_is_needed(
    default: str, built: int
) -> None:
    Claude.built = 0
    models = Models(ScriptedModel(), default=default, claude=Claude)
    models.load()
    models.load()
    assert Claude.built == built
    models.of(Task(model="claude"))
    assert Claude.built == 1
    await models.close()


async def test_without_claude_everything_is_offline() -> None:
    offline = ScriptedModel()
    models = Models(offline, default="offline", claude=None)
    models.load()
    assert models.of(Task(model="claude")) is offline
    assert models.default_label == "scripted"
    await models.close()
