"""Workflow steps: runs the app's functions as Workflow Builder would, and keeps how they end."""

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bot.workspace.ids import new_id
from bot.workspace.shapes import Json, SlackError, bad_arguments

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace


@dataclass
class Execution:
    """One step of one workflow run; `token` works for the app's calls until the step has ended."""

    id: str
    callback_id: str
    inputs: Json
    token: str = field(default_factory=lambda: f"xwfp-{secrets.token_hex(12)}")
    state: Literal["running", "completed", "failed"] = "running"
    outputs: Json = field(default_factory=dict)
    error: str = ""


class Steps:
    """The functions that the manifest declares, and their executions."""

    def __init__(self, workspace: "Workspace") -> None:
        self._w = workspace
        self._functions: Json = workspace.manifest.get("functions", {})
        self._known: dict[str, Execution] = {}

    def run(self, callback_id: str, inputs: Json) -> Execution:
        """Start a step: checks the inputs as Slack does and tells the app; returns the execution.

        Raises `invalid_arguments` for an input that is required and missing, or unknown.
        """
        function = self._functions.get(callback_id)
        if function is None:
            raise SlackError("function_not_found")
        _check(function["input_parameters"], inputs)
        execution = Execution(new_id("Fx"), callback_id, inputs)
        self._known[execution.id] = execution
        self._w.events.emit(
            {
                "type": "function_executed",
                "function": {
                    "id": f"Fn{callback_id.upper()}",
                    "callback_id": callback_id,
                    "title": function["title"],
                    "description": function["description"],
                    "type": "app",
                    "app_id": self._w.identity.app_id,
                    "input_parameters": _listed(function["input_parameters"]),
                    "output_parameters": _listed(function["output_parameters"]),
                },
                "inputs": inputs,
                "function_execution_id": execution.id,
                "workflow_execution_id": new_id("Wx"),
                "bot_access_token": execution.token,
            }
        )
        return execution

    def running(self, execution_id: str) -> Execution:
        """Return a step that has not ended; raises Slack's errors of functions.complete…."""
        execution = self._known.get(execution_id)
        if execution is None:
            raise SlackError("function_execution_not_found")
        if execution.state != "running":
            raise SlackError("execution_not_in_running_state")
        return execution

    def complete(self, execution_id: str, outputs: Json) -> None:
        """End a step well; raises `parameter_validation_failed` for outputs not as declared."""
        execution = self.running(execution_id)
        try:
            _check(self._functions[execution.callback_id]["output_parameters"], outputs)
        except SlackError as wrong:
            raise SlackError("parameter_validation_failed") from wrong
        execution.state, execution.outputs = "completed", outputs

    def fail(self, execution_id: str, error: str) -> None:
        """End a step with an error, which ends its workflow."""
        execution = self.running(execution_id)
        execution.state, execution.error = "failed", error

    def is_token(self, token: str) -> bool:
        """Whether a token is that of a running step."""
        return any(e.token == token and e.state == "running" for e in self._known.values())


def _check(declared: Json, given: Json) -> None:
    needed = [name for name, one in declared.items() if one.get("is_required")]
    missing = [name for name in needed if given.get(name) in (None, "")]
    unknown = given.keys() - declared.keys()
    if missing or unknown:
        raise bad_arguments(f"missing: {missing}, unknown: {sorted(unknown)}")


def _listed(parameters: Json) -> list[Json]:
    return [{**value, "name": name} for name, value in parameters.items()]
