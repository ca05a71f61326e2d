"""Socket Mode's WebSocket endpoint: hello, envelopes out, acks in."""

import json

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.workspace.shapes import Json
from bot.workspace.workspace import Workspace


class SocketLink:
    """One connection of the app; sending on a dead one is silent, the close is noticed."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    async def send(self, frame: Json) -> None:
        """Send one frame."""
        try:
            await self._socket.send_text(json.dumps(frame))
        except (WebSocketDisconnect, RuntimeError):
            return

    async def close(self) -> None:
        """Close the connection."""
        if self._socket.application_state is WebSocketState.CONNECTED:
            try:
                await self._socket.close(1001)
            except (WebSocketDisconnect, RuntimeError):
                return


async def serve_link(workspace: Workspace, socket: WebSocket) -> None:
    """Serve one connection until either side ends it."""
    if not workspace.admits(socket.query_params.get("ticket", "")):
        await socket.close(1008)
        return
    await socket.accept()
    link = SocketLink(socket)
    try:
        await workspace.hub.opened(link)
        while True:
            frame = _parsed(await socket.receive_text())
            if frame is not None:
                workspace.hub.received(frame)
    except (WebSocketDisconnect, RuntimeError):
        return
    finally:
        workspace.hub.closed(link)


def _parsed(text: str) -> Json | None:
    try:
        frame = json.loads(text)
    except ValueError:
        return None
    return frame if isinstance(frame, dict) else None
