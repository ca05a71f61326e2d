"""Open modals per person as stacks, and everyone's Home tab."""

from dataclasses import dataclass, field

from bot.workspace import limits
from bot.workspace.feed import Feed
from bot.workspace.ids import new_id
from bot.workspace.shapes import Identity, Json, SlackError
from bot.workspace.store import Store


@dataclass
class OpenView:
    """A modal on someone's screen; `values` are what its selects hold so far."""

    view: Json
    user: str
    values: Json = field(default_factory=dict)


class Modals:
    """All views: stacks of modals and Home tabs."""

    def __init__(self, identity: Identity, store: Store, feed: Feed) -> None:
        self._identity = identity
        self._store = store
        self._feed = feed
        self._open: dict[str, OpenView] = {}
        self._stacks: dict[str, list[str]] = {}
        self._homes: dict[str, Json] = dict(store.load("home"))

    def open(self, user: str, view: Json) -> Json:
        """Show a new modal; what was open before goes away."""
        for view_id in self._stacks.pop(user, []):
            del self._open[view_id]
        return self._show(user, self._complete(view, user), "view_open")

    def push(self, user: str, view: Json) -> Json:
        """Put a view on top; raises `push_limit_reached` above three."""
        if len(self._stacks.get(user, [])) >= limits.VIEW_STACK:
            raise SlackError("push_limit_reached")
        return self._show(user, self._complete(view, user), "view_push")

    def update(self, view_id: str, view: Json, *, view_hash: str = "") -> Json:
        """Replace the content of a view; raises `not_found` or `hash_conflict`."""
        if view_id in {home["id"] for home in self._homes.values()}:
            user = next(user for user, home in self._homes.items() if home["id"] == view_id)
            return self.publish(user, view, view_hash=view_hash)
        shown = self.get(view_id)
        if view_hash and view_hash != shown.view["hash"]:
            raise SlackError("hash_conflict")
        shown.view = {**self._complete(view, shown.user), "id": view_id}
        self._place(shown.user, view_id, shown.view)
        self._feed.to_user(shown.user, {"type": "view_update", "view": shown.view})
        return shown.view

    def publish(self, user: str, view: Json, *, view_hash: str = "") -> Json:
        """Set a person's Home tab; raises `hash_conflict`."""
        before = self._homes.get(user)
        if before and view_hash and view_hash != before["hash"]:
            raise SlackError("hash_conflict")
        home = self._complete(view, user)
        home["id"] = home["root_view_id"] = before["id"] if before else home["id"]
        self._homes[user] = home
        self._store.put("home", user, home)
        self._feed.to_user(user, {"type": "home", "view": home})
        return home

    def home(self, user: str) -> Json | None:
        """Return a person's Home tab, if it was published."""
        return self._homes.get(user)

    def get(self, view_id: str) -> OpenView:
        """Return an open modal (or a Home tab as one); raises `not_found`."""
        if view_id in self._open:
            return self._open[view_id]
        for user, home in self._homes.items():
            if home["id"] == view_id:
                return OpenView(home, user)
        raise SlackError("not_found")

    def by_external_id(self, external_id: str) -> OpenView:
        """Return the open modal with the app's own id; raises `not_found`."""
        for shown in self._open.values():
            if external_id and shown.view["external_id"] == external_id:
                return shown
        raise SlackError("not_found")

    def top(self, user: str) -> Json | None:
        """Return the view that a person sees on top, if any."""
        stack = self._stacks.get(user)
        return self._open[stack[-1]].view if stack else None

    def close(self, view_id: str) -> Json | None:
        """Close one view; return the one that shows beneath it."""
        user = self.get(view_id).user
        self._stacks[user].remove(view_id)
        del self._open[view_id]
        self._feed.to_user(user, {"type": "view_close", "view_id": view_id})
        return self.top(user)

    def clear(self, user: str) -> None:
        """Close everything that a person has open."""
        for view_id in reversed(self._stacks.pop(user, [])):
            del self._open[view_id]
            self._feed.to_user(user, {"type": "view_close", "view_id": view_id})

    def _show(self, user: str, view: Json, event: str) -> Json:
        stack = self._stacks.setdefault(user, [])
        stack.append(view["id"])
        self._place(user, view["id"], view)
        self._open[view["id"]] = OpenView(view, user)
        self._feed.to_user(user, {"type": event, "view": view})
        return view

    def _place(self, user: str, view_id: str, view: Json) -> None:
        stack = self._stacks[user]
        position = stack.index(view_id)
        view["root_view_id"] = stack[0]
        view["previous_view_id"] = stack[position - 1] if position else None

    def _complete(self, view: Json, user: str) -> Json:
        external_id = view.get("external_id") or ""
        taken = [shown for shown in self._open.values() if shown.view["external_id"] == external_id]
        if external_id and any(shown.user != user for shown in taken):
            raise SlackError("duplicate_external_id")
        view_id = new_id("V")
        return {
            "title": None,
            "submit": None,
            "close": None,
            "private_metadata": "",
            "callback_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            **view,
            "external_id": external_id,
            "id": view_id,
            "team_id": self._identity.team_id,
            "app_id": self._identity.app_id,
            "app_installed_team_id": self._identity.team_id,
            "bot_id": self._identity.bot_id,
            "hash": new_id("h"),
            "state": {"values": {}},
            "root_view_id": view_id,
            "previous_view_id": None,
        }
