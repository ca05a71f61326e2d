"""Files: upload URLs, their bytes, and the form in which messages show them."""

import mimetypes
import secrets
from dataclasses import dataclass
from urllib.parse import quote

from bot.clock import Clock
from bot.workspace.ids import new_id
from bot.workspace.shapes import Identity, Json, SlackError
from bot.workspace.store import Store


@dataclass
class _Ticket:
    file_id: str
    name: str
    length: int
    alt: str


class Uploads:
    """All files of the workspace."""

    def __init__(self, identity: Identity, store: Store, clock: Clock) -> None:
        self._identity = identity
        self._store = store
        self._clock = clock
        self._tickets: dict[str, _Ticket] = {}
        self._bytes: dict[str, bytes] = {}
        self._files: dict[str, Json] = dict(store.load("file"))
        self.base = "http://127.0.0.1"

    def ticket(self, name: str, length: int, *, alt: str = "") -> tuple[str, str]:
        """Return (upload url, file id) for a file of `length` bytes; `alt` describes a picture."""
        key, file_id = secrets.token_urlsafe(18), new_id("F")
        self._tickets[key] = _Ticket(file_id, name, length, alt)
        return f"{self.base}/upload/v1/{key}", file_id

    def receive(self, key: str, body: bytes) -> int:
        """Take the bytes for an upload URL; return their number."""
        ticket = self._tickets.get(key)
        if ticket is None:
            raise SlackError("file_not_found")
        user = self._identity.bot_user_id
        self.keep(ticket.file_id, ticket.name, body, user=user, alt=ticket.alt)
        return len(body)

    def keep(self, file_id: str, name: str, body: bytes, *, user: str, alt: str = "") -> Json:
        """Store a file and return Slack's form of it."""
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        private = f"{self.base}/files/{file_id}/{quote(name)}"
        now = int(self._clock.now().timestamp())
        record: Json = {
            "id": file_id,
            "created": now,
            "timestamp": now,
            "name": name,
            "title": name,
            "mimetype": mime,
            "filetype": name.rpartition(".")[2].lower() or "binary",
            "user": user,
            "size": len(body),
            "mode": "hosted",
            "is_external": False,
            "is_public": True,
            "url_private": private,
            "url_private_download": f"{private}?download=1",
            "permalink": f"{self.base}/page/files/{file_id}/{quote(name)}",
            "channels": [],
            **({"alt_txt": alt} if alt else {}),
        }
        self._bytes[file_id] = body
        self._store.put_blob(file_id, body)
        return self.save(record)

    def save(self, record: Json) -> Json:
        """Store a changed file record."""
        self._files[record["id"]] = record
        self._store.put("file", record["id"], record)
        return record

    def info(self, file_id: str) -> Json:
        """Return a file's record; raises `file_not_found`."""
        if file_id not in self._files:
            raise SlackError("file_not_found")
        return self._files[file_id]

    def content(self, file_id: str) -> bytes:
        """Return a file's bytes; raises `file_not_found`."""
        body = self._bytes.get(file_id) or self._store.blob(file_id)
        if body is None:
            raise SlackError("file_not_found")
        return body
