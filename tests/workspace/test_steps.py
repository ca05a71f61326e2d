"""Workflow steps of the local workspace: inputs and outputs are checked as Slack checks them."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.seed import DEFAULT_MANIFEST
from bot.workspace.shapes import SlackError
from tests.workspace.conftest import client_of, connected


def parameter(name: str, *, required: bool = True) -> dict[str, Any]:
    return {"type": "string", "title": name, "is_required": required, "name": name}


MANIFEST = {
    **DEFAULT_MANIFEST,
    "functions": {
        "greet": {
            "title": "Greet",
            "description": "Says hello.",
            "input_parameters": {"who": parameter("who"), "how": parameter("how", required=False)},
            "output_parameters": {"said": parameter("said")},
        }
    },
    "settings": {
        **DEFAULT_MANIFEST["settings"],
        "event_subscriptions": {"bot_events": ["function_executed"]},
    },
}


async def test_a_step_runs_from_its_event_to_its_outputs() -> None:
    """The event's own token works for the app until the step has ended."""
    async with WorkspaceServer(Workspace(manifest=MANIFEST, rate_scale=None)) as server:
        workspace, client = server.workspace, client_of(server)
        app = AsyncApp(client=client)
        tokens: list[str] = []

        @app.function("greet")
        async def greet(inputs: dict[str, Any], client: AsyncWebClient, complete: Any) -> None:
            tokens.append(client.token or "")
            await complete({"said": f"hello {inputs['who']}"})

        async with connected(app, workspace):
            step = workspace.steps.run("greet", {"who": "Maya"})
            await workspace.wait_for(lambda: step.state == "completed")
        assert step.outputs == {"said": "hello Maya"}
        assert tokens == [step.token]
        with pytest.raises(SlackApiError, match="invalid_auth"):
            await client.api_call("auth.test", params={"token": step.token})


async def test_what_does_not_fit_is_refused() -> None:
    async with WorkspaceServer(Workspace(manifest=MANIFEST, rate_scale=None)) as server:
        client, steps = client_of(server), server.workspace.steps
        with pytest.raises(SlackError, match="function_not_found"):
            steps.run("unknown", {})
        for inputs in ({}, {"who": ""}, {"who": "Maya", "why": "x"}):
            with pytest.raises(SlackError, match="invalid_arguments"):
                steps.run("greet", inputs)
        step = steps.run("greet", {"who": "Maya"})
        await _refused(client, step.id, {}, "parameter_validation_failed")
        await _refused(client, "Fx0", {"said": "x"}, "function_execution_not_found")
        await client.functions_completeError(function_execution_id=step.id, error="No.")
        assert (step.state, step.error) == ("failed", "No.")
        await _refused(client, step.id, {"said": "x"}, "execution_not_in_running_state")


async def _refused(
    client: AsyncWebClient, step_id: str, outputs: dict[str, str], code: str
) -> None:
    with pytest.raises(SlackApiError, match=code):
        await client.functions_completeSuccess(function_execution_id=step_id, outputs=outputs)
