"""Answers HTTP calls of the Web API: merges arguments, guards, runs the method, records."""

import asyncio
import base64
import copy
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.workspace import scopes
from bot.workspace.api import METHODS
from bot.workspace.api.args import Args
from bot.workspace.recorder import RecordedCall
from bot.workspace.shapes import Json, SlackError
from bot.workspace.workspace import Workspace

log = structlog.get_logger(__name__)
_NO_TOKEN = frozenset({"api.test", "oauth.v2.access"})
_APP_TOKEN = frozenset({"apps.connections.open"})
_LOGIN_PAGE = "<!DOCTYPE html><title>Sign in</title><p>Sign in to see this file.</p>"


class _Cut(Response):
    """Starts an answer and never ends it, so that the caller loses it on the way."""

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


class WebApi:
    """The endpoints that the app calls."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace

    async def call(self, request: Request) -> Response:
        """Handle `/api/{method}`."""
        w, method = self._w, request.path_params["method"]
        try:
            args = await merged_arguments(request)
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_json"})
        token = token_of(request, args)
        if w.faults.delay_seconds:
            await asyncio.sleep(w.faults.delay_seconds)
        fault = w.faults.strike(method, "rate_limit", "server_error", "drop")
        status, headers = 200, {"x-oauth-scopes": ",".join(w.scopes)}
        if fault == "server_error":
            answer: Json = {"ok": False, "error": "internal_error"}
            status = 503
        else:
            wait = 1 if fault == "rate_limit" else None
            answer, wait = self._answer(method, args, token, wait)
            if wait is not None:
                status, headers = 429, {**headers, "Retry-After": str(wait)}
        kept = copy.deepcopy(answer)
        w.recorder.record(RecordedCall(method, args, kept, w.clock.now(), status))
        if fault == "drop":
            return _Cut()
        return JSONResponse(kept, status_code=status, headers=headers)

    def _answer(
        self, method: str, args: Json, token: str, wait: int | None
    ) -> tuple[Json, int | None]:
        """Return the answer and, for 429, the seconds to wait."""
        w = self._w
        try:
            handler = METHODS.get(method)
            if handler is None:
                raise SlackError("unknown_method", req_method=method)
            self._authenticate(method, token)
            scopes.require_for_call(w.scopes, method, args)
            if wait is None:
                room = str(args.get("channel") or args.get("channel_id") or "")
                wait = w.rates.take(method, channel=room)
            if wait is not None:
                return {"ok": False, "error": "ratelimited"}, wait
            return {"ok": True, **handler(w, Args(args))}, None
        except SlackError as error:
            return error.answer(), None
        except Exception:  # as Slack's own server does
            log.exception("workspace.call_failed", method=method)
            return {"ok": False, "error": "fatal_error"}, None

    def _authenticate(self, method: str, token: str) -> None:
        w = self._w
        if method in _NO_TOKEN:
            return
        if not token:
            raise SlackError("not_authed")
        if token != w.app_token and not w.steps.is_token(token):
            w.grants.check(token)
        if (token == w.app_token) != (method in _APP_TOKEN):
            raise SlackError("not_allowed_token_type")

    async def response_url(self, request: Request) -> Response:
        """Handle a post to a response URL."""
        w, key = self._w, request.path_params["key"]
        try:
            body = await merged_arguments(request)
            w.responses.take(key, body)
            answer: Json = {"ok": True}
        except ValueError:
            body, answer = {}, {"ok": False, "error": "invalid_payload"}
        except SlackError as error:
            answer = error.answer()
        w.recorder.record(RecordedCall("response_url", body, answer, w.clock.now()))
        if answer["ok"]:
            return PlainTextResponse("ok")
        gone = answer["error"] in ("no_such_url", "used_url", "expired_url")
        return JSONResponse(answer, status_code=404 if gone else 400)

    async def upload(self, request: Request) -> Response:
        """Take the bytes of a file, raw or as a form's first file."""
        if "multipart/form-data" in request.headers.get("content-type", ""):
            async with request.form() as form:
                parts = [part for part in form.values() if not isinstance(part, str)]
                body = await parts[0].read() if parts else b""
        else:
            body = await request.body()
        try:
            size = self._w.uploads.receive(request.path_params["key"], body)
        except SlackError as error:
            return JSONResponse(error.answer(), status_code=404)
        return PlainTextResponse(f"OK - {size}")

    async def private_file(self, request: Request) -> Response:
        """Serve `url_private`: with the bot's token the file, else a login page, as Slack does."""
        token = token_of(request, {})
        if not self._w.grants.works(token) or "files:read" not in self._w.scopes:
            return Response(_LOGIN_PAGE, media_type="text/html")
        return file_response(self._w, request.path_params["file_id"])


def file_response(w: Workspace, file_id: str) -> Response:
    """Return a file's bytes; pages may show images and text, everything else downloads."""
    try:
        record, body = w.uploads.info(file_id), w.uploads.content(file_id)
    except SlackError as error:
        return JSONResponse(error.answer(), status_code=404)
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
    if not record["mimetype"].startswith("image/"):
        headers["Content-Disposition"] = "attachment"
    return Response(body, media_type=record["mimetype"], headers=headers)


async def merged_arguments(request: Request) -> Json:
    """Return query, form and JSON parameters as one; raises ValueError on broken JSON."""
    args: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if "json" in kind:
        body = await request.body()
        parsed = json.loads(body) if body else {}
        if not isinstance(parsed, dict):
            raise ValueError("not an object")
        args.update(parsed)
    elif "form" in kind:
        async with request.form() as form:
            args.update({key: value for key, value in form.items() if isinstance(value, str)})
    args.update(_client(request))
    if isinstance(args.get("payload"), str):
        args.update(json.loads(args.pop("payload")))
    return args


def _client(request: Request) -> Json:
    """Return the app's credentials where they stand in the header, as Slack's SDKs write them."""
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return {}
    name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    return {"client_id": name, "client_secret": secret}


def token_of(request: Request, args: Json) -> str:
    """Return the token that a call carries, and take it out of the arguments."""
    given = str(args.pop("token", "") or "")
    header = request.headers.get("authorization", "")
    return header.removeprefix("Bearer ").strip() if header else given
