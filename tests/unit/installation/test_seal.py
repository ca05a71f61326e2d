"""Tokens at rest: sealed, bound to their workspace, opened by older keys too."""

import sys

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.errors import SettingInvalid
from bot.services.installation_seal import Seal, new_key, seal_from
from bot.settings import SecretsSettings

TOKEN = "xoxb-1-2-abc"


def settings(key: str = "", command: str = "") -> SecretsSettings:
    return SecretsSettings(key=SecretStr(key), command=command)


def test_what_is_sealed_does_not_show_and_opens() -> None:
    seal = Seal([new_key()])
    sealed = seal.close("T1", TOKEN)
    assert TOKEN not in sealed
    assert seal.open("T1", sealed) == TOKEN
    assert (seal.close("T1", ""), seal.open("T1", "")) == ("", "")


def test_a_token_moved_to_another_workspaces_row_does_not_open() -> None:
    seal = Seal([new_key()])
    with pytest.raises(SettingInvalid, match="does not open the stored token of T2"):
        seal.open("T2", seal.close("T1", TOKEN))


def test_a_changed_byte_does_not_open() -> None:
    seal = Seal([new_key()])
    sealed = seal.close("T1", TOKEN)
    for broken in (sealed[:-6] + "AAAAA=", sealed[:40], "plain"):
        with pytest.raises(SettingInvalid):
            seal.open("T1", broken)


def test_keys_can_change() -> None:
    """The first seals; what older ones sealed still opens, and not without them."""
    old, new = new_key(), new_key()
    before = Seal([old]).close("T1", TOKEN)
    both = seal_from(settings(f"{new}, {old}"))
    assert both.open("T1", before) == TOKEN
    after = both.close("T1", TOKEN)
    assert Seal([new]).open("T1", after) == TOKEN
    with pytest.raises(SettingInvalid):
        Seal([new]).open("T1", before)


def test_a_command_gives_the_key() -> None:
    key = new_key()
    command = f"{sys.executable} -c \"print('{key}')\""
    sealed = seal_from(settings(command=command)).close("T1", TOKEN)
    assert Fernet(key).decrypt(sealed).decode().endswith(TOKEN)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (settings(), "TEAMLEAD_SECRETS_KEY is not set"),
        (settings("hunter2"), "TEAMLEAD_SECRETS_KEY is no usable key"),
        (settings(command="/nowhere/key"), "TEAMLEAD_SECRETS_COMMAND cannot be run"),
        (settings(command=f"{sys.executable} -c 'exit(3)'"), "ended with exit code 3"),
        (settings(command=f"{sys.executable} -c pass"), "printed no key"),
        (settings(command="'"), "cannot be run"),
    ],
    ids=["none", "wrong", "missing", "fails", "silent", "unreadable"],
)
def test_without_a_key_one_sentence_says_what_to_do(given: SecretsSettings, sentence: str) -> None:
    with pytest.raises(SettingInvalid) as refused:
        seal_from(given)
    assert sentence in refused.value.text
    assert refused.value.hint
    assert "hunter2" not in refused.value.sentence()
