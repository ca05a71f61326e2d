"""Modals and Home tabs."""

from typing import TYPE_CHECKING

from bot.workspace.api.args import Args
from bot.workspace.blocks.views import checked_view
from bot.workspace.shapes import Json, SlackError

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace


def open_view(w: "Workspace", args: Args) -> Json:
    view = checked_view(args.values.get("view"), kind="modal")
    user, _ = w.triggers.redeem(args.need("trigger_id"))
    return {"view": w.modals.open(user, view)}


def push(w: "Workspace", args: Args) -> Json:
    view = checked_view(args.values.get("view"), kind="modal")
    user, view_id = w.triggers.redeem(args.need("trigger_id"))
    if not view_id:
        raise SlackError("invalid_trigger_id")
    return {"view": w.modals.push(user, view)}


def update(w: "Workspace", args: Args) -> Json:
    view_id = args.text("view_id")
    if not view_id:
        view_id = w.modals.by_external_id(args.need("external_id")).view["id"]
    kind = w.modals.get(view_id).view["type"]
    view = checked_view(args.values.get("view"), kind=kind)
    return {"view": w.modals.update(view_id, view, view_hash=args.text("hash"))}


def publish(w: "Workspace", args: Args) -> Json:
    user = w.state.user(args.need("user_id"))
    if not w.features.get("app_home", {}).get("home_tab_enabled"):
        raise SlackError("not_enabled")
    before = w.modals.home(user.id)
    view = checked_view(args.values.get("view"), kind="home", before=before)
    return {"view": w.modals.publish(user.id, view, view_hash=args.text("hash"))}


METHODS = {
    "views.open": open_view,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
