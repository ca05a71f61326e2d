"""Several workspaces behind one Web API, told apart by tokens; and where a person agrees."""

from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.workspace import seed
from bot.workspace.grants import CLIENT_ID
from bot.workspace.shapes import SlackError
from bot.workspace.web_api import WebApi, merged_arguments, token_of
from bot.workspace.workspace import Workspace


class SharedApi:
    """Hands each call to the workspace whose token, code or refresh token it carries."""

    def __init__(self, workspaces: Sequence[Workspace]) -> None:
        """The first workspace answers what belongs to none."""
        self._apis = [(workspace, WebApi(workspace)) for workspace in workspaces]

    async def call(self, request: Request) -> Response:
        """Handle `/api/{method}`."""
        if len(self._apis) == 1:
            return await self._apis[0][1].call(request)
        try:
            args = await merged_arguments(request)
        except ValueError:
            args = {}
        words = [str(args.get("code", "")), str(args.get("refresh_token", ""))]
        words.append(token_of(request, args))
        for workspace, api in self._apis:
            if any(workspace.grants.knows(word) for word in words if word):
                return await api.call(request)
        return await self._apis[0][1].call(request)

    async def authorize(self, request: Request) -> Response:
        """Handle `/oauth/v2/authorize`: nobody is asked, the person agrees at once.

        `team` chooses the workspace, `user` who agrees (an admin by default), `deny=1` says no.
        """
        asked = request.query_params
        if asked.get("client_id") != CLIENT_ID:
            return PlainTextResponse("invalid_client_id", status_code=400)
        workspace = self._chosen(asked.get("team", ""))
        back = asked.get("redirect_uri") or workspace.grants.redirect_url
        if not back:
            return PlainTextResponse("bad_redirect_uri", status_code=400)
        answer = {"state": asked.get("state", "")}
        if asked.get("deny"):
            answer["error"] = "access_denied"
        else:
            try:
                person = workspace.state.user(asked.get("user", seed.MAYA))
            except SlackError as unknown:
                return PlainTextResponse(unknown.code, status_code=400)
            answer["code"] = workspace.grants.issue_code(person.id, back)
        joint = "&" if "?" in back else "?"
        return RedirectResponse(f"{back}{joint}{urlencode(answer)}", status_code=302)

    def _chosen(self, team_id: str) -> Workspace:
        for workspace, _ in self._apis:
            if workspace.identity.team_id == team_id:
                return workspace
        return self._apis[0][0]
