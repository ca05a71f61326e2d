"""The token of each workspace as it is now: read for every use, renewed before it expires."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.services.installation_seal import Seal
from bot.services.patience import until_back
from bot.slack.errors import AuthLost, SlackFailure, Unreachable
from bot.slack.oauth import METHOD, Exchange, Granted
from storage.models import Installation
from storage.uow import Database

log = structlog.get_logger(__name__)

RENEW_BEFORE = timedelta(hours=2)
"""As Slack's SDK: tokens live twelve hours (docs.slack.dev, "Token rotation")."""
LEASE = timedelta(seconds=30)
"""Ours: longer than the call may take; who died in it holds nobody up for longer."""
PATIENCE = timedelta(minutes=10)
"""Ours: after a refusal nobody asks again for so long."""
_LOOK_SECONDS = 0.2
_LOOKS = 50


@dataclass(frozen=True, repr=False)
class Installed:
    """How to act in a workspace."""

    workspace_id: str
    token: str
    bot_id: str
    bot_user_id: str
    scopes: tuple[str, ...]
    enterprise_id: str | None
    version: int


class Tokens:
    """Nothing is kept between two uses: what another process changed or deleted counts at once."""

    def __init__(self, database: Database, clock: Clock, *, seal: Seal, exchange: Exchange) -> None:
        self._database = database
        self._clock = clock
        self._seal = seal
        self._exchange = exchange

    async def of(self, workspace_id: str) -> Installed | None:
        """Return how to act in a workspace; None where the app is not installed.

        Raises SlackFailure when the token expired and Slack gives no other: AuthLost when a person
        must install again. Raises SettingInvalid when no key opens it.
        """
        row = await self._find(workspace_id)
        if row is None:
            return None
        if self._lasts(row):
            return self._opened(row)
        return await self._renewed(row)

    async def as_stored(self, workspace_id: str) -> Installed | None:
        """Return the same without asking Slack for anything: the token may have expired."""
        row = await self._find(workspace_id)
        return None if row is None else self._opened(row)

    async def _find(self, workspace_id: str) -> Installation | None:
        async with self._database.read() as uow:
            row = await uow.installations.find(workspace_id)
        return row if row is not None and row.bot_token else None

    def _lasts(self, row: Installation) -> bool:
        if row.expires_at is None or not row.refresh_token:
            return True
        return row.expires_at - self._clock.now() > RENEW_BEFORE

    def _opened(self, row: Installation) -> Installed:
        return Installed(
            workspace_id=row.workspace_id,
            token=self._seal.open(row.workspace_id, row.bot_token),
            bot_id=row.bot_id,
            bot_user_id=row.bot_user_id,
            scopes=tuple(row.scopes.split(",")) if row.scopes else (),
            enterprise_id=row.enterprise_id,
            version=row.version,
        )

    async def _renewed(self, row: Installation) -> Installed | None:
        now = self._clock.now()
        async with self._database.begin() as uow:
            mine = await uow.installations.claim_refresh(
                row.workspace_id, row.version, now=now, until=now + LEASE
            )
        works = row.expires_at is not None and row.expires_at > now
        if not mine:
            return self._opened(row) if works else await self._from_another(row)
        try:
            granted = await self._exchange.next_token(
                self._seal.open(row.workspace_id, row.refresh_token)
            )
        except SlackFailure as failed:
            await self._note_refusal(row, failed)
            if works:
                return self._opened(row)
            raise
        # Slack gives each once: it must not be lost to a database that restarts.
        return await until_back(self._clock, lambda: self._store(row, granted))

    async def _from_another(self, row: Installation) -> Installed | None:
        """Wait for the process that renews the token; raises AuthLost where none could."""
        for _ in range(_LOOKS):
            found = await self._find(row.workspace_id)
            if found is None or found.version != row.version:
                return None if found is None else self._opened(found)
            if found.problem:
                raise AuthLost(METHOD, found.problem)
            await self._clock.sleep(_LOOK_SECONDS)
        raise Unreachable(METHOD, "renewing")

    async def _store(self, row: Installation, granted: Granted) -> Installed | None:
        now = self._clock.now()
        async with self._database.begin() as uow:
            found = await uow.installations.find(row.workspace_id, lock=True)
            if found is None or not found.bot_token:
                return None  # removed meanwhile
            if found.version != row.version:  # installed again meanwhile, or stored already
                return self._opened(found)
            put_token(found, granted, self._seal, now=now)
            await uow.session.flush()
        log.info("installation.renewed", team_id=row.workspace_id)
        return self._opened(found)

    async def _note_refusal(self, row: Installation, failed: SlackFailure) -> None:
        now = self._clock.now()
        log.warning("installation.not_renewed", team_id=row.workspace_id, error=failed.code)
        async with self._database.begin() as uow:
            found = await uow.installations.find(row.workspace_id, lock=True)
            if found is not None and found.version == row.version:
                # Slack did not take it: asked again later, the app's own secret may be the cause.
                found.problem = "" if failed.again else failed.code[:80]
                found.refreshing_until = None if failed.again else now + PATIENCE
                await uow.session.flush()


def put_token(row: Installation, granted: Granted, seal: Seal, *, now: datetime) -> None:
    """Write a new token into a row, sealed."""
    lasts = granted.expires_in
    row.bot_token = seal.close(row.workspace_id, granted.token)
    row.refresh_token = seal.close(row.workspace_id, granted.refresh_token)
    row.expires_at = None if lasts is None else now + timedelta(seconds=lasts)
    row.version += 1
    row.refreshing_until = None
    row.problem = ""
