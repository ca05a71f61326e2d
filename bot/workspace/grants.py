"""How the app came into a workspace: codes, the tokens they become, tokens that expire, the end."""

import hmac
import secrets
from dataclasses import dataclass

from bot.clock import Clock
from bot.workspace.shapes import Json, SlackError
from bot.workspace.store import Store

CLIENT_ID, CLIENT_SECRET = "1000.2000", "local-client-secret"
"""The app's own credentials, the same in every local workspace."""
CODE_SECONDS = 600
_NEVER = 0.0


@dataclass(frozen=True)
class _Code:
    user_id: str
    redirect_uri: str
    until: float


class Grants:
    """The tokens of one workspace; the first, from the app's page, is there from the start."""

    def __init__(self, clock: Clock, store: Store, first_token: str) -> None:
        self._clock = clock
        self._store = store
        self._codes: dict[str, _Code] = {}
        self._until: dict[str, float] = {first_token: _NEVER}
        """Tokens with the second at which they expire."""
        self._refresh: set[str] = set()
        self._revoked: set[str] = set()
        self.expires_in: int | None = None
        """Seconds that tokens live, where the app has token rotation; None: for ever."""
        self.redirect_url = ""
        """Where browsers are sent back to, unless they name another address."""
        for kind, value in store.load("grant"):
            self._restore(kind, value)

    def _restore(self, token: str, value: Json) -> None:
        if value.get("revoked"):
            self._until.pop(token, None)
            self._revoked.add(token)
        elif value.get("refresh"):
            self._refresh.add(token)
        else:
            self._until[token] = float(value["until"])

    # Codes

    def issue_code(self, user_id: str, redirect_uri: str) -> str:
        """Return a code for a person who agreed; it becomes a token once."""
        code = secrets.token_hex(16)
        self._codes[code] = _Code(user_id, redirect_uri, self._now() + CODE_SECONDS)
        return code

    def knows(self, word: str) -> bool:
        """Say whether a code, token or refresh token is or was this workspace's."""
        known = (self._codes, self._until, self._refresh, self._revoked)
        return any(word in words for words in known)

    def take_code(self, code: str, redirect_uri: str) -> str:
        """Return who agreed; raises `invalid_code`, `code_expired` or `bad_redirect_uri`."""
        found = self._codes.pop(code, None)
        if found is None:
            raise SlackError("invalid_code")
        if self._now() > found.until:
            raise SlackError("code_expired")
        if redirect_uri and redirect_uri != found.redirect_uri:
            raise SlackError("bad_redirect_uri")
        return found.user_id

    # Tokens

    def grant(self) -> Json:
        """Return a fresh token in Slack's words, with what renews it where tokens expire."""
        token = f"xoxb-{secrets.token_hex(12)}"
        if self.expires_in is None:
            self._keep(token, _NEVER)
            return {"access_token": token}
        token, refresh = f"xoxe.{token}", f"xoxe-1-{secrets.token_hex(12)}"
        self._keep(token, self._now() + self.expires_in)
        self._refresh.add(refresh)
        self._store.put("grant", refresh, {"refresh": True})
        return {"access_token": token, "refresh_token": refresh, "expires_in": self.expires_in}

    def take_refresh(self, refresh_token: str) -> None:
        """Use up a refresh token; raises `invalid_refresh_token` for one that was used."""
        if refresh_token not in self._refresh:
            raise SlackError("invalid_refresh_token")
        self._refresh.discard(refresh_token)
        self._store.delete("grant", refresh_token)

    def check(self, token: str) -> None:
        """Raise `invalid_auth`, `token_expired` or `account_inactive` for one that is no good."""
        if token in self._revoked:
            raise SlackError("account_inactive")
        until = self._until.get(token)
        if until is None:
            raise SlackError("invalid_auth")
        if until != _NEVER and self._now() > until:
            raise SlackError("token_expired")

    def works(self, token: str) -> bool:
        """Say whether a token is good."""
        try:
            self.check(token)
        except SlackError:
            return False
        return True

    def revoke(self) -> None:
        """End every token: the app was removed."""
        for token in (*self._until, *self._refresh):
            self._revoked.add(token)
            self._store.put("grant", token, {"revoked": True})
        self._until.clear()
        self._refresh.clear()
        self._codes.clear()

    def _keep(self, token: str, until: float) -> None:
        self._until[token] = until
        self._store.put("grant", token, {"until": until})

    def _now(self) -> float:
        return self._clock.now().timestamp()


def check_client(client_id: str, client_secret: str) -> None:
    """Raise `invalid_client_id` or `bad_client_secret` unless they are the app's."""
    if not hmac.compare_digest(client_id, CLIENT_ID):
        raise SlackError("invalid_client_id")
    if not hmac.compare_digest(client_secret, CLIENT_SECRET):
        raise SlackError("bad_client_secret")
