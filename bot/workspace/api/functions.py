"""How the app ends a workflow step."""

from typing import TYPE_CHECKING

from bot.workspace.api.args import Args
from bot.workspace.shapes import Json, bad_arguments

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace


def complete_success(w: "Workspace", args: Args) -> Json:
    outputs = args.structure("outputs")
    if not isinstance(outputs, dict):
        raise bad_arguments("missing required field: outputs")
    w.steps.complete(args.need("function_execution_id"), outputs)
    return {}


def complete_error(w: "Workspace", args: Args) -> Json:
    w.steps.fail(args.need("function_execution_id"), args.need("error"))
    return {}


METHODS = {
    "functions.completeSuccess": complete_success,
    "functions.completeError": complete_error,
}
