"""Bolt's app, told everything by us: what it would read from the environment is kept from it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings

_BOLTS_OWN = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_REDIRECT_URI")
"""With the first two Bolt would store installations in files of its own and drop our token."""


def app_of(
    settings: Settings,
    client: AsyncWebClient,
    *,
    authorize: AsyncAuthorize | None = None,
    oauth_flow: AsyncOAuthFlow | None = None,
    not_installed: str | None = None,
) -> AsyncApp:
    """Return the app; `authorize` and `oauth_flow` are for many workspaces.

    Bolt acknowledges events before their listener runs unless told otherwise; what is acknowledged
    must be stored, or a crash in between loses a message that Slack forgot.
    """
    with _hidden(_BOLTS_OWN):
        return AsyncApp(
            name="teamlead",  # or Bolt looks through every frame's source for one, 0.3 s
            client=client,
            signing_secret=settings.slack.signing_secret.get_secret_value(),
            raise_error_for_unhandled_request=True,
            process_before_response=True,
            authorize=authorize,  # type: ignore[arg-type]  # it takes such an object as well
            oauth_flow=oauth_flow,
            user_facing_authorize_error_message=not_installed,
        )


@contextmanager
def _hidden(names: tuple[str, ...]) -> Iterator[None]:
    kept = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)
