"""oauth.v2.access: a code, or a refresh token, becomes a token; auth.revoke ends them."""

from typing import TYPE_CHECKING

from bot.workspace.api.args import Args
from bot.workspace.grants import check_client
from bot.workspace.shapes import Json

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace


def access(w: "Workspace", args: Args) -> Json:
    # Not kept among the recorded calls.
    check_client(args.text("client_id"), str(args.values.pop("client_secret", "")))
    if args.text("grant_type") == "refresh_token":
        w.grants.take_refresh(args.need("refresh_token"))
        return _granted(w)
    user_id = w.grants.take_code(args.need("code"), args.text("redirect_uri"))
    return {**_granted(w), "authed_user": {"id": user_id}}


def _granted(w: "Workspace") -> Json:
    who = w.identity
    return {
        **w.grants.grant(),
        "token_type": "bot",
        "scope": ",".join(w.scopes),
        "bot_user_id": who.bot_user_id,
        "app_id": who.app_id,
        "team": {"id": who.team_id, "name": who.team_name},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def revoke(w: "Workspace", args: Args) -> Json:
    if args.flag("test"):
        return {"revoked": False}
    w.uninstall()
    return {"revoked": True}


METHODS = {"oauth.v2.access": access, "auth.revoke": revoke}
