"""A desk with a seal, and an exchange that hands out tokens by number."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.services import installations
from bot.services.installation_seal import Seal, new_key
from bot.services.installation_tokens import Tokens
from bot.services.installations import Grant
from bot.slack.errors import SlackFailure
from bot.slack.oauth import Granted
from storage.uow import Database
from tests.support.desk import Desk, desk

HOURS = 3_600


@dataclass
class Counter:
    """Slack's side of renewing: each refresh token once."""

    lives: int | None = 12 * HOURS
    given: list[str] = field(default_factory=list)
    refusal: SlackFailure | None = None

    async def next_token(self, refresh_token: str) -> Granted:
        if self.refusal is not None:
            raise self.refusal
        self.given.append(refresh_token)
        number = len(self.given)
        return Granted(f"xoxb-new-{number}", f"refresh-{number}", self.lives)


@dataclass
class Office:
    """What tests of installations hold."""

    at: Desk
    seal: Seal
    slack: Counter

    @property
    def tokens(self) -> Tokens:
        """The tokens as a process reads them."""
        ctx = self.at.ctx
        return Tokens(ctx.database, ctx.clock, seal=self.seal, exchange=self.slack)

    async def install(
        self, workspace_id: str = "T1", *, by: str = "U7", lives: int | None = None
    ) -> None:
        """Install the app; `lives` in seconds for a token that expires."""
        granted = Granted("xoxb-first", "refresh-0" if lives else "", lives)
        grant = Grant(
            workspace_id=workspace_id,
            workspace_name=f"Company {workspace_id}",
            installed_by=by,
            app_id="A1",
            bot_id="B1",
            bot_user_id="UBOT",
            scopes=("chat:write", "commands"),
            granted=granted,
        )
        await installations.install(self.at.ctx, self.seal, grant)


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(desk(database, tmp_path), Seal([new_key()]), Counter())
