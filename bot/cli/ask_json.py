"""`teamlead ask --json`: one object, for scripts and for other agents."""

import json
from typing import Any

from bot.domain.output import SpecialistOutput, Synthesis
from bot.services.output_text import output_markdown, synthesis_markdown
from bot.services.task_report import TaskReport, usage_of
from storage.models import Assignment


def render(report: TaskReport) -> str:
    """Return the object as JSON text; its shape is described in docs/ask.md."""
    return json.dumps(shape(report), ensure_ascii=False, indent=2)


def shape(report: TaskReport) -> dict[str, Any]:
    """Return the object itself."""
    task = report.task
    plan = report.plan
    synthesis = report.synthesis
    return {
        "task": {
            "id": task.public_id,
            "state": task.state.value,
            "title": task.title,
            "reason": task.state_reason or None,
            "error_id": task.error_id,
        },
        "answer": task.answer,
        "plan": {
            "kind": plan.kind if plan else None,
            "title": plan.title if plan else None,
            "pattern": plan.pattern if plan else None,
        },
        "assignments": [_assignment(report, item) for item in report.assignments],
        "synthesis": synthesis_markdown(synthesis) if synthesis else None,
        "recommendation": _dump(synthesis),
        "decisions": [
            {"id": row.public_id, "title": row.title, "status": row.state.value, **row.body}
            for row in report.decisions
        ],
        "ledger": [
            {
                "step": call.step,
                "state": call.state,
                "model": call.model,
                "tokens_in": call.tokens_in,
                "tokens_out": call.tokens_out,
                "tokens_cached": call.tokens_cached,
                "cost": usage_of(call).cost,
                "seconds": round(call.seconds, 3),
            }
            for call in report.calls
        ],
        "usage": {
            "calls": len(report.done_calls),
            "calls_lost": report.lost_calls,
            "specialists": list(report.ran),
            "tokens_in": report.usage.tokens_in,
            "tokens_out": report.usage.tokens_out,
            "tokens_cached": report.usage.tokens_cached,
            "cost": report.usage.cost,
            "seconds": report.wall_seconds,
        },
    }


def _assignment(report: TaskReport, item: Assignment) -> dict[str, Any]:
    output = report.output(item.key)
    return {
        "id": item.key,
        "specialist": item.specialist,
        "title": item.title,
        "phase": item.phase,
        "phase_title": item.phase_title,
        "depends_on": list(item.depends_on),
        "reason": item.reason,
        "state": item.state.value,
        "output": output_markdown(output) if output else None,
        "result": _dump(output),
        "problem": item.problem or None,
    }


def _dump(value: SpecialistOutput | Synthesis | None) -> dict[str, Any] | None:
    return value.model_dump(mode="json") if value else None
