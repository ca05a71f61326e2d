"""MCP tokens: found by their secret only, while they count."""

from datetime import timedelta
from typing import Any

from bot.domain.mcp_token import digest_of, new_token
from storage.models import Installation, McpToken
from storage.uow import Database
from tests.storage.rows import NOW


def token(secret: str, **values: Any) -> McpToken:
    given: dict[str, Any] = {
        "workspace_id": "T1",
        "name": "agent",
        "digest": digest_of(secret),
        "scopes": ["memory:read"],
        "created_by": "operator",
        "created_at": NOW,
    }
    return McpToken(**(given | values))


async def test_a_token_counts_until_it_ends_is_revoked_or_the_app_goes(database: Database) -> None:
    lasting, ending, revoked, gone = (new_token() for _ in range(4))
    async with database.begin() as uow:
        for workspace_id in ("T1", "T2"):
            await uow.channels.ensure_workspace(workspace_id, now=NOW)
        await uow.mcp_tokens.add(token(lasting))
        await uow.mcp_tokens.add(token(ending, name="b", expires_at=NOW + timedelta(days=1)))
        await uow.mcp_tokens.add(token(revoked, name="c", revoked_at=NOW))
        await uow.mcp_tokens.add(token(gone, name="agent", workspace_id="T2"))
        uow.session.add(
            Installation(
                workspace_id="T2",
                app_id="A1",
                bot_token="",
                installed_by="U1",
                installed_at=NOW,
                removed_at=NOW,
            )
        )

    async def counts(secret: str, *, days: int = 0) -> bool:
        async with database.read() as uow:
            when = NOW + timedelta(days=days)
            return await uow.mcp_tokens.by_digest(digest_of(secret), now=when) is not None

    assert await counts(lasting, days=900)
    assert await counts(ending)
    assert not await counts(ending, days=1)
    assert not await counts(revoked)
    assert not await counts(gone)
    assert not await counts(new_token())


async def test_names_are_a_workspaces_own_and_free_again_once_revoked(database: Database) -> None:
    async with database.begin() as uow:
        for workspace_id in ("T1", "T2"):
            await uow.channels.ensure_workspace(workspace_id, now=NOW)
        await uow.mcp_tokens.add(token(new_token(), revoked_at=NOW))
        mine = await uow.mcp_tokens.add(token(new_token()))
        await uow.mcp_tokens.add(token(new_token(), workspace_id="T2"))
        found = await uow.mcp_tokens.named("T1", "agent", lock=True)
        assert found is mine
        await uow.mcp_tokens.used(mine.id, now=NOW + timedelta(hours=1))
    async with database.read() as uow:
        rows = await uow.mcp_tokens.all("T1")
        assert {row.workspace_id for row in rows} == {"T1"}
        assert sorted(bool(row.revoked_at) for row in rows) == [False, True]
        assert [row.used_at for row in rows if row.id == mine.id] == [NOW + timedelta(hours=1)]
