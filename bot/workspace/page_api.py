"""The page's calls: what it shows, and what its person does (the protocol is in README.md)."""

from collections.abc import Awaitable, Callable

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace.page_shapes import bootstrap, page_message
from bot.workspace.shapes import Channel, Json, SlackError, bad_arguments
from bot.workspace.web_api import file_response, merged_arguments
from bot.workspace.workspace import Workspace

Answer = Callable[[Json], Awaitable[Json]]
_MOST_MESSAGES = 200


class PageApi:
    """All of `/page/api/`; a refusal is `{ok: false, error}`."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace

    def routes(self) -> list[Route]:
        """Return the routes."""
        reads: dict[str, Answer] = {
            "bootstrap": self._bootstrap,
            "history": self._history,
            "thread": self._thread,
            "home": self._home,
            "faults": self._faults,
        }
        writes: dict[str, Answer] = {
            "message": self._message,
            "command": self._command,
            "action": self._action,
            "view/submit": self._submit,
            "view/close": self._close,
            "shortcut": self._shortcut,
            "reaction": self._reaction,
            "channel": self._channel,
            "session/stop": self._stop,
            "step": self._step,
            "faults": self._set_faults,
        }
        return [
            *(Route(f"/page/api/{name}", _endpoint(call)) for name, call in reads.items()),
            *(
                Route(f"/page/api/{name}", _endpoint(call, gentle=_gentle(name)), methods=["POST"])
                for name, call in writes.items()
            ),
            Route("/page/api/upload", self._upload, methods=["POST"]),
            Route("/page/files/{file_id}/{name:path}", self._file),
        ]

    # What it shows

    async def _bootstrap(self, query: Json) -> Json:
        return bootstrap(self._w, self._who(query))

    async def _history(self, query: Json) -> Json:
        channel = self._room(query)
        before = str(query.get("before") or "")
        limit = max(1, min(_MOST_MESSAGES, int(str(query.get("limit") or 60))))
        shown = [
            message
            for message in self._w.state.timeline(channel.id)
            if not before or float(message["ts"]) < float(before)
        ]
        messages = [page_message(channel.id, message) for message in shown[-limit:]]
        return {"messages": messages, "has_more": len(shown) > limit}

    async def _thread(self, query: Json) -> Json:
        channel = self._room(query)
        messages = self._w.state.thread(channel.id, str(query.get("ts", "")))
        return {"messages": [page_message(channel.id, message) for message in messages]}

    async def _home(self, query: Json) -> Json:
        tab = "messages" if query.get("tab") == "messages" else "home"
        return {"view": self._w.people.open_home(self._who(query), tab=tab)}

    async def _faults(self, query: Json) -> Json:
        return self._w.faults.settings.model_dump()

    # What its person does

    async def _message(self, body: Json) -> Json:
        channel = self._room(body)
        message = self._w.people.say(
            self._who(body),
            channel.id,
            str(body.get("text", "")),
            thread_ts=body.get("thread_ts") or None,
        )
        return {"message": page_message(channel.id, message)}

    async def _command(self, body: Json) -> Json:
        command, text = str(body.get("command", "")), str(body.get("text") or "")
        await self._w.command(self._who(body), self._room(body).id, command, text)
        return {"ok": True}

    async def _action(self, body: Json) -> Json:
        action, user = body.get("action"), self._who(body)
        held = (body.get("state") or {}).get("values") or {}
        if not isinstance(action, dict):
            raise SlackError("invalid_arguments")
        if body.get("view_id"):
            await self._w.actions.in_view(user, str(body["view_id"]), action, state=held)
        else:
            ts = str(body.get("message_ts", ""))
            room = self._room(body)
            await self._w.actions.in_message(user, room.id, ts, action, state=held)
        return {"ok": True}

    async def _submit(self, body: Json) -> Json:
        values = body.get("values") or {}
        return await self._w.submit_view(self._who(body), str(body.get("view_id", "")), values)

    async def _close(self, body: Json) -> Json:
        await self._w.actions.close(self._who(body), str(body.get("view_id", "")))
        return {"ok": True}

    async def _shortcut(self, body: Json) -> Json:
        await self._w.people.shortcut(
            self._who(body),
            str(body.get("callback_id", "")),
            channel_id=str(body.get("channel") or ""),
            message_ts=str(body.get("message_ts") or ""),
        )
        return {"ok": True}

    async def _reaction(self, body: Json) -> Json:
        self._w.people.react(
            self._who(body),
            self._room(body).id,
            str(body.get("ts", "")),
            str(body.get("name", "")).strip(":"),
            add=bool(body.get("add", True)),
        )
        return {"ok": True}

    async def _channel(self, body: Json) -> Json:
        user = self._who(body)
        private = bool(body.get("is_private"))
        channel = self._w.people.create_channel(user, str(body.get("name", "")), is_private=private)
        return {"channel": self._w.page_channel(channel, user)}

    async def _stop(self, body: Json) -> Json:
        user, channel = self._who(body), self._room(body)
        self._w.people.stop_session(user, channel.id, str(body.get("thread_ts", "")))
        return {"ok": True}

    async def _step(self, body: Json) -> Json:
        """Run a workflow step, for which the page has no builder."""
        inputs = body.get("inputs")
        if not isinstance(inputs, dict):
            raise bad_arguments("missing required field: inputs")
        return {"function_execution_id": self._w.steps.run(str(body.get("callback_id")), inputs).id}

    async def _set_faults(self, body: Json) -> Json:
        body.pop("user", None)
        try:
            return self._w.faults.set(**body).model_dump()
        except ValidationError as error:
            raise SlackError("invalid_arguments", problems=str(error)) from None

    async def _upload(self, request: Request) -> Response:
        async with request.form() as form:
            file = form.get("file")
            fields: Json = {key: value for key, value in form.items() if isinstance(value, str)}
            if file is None or isinstance(file, str):
                return JSONResponse({"ok": False, "error": "no_file_data"}, status_code=400)
            name, body = file.filename or "file", await file.read()
        try:
            channel = self._room(fields)
            message = self._w.people.attach(
                self._who(fields),
                channel.id,
                name.replace("/", "_"),
                body,
                text=fields.get("text", ""),
                thread_ts=fields.get("thread_ts") or None,
            )
        except SlackError as error:
            return JSONResponse(error.answer(), status_code=400)
        return JSONResponse({"message": page_message(channel.id, message)})

    async def _file(self, request: Request) -> Response:
        return file_response(self._w, request.path_params["file_id"])

    def _who(self, body: Json) -> str:
        user = str(body.get("user") or next(iter(self._w.state.users)))
        return self._w.state.user(user).id

    def _room(self, body: Json) -> Channel:
        channel = self._w.state.channel(str(body.get("channel") or ""))
        if body.get("user") and not self._w.state.sees(channel, self._who(body)):
            raise SlackError("channel_not_found")
        return channel


def _gentle(name: str) -> bool:
    """Say whether a refusal is an answer of its own (`{ok: false}`), not a failed request."""
    return name not in ("message", "channel", "faults")


def _endpoint(call: Answer, *, gentle: bool = False) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await call(await merged_arguments(request)))
        except SlackError as error:
            return JSONResponse(error.answer(), status_code=200 if gentle else 400)
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_arguments"}, status_code=400)

    return endpoint
