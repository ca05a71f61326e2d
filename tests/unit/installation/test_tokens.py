"""Tokens that expire are renewed in time, once, and a failure loses nothing that still works."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import DatabaseAway
from bot.slack.errors import AuthLost, RateLimited
from storage.repositories.installations import InstallationRepository
from tests.unit.installation.conftest import HOURS, Office


async def token(office: Office) -> str:
    found = await office.tokens.of("T1")
    assert found is not None
    return found.token


async def test_one_that_lasts_is_left_alone(office: Office) -> None:
    await office.install(lives=12 * HOURS)
    office.at.clock.advance(timedelta(hours=9))
    assert await token(office) == "xoxb-first"
    assert office.slack.given == []


async def test_it_is_renewed_two_hours_before_its_end(office: Office) -> None:
    await office.install(lives=12 * HOURS)
    office.at.clock.advance(timedelta(hours=10))
    assert await token(office) == "xoxb-new-1"
    assert await token(office) == "xoxb-new-1"
    office.at.clock.advance(timedelta(days=3))
    assert await token(office) == "xoxb-new-2"
    assert office.slack.given == ["refresh-0", "refresh-1"]


async def test_many_who_need_it_at_once_ask_once(office: Office) -> None:
    """Slack takes a refresh token once; the others go on with what still works."""
    await office.install(lives=1 * HOURS)
    found = await asyncio.gather(*(token(office) for _ in range(8)))
    assert office.slack.given == ["refresh-0"]
    assert set(found) <= {"xoxb-first", "xoxb-new-1"}


async def test_while_slack_is_away_the_old_one_works_until_its_end(office: Office) -> None:
    await office.install(lives=3 * HOURS)
    office.slack.refusal = RateLimited("oauth.v2.access", retry_after=1)
    office.at.clock.advance(timedelta(hours=2))
    assert await token(office) == "xoxb-first"
    office.at.clock.advance(timedelta(hours=2))
    with pytest.raises(RateLimited):
        await token(office)
    stored = await office.tokens.as_stored("T1")
    assert stored is not None
    office.slack.refusal = None
    assert await token(office) == "xoxb-new-1"


async def test_what_slack_gave_once_is_stored_when_the_database_is_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.install(lives=1 * HOURS)
    office.at.clock.advance(timedelta(hours=2))
    find, fails = InstallationRepository.find, iter([True, True])

    async def away(self: InstallationRepository, *given: str, lock: bool = False) -> Any:
        if lock and next(fails, False):
            raise DatabaseAway("OperationalError")
        return await find(self, *given, lock=lock)

    monkeypatch.setattr(InstallationRepository, "find", away)
    asked = asyncio.create_task(token(office))
    while not asked.done():
        office.at.clock.advance(timedelta(seconds=1))
        await asyncio.sleep(0.001)
    assert await asked == "xoxb-new-1"
    assert await token(office) == "xoxb-new-1"
    assert office.slack.given == ["refresh-0"]


async def test_a_refusal_is_kept_and_not_asked_for_again_at_once(office: Office) -> None:
    """The app's own secret may be wrong: when it is right again, so is the token."""
    await office.install(lives=1 * HOURS)
    office.at.clock.advance(timedelta(hours=2))
    office.slack.refusal = AuthLost("oauth.v2.access", "invalid_refresh_token")
    for _ in range(2):
        with pytest.raises(AuthLost):
            await token(office)
        office.slack.refusal = None
    async with office.at.ctx.database.read() as uow:
        row = await uow.installations.find("T1")
    assert row is not None
    assert row.problem == "invalid_refresh_token"
    office.at.clock.advance(timedelta(minutes=11))
    assert await token(office) == "xoxb-new-1"


async def test_there_is_none_where_the_app_is_not_installed(office: Office) -> None:
    assert await office.tokens.of("T1") is None
    assert await office.tokens.as_stored("T1") is None
