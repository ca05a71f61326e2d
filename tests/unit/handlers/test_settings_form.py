"""What the settings' form says of people, read as if it were typed."""

from typing import Any

import pytest

from bot.domain.setting import SETTINGS
from bot.slack.cards.settings import NAMED, NAMED_BLOCK
from handlers.settings import _text
from handlers.shapes import Filled


@pytest.mark.parametrize(
    ("picked", "before", "meant"),
    [
        (["UGFSZPKWRQL"], None, ("UGFSZPKWRQL",)),
        (["U1"], ("UGFSZPKWRQL", "SLEADS", "COPS", "admins"), ("COPS", "SLEADS", "U1", "admins")),
    ],
)
def test_ids_without_a_digit_are_named_too(
    picked: list[str], before: tuple[str, ...] | None, meant: tuple[str, ...]
) -> None:
    setting = SETTINGS["decide"]
    fields: dict[str, Any] = {
        setting.name: {"choice": {"selected_option": {"value": NAMED}}},
        f"{setting.name}{NAMED_BLOCK}": {"users": {"selected_users": picked}},
    }
    assert setting.kind.parse(_text(setting, Filled.of(fields), before)) == meant
