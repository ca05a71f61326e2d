"""Asks Slack for the next token of a workspace; every failure a class of `bot.slack.errors`."""

from dataclasses import dataclass
from typing import Protocol

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import AuthLost, OutcomeUnknown, Unreachable, failure

METHOD = "oauth.v2.access"


@dataclass(frozen=True, repr=False)
class Granted:
    """A token with what renews it; `expires_in` in seconds, None for one that never expires."""

    token: str
    refresh_token: str = ""
    expires_in: int | None = None


class Exchange(Protocol):
    """Whoever can trade a refresh token in; Slack takes each once."""

    async def next_token(self, refresh_token: str) -> Granted:
        """Return the next token; raises SlackFailure, AuthLost for one that is no good."""
        ...


class SlackExchange:
    """Trades with Slack, as the app that the client id names.

    Not the SDK's AsyncTokenRotator: that one reads the machine's clock and lets no failure through
    that tells a refusal from a broken connection.
    """

    def __init__(self, client: AsyncWebClient, *, client_id: str, client_secret: str) -> None:
        self._client = client
        self._id = client_id
        self._secret = client_secret

    async def next_token(self, refresh_token: str) -> Granted:
        """Return the next token; raises SlackFailure, AuthLost for one that is no good."""
        try:
            answer = await self._client.oauth_v2_access(
                client_id=self._id,
                client_secret=self._secret,
                grant_type="refresh_token",
                refresh_token=refresh_token,
            )
        except SlackApiError as refused:
            raise _meaning(refused) from refused
        except aiohttp.ClientConnectorError as error:
            raise Unreachable(METHOD, type(error).__name__) from error
        except (TimeoutError, aiohttp.ClientError, SlackClientError, ValueError) as error:
            raise OutcomeUnknown(METHOD, type(error).__name__) from error
        return Granted(
            token=str(answer["access_token"]),
            refresh_token=str(answer.get("refresh_token") or ""),
            expires_in=answer.get("expires_in"),
        )


def _meaning(refused: SlackApiError) -> Exception:
    response = refused.response
    data = response.data if isinstance(getattr(response, "data", None), dict) else {}
    headers = {name.lower(): value for name, value in (response.headers or {}).items()}
    code = str(data.get("error", ""))
    found = failure(
        METHOD,
        code,
        status=response.status_code,
        retry_after=str(headers.get("retry-after", "")),
    )
    return found if found.again or not code else AuthLost(METHOD, code)
