"""What is past its time of the facts that other systems measured; what is open stays.

Of quality gates the last result of the main branch stays: others are compared with it.
"""

from datetime import datetime

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased

from storage.models import (
    BranchStart,
    Deployment,
    IncidentFact,
    Measurement,
    PullRequest,
    QualityGate,
    WorkflowRun,
    WorkItem,
)
from storage.repositories.retention import Stale


def facts(before: datetime) -> dict[str, Stale]:
    """Return what ended or was measured before, by the name that people see."""
    deployed = func.coalesce(Deployment.succeeded_at, Deployment.failed_at, Deployment.created_at)
    pulled = func.coalesce(PullRequest.merged_at, PullRequest.opened_at)
    ended = func.coalesce(WorkItem.done_at, WorkItem.opened_at)
    ran = func.coalesce(WorkflowRun.ended_at, WorkflowRun.started_at)
    newer = aliased(QualityGate)
    replaced = exists().where(
        newer.workspace_id == QualityGate.workspace_id,
        newer.scope == QualityGate.scope,
        newer.repository == QualityGate.repository,
        newer.service == QualityGate.service,
        newer.is_main,
        newer.at > QualityGate.at,
    )
    return {
        "quality_gates": Stale(QualityGate, (QualityGate.at < before) & replaced),
        "deployments": Stale(Deployment, deployed < before),
        "pull_requests": Stale(PullRequest, (PullRequest.state != "open") & (pulled < before)),
        "branch_starts": Stale(BranchStart, BranchStart.first_commit_at < before),
        "incidents": Stale(IncidentFact, IncidentFact.resolved_at < before),
        "work_items": Stale(WorkItem, WorkItem.state.in_(("done", "dropped")) & (ended < before)),
        "workflow_runs": Stale(WorkflowRun, ran < before),
        "measurements": Stale(Measurement, Measurement.at < before),
    }
