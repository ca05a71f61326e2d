"""Writes the bodies that peers send: ours, without the outputs that only a run can know."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from benchmarks import job
from benchmarks.model_server import plan
from bot.bootstrap import CARDS_FOR_CLAUDE
from bot.domain.playbook import Card
from bot.domain.routing import route
from bot.model.claude.config import ClaudeConfig
from bot.model.claude.prompt.briefing import brief
from bot.model.claude.prompt.layout import Layout
from bot.model.claude.schema import output_config
from bot.model.port import PlanRequest, Request, SynthesisRequest, WorkRequest
from bot.team import load_team


def write(file: Path) -> None:
    """Write one body per node of the job, by name, for the request named `template`."""
    text = job.request("template")
    whole = plan()
    requests: dict[str, Request[Any]] = {
        "plan": PlanRequest(text=text, mode="team"),
        **{
            item.id: WorkRequest(text=text, plan=whole, assignment=item)
            for item in whole.assignments
        },
        "synthesis": SynthesisRequest(text=text, plan=whole, outputs={}),
    }
    layout = _layout()
    bodies = {name: _body(layout, request) for name, request in requests.items()}
    file.write_text(json.dumps(bodies))


def _layout() -> Layout:
    team = load_team()

    def cards_for(text: str) -> Sequence[Card]:
        return [team.cards[ranked.name] for ranked in route(text, team).cards[:CARDS_FOR_CLAUDE]]

    return Layout(brief(team), ClaudeConfig(api_key=""), cards_for)


def _body(layout: Layout, request: Request[BaseModel]) -> dict[str, Any]:
    ask = layout.ask(request)
    return {
        "model": ask.model,
        "max_tokens": ask.max_tokens,
        "system": ask.system,
        "messages": ask.messages,
        "output_config": output_config(request.result_type),
    }
