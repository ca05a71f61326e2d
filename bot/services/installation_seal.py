"""Seals Slack tokens before they are stored, and opens them: Fernet, with keys that can change.

The library takes 6 MB and is loaded where a token is sealed or opened: most seal none.
"""

import shlex
import subprocess
from collections.abc import Sequence

from bot.errors import SettingInvalid
from bot.settings import SecretsSettings

_KEY, _COMMAND = "TEAMLEAD_SECRETS_KEY", "TEAMLEAD_SECRETS_COMMAND"
_HELP = (
    "`teamlead workspaces key` makes one; keep it outside the database (docs/many-workspaces.md)."
)
COMMAND_SECONDS = 30.0
"""Ours: a key store that takes longer would hold up every start."""


class Seal:
    """The first key seals, each of them opens.

    A token is sealed together with its workspace's id: moved to another row it does not open.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises ValueError for a key that is not 32 bytes in URL-safe base64."""
        from cryptography.fernet import Fernet, InvalidToken, MultiFernet

        self._closed: type[Exception] = InvalidToken
        self._keys = MultiFernet([Fernet(key) for key in keys])

    def close(self, workspace_id: str, token: str) -> str:
        """Return the token sealed; empty stays empty."""
        if not token:
            return ""
        return self._keys.encrypt(f"{workspace_id} {token}".encode()).decode()

    def open(self, workspace_id: str, sealed: str) -> str:
        """Return the token. Raises SettingInvalid when no key of ours opens it."""
        if not sealed:
            return ""
        try:
            owner, _, token = self._keys.decrypt(sealed).decode().partition(" ")
        except self._closed:
            owner, token = "", ""
        if owner != workspace_id:
            raise SettingInvalid(
                _KEY,
                f"does not open the stored token of {workspace_id}.",
                hint="Add the key that it was sealed with, after a comma; if it is lost:"
                " `teamlead workspaces reseal --drop`, then install again.",
            )
        return token


def new_key() -> str:
    """Return a fresh random key."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def seal_from(settings: SecretsSettings) -> Seal:
    """Return the seal of the settings. Raises SettingInvalid, which never shows a key."""
    name = _COMMAND if settings.command else _KEY
    given = _told(settings.command) if settings.command else settings.key.get_secret_value()
    keys = [key.strip() for key in given.replace("\n", ",").split(",") if key.strip()]
    if not keys:
        state = "printed no key." if settings.command else "is not set; it seals stored tokens."
        raise SettingInvalid(name, state, hint=_HELP)
    try:
        return Seal(keys)
    except ValueError:
        raise SettingInvalid(name, "is no usable key.", hint=_HELP) from None


def _told(command: str) -> str:
    """Return what a command prints; what it says on stderr is shown to nobody, it may be a key."""
    try:
        words = shlex.split(command)
        done = subprocess.run(
            words, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=True
        )
    except subprocess.CalledProcessError as failed:
        problem = f"ended with exit code {failed.returncode}."
    except subprocess.TimeoutExpired:
        problem = f"did not end within {COMMAND_SECONDS:.0f} s."
    except (OSError, ValueError, IndexError) as failed:
        problem = f"cannot be run ({type(failed).__name__})."
    else:
        return done.stdout
    raise SettingInvalid(_COMMAND, problem, hint="Try it in a shell: it must print the key alone.")
