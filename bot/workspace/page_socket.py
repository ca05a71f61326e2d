"""The page's WebSocket: sends the feed's events for one person."""

import asyncio

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.workspace.feed import PageLink
from bot.workspace.workspace import Workspace


async def serve_page(workspace: Workspace, socket: WebSocket) -> None:
    """Serve one page until it goes away or the workspace ends."""
    first = next(iter(workspace.state.users))
    user = socket.query_params.get("user") or first
    await socket.accept()
    known = workspace.state.users.get(user)
    link = workspace.feed.open(user, inside_only=known is not None and known.is_inside_only)
    sender = asyncio.ensure_future(_send(link, socket))
    listener = asyncio.ensure_future(_listen(socket))
    try:
        await asyncio.wait({sender, listener}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        workspace.feed.close(link)
        for job in (sender, listener):
            job.cancel()
        await asyncio.gather(sender, listener, return_exceptions=True)


async def _send(link: PageLink, socket: WebSocket) -> None:
    try:
        while (event := await link.queue.get()) is not None:
            await socket.send_json(event)
        await socket.close(1001)
    except (WebSocketDisconnect, RuntimeError):
        return


async def _listen(socket: WebSocket) -> None:
    try:
        while True:
            await socket.receive_text()
    except (WebSocketDisconnect, RuntimeError):
        return
