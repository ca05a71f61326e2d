"""Facts that other systems measured: deployments, pull requests, incidents, work items, runs.

A fact is one row for each thing of a source, merged from however many reports of it come, in
whatever order and however often (storage/repositories/facts.py). How a column is merged stands in
its `info`: `first` keeps the earliest moment, `most` the greatest value, `newest` goes with the
report whose `version` is the greatest. No titles, no names and no logins are kept: what the KPIs
count needs none. What a query looks at by time has an index of (workspace, moment), so that its
cost grows with the window.

`origin` is what the source calls the place of a thing: a repository, a project, a monitored
service. Which service of ours that is stands in `measure_origin` and nowhere else, so that naming
it later counts for old facts, too: `storage.repositories.dora.of_service` is the condition.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from storage.models.base import Base, Id, UtcDateTime, new_id

LONGEST_ORIGIN = 140
"""GitHub's owner and name together, with room."""
LONGEST_KEY = 160


def _first() -> MappedColumn[Any]:
    """A moment of which the earliest that was reported stays."""
    return mapped_column(UtcDateTime, info={"merge": "first"})


def _newest(*kind: Any, **more: Any) -> MappedColumn[Any]:
    """A value that goes with the newest report."""
    return mapped_column(*kind, info={"merge": "newest"}, **more)


class Fact:
    """What all facts have: whose they are, where they come from, how new the last report is."""

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(16), primary_key=True)
    """`github`, `gitlab`, `alertmanager`, `sentry`, `pagerduty`, `webhook`, `jira`, `linear`."""
    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    """The source's own id of the thing."""
    version: Mapped[str] = _newest(String(48))
    """Digits: when the source changed it, how far it is, a digest; the greatest wins."""
    origin: Mapped[str] = _newest(String(LONGEST_ORIGIN))


class MeasureOrigin(Base):
    """A place of a source, and the service that it is; an empty `service` is not known yet."""

    __tablename__ = "measure_origin"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_ORIGIN), primary_key=True)
    service: Mapped[str] = mapped_column(String(60), default="")
    """The key (lower case) of a service that everybody may know."""
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When something of it was heard last."""


class Deployment(Fact, Base):
    """One deployment. It counts when it succeeded in production: `succeeded_at` is set and
    `is_production`; one with `failed_at` only did not get there.
    """

    __tablename__ = "deployment"
    __table_args__ = (
        Index("ix_deployment_workspace_id_succeeded_at", "workspace_id", "succeeded_at"),
        Index("ix_deployment_workspace_id_failed_at", "workspace_id", "failed_at"),
        Index("ix_deployment_origin", "workspace_id", "source", "origin", "succeeded_at"),
    )

    environment: Mapped[str] = _newest(String(100))
    is_production: Mapped[bool] = _newest()
    commit: Mapped[str] = _newest(String(64))
    is_fix: Mapped[bool] = _newest()
    """Its branch or tag says that it mends production (`hotfix/…`, `revert-…`)."""
    created_at: Mapped[datetime | None] = _first()
    succeeded_at: Mapped[datetime | None] = _first()
    failed_at: Mapped[datetime | None] = _first()


class PullRequest(Fact, Base):
    """One pull or merge request. Leave out `is_bot` (authors such as dependabot) for people's
    KPIs; review turnaround is from `opened_at` to `first_review_at` (somebody else's).
    """

    __tablename__ = "pull_request"
    __table_args__ = (
        Index("ix_pull_request_workspace_id_opened_at", "workspace_id", "opened_at"),
        Index("ix_pull_request_workspace_id_first_review_at", "workspace_id", "first_review_at"),
        Index("ix_pull_request_origin", "workspace_id", "source", "origin", "merged_at"),
    )

    state: Mapped[str] = _newest(String(8))
    """`open`, `merged` or `closed`."""
    is_bot: Mapped[bool] = mapped_column(info={"merge": "most"})
    is_fix: Mapped[bool] = _newest()
    """It mends production: by its branch, its labels or its title "Revert …"."""
    head: Mapped[str | None] = _newest(String(64))
    """Its branch, as `BranchStart.head` knows it; None while no report said so."""
    to_default: Mapped[bool] = _newest()
    """Into the repository's default branch: only such a change is deployed."""
    opened_at: Mapped[datetime | None] = _first()
    first_review_at: Mapped[datetime | None] = _first()
    """The first review by a person who did not write it."""
    approved_at: Mapped[datetime | None] = _first()
    merged_at: Mapped[datetime | None] = _first()


class BranchStart(Fact, Base):
    """When work on a branch began, as the push said that made it; one row for each such push."""

    __tablename__ = "branch_start"
    __table_args__ = (
        Index("ix_branch_start_head", "workspace_id", "source", "head", "first_commit_at"),
        Index("ix_branch_start_first_commit_at", "first_commit_at"),
    )

    head: Mapped[str] = _newest(String(64))
    """A digest of repository and branch: names of people stand in branches."""
    first_commit_at: Mapped[datetime | None] = _first()


class IncidentFact(Fact, Base):
    """One incident of a monitoring system, whether or not an escalation was opened for it."""

    __tablename__ = "incident_fact"
    __table_args__ = (
        Index("ix_incident_fact_workspace_id_detected_at", "workspace_id", "detected_at"),
        Index("ix_incident_fact_workspace_id_resolved_at", "workspace_id", "resolved_at"),
    )

    level: Mapped[int] = mapped_column(info={"merge": "most"})
    """1 to 4, as escalations have it; the highest that was reported."""
    started_at: Mapped[datetime | None] = _first()
    """When the trouble began; None where the source does not say (then there is no MTTD)."""
    detected_at: Mapped[datetime | None] = _first()
    acknowledged_at: Mapped[datetime | None] = _first()
    resolved_at: Mapped[datetime | None] = _newest(UtcDateTime)
    """None while it is open, also when it was opened again."""


class WorkItem(Fact, Base):
    """One issue of a tracker. A defect has `kind` `defect`; `escaped`: it was found in
    production. Leave out `dropped` ones.
    """

    __tablename__ = "work_item"
    __table_args__ = (
        Index("ix_work_item_workspace_id_opened_at", "workspace_id", "opened_at"),
        Index("ix_work_item_workspace_id_done_at", "workspace_id", "done_at"),
    )

    kind: Mapped[str] = _newest(String(16))
    """`defect`, `story`, `task` or `other`."""
    state: Mapped[str] = _newest(String(8))
    """`open`, `started`, `done` or `dropped`."""
    escaped: Mapped[bool] = _newest()
    points: Mapped[float | None] = _newest()
    opened_at: Mapped[datetime | None] = _first()
    started_at: Mapped[datetime | None] = _first()
    done_at: Mapped[datetime | None] = _newest(UtcDateTime)
    """None while it is open, also when it was opened again."""


class WorkflowRun(Fact, Base):
    """One attempt of a CI run. Flaky: one `commit` and `name` that failed and then succeeded."""

    __tablename__ = "workflow_run"
    __table_args__ = (
        Index("ix_workflow_run_workspace_id_ended_at", "workspace_id", "ended_at"),
        Index("ix_workflow_run_commit", "workspace_id", "source", "origin", "commit"),
    )

    name: Mapped[str] = _newest(String(100))
    branch: Mapped[str] = _newest(String(100))
    """The repository's default branch; empty for every other (names of people stand in them)."""
    commit: Mapped[str] = _newest(String(64))
    attempt: Mapped[int] = _newest()
    state: Mapped[str] = _newest(String(16))
    """`running`, `success`, `failure` or `cancelled` (also skipped)."""
    started_at: Mapped[datetime | None] = _first()
    ended_at: Mapped[datetime | None] = _first()


class Measurement(Base):
    """One value of a report (coverage, duplication, …) or of Prometheus (p95, error_rate, …).

    `service` is a service's key or empty; `repository` as whoever sent it calls it.
    """

    __tablename__ = "measurement"
    __table_args__ = (
        Index("uq_measurement_workspace_id_digest", "workspace_id", "digest", unique=True),
        Index("ix_measurement_workspace_id_name_at", "workspace_id", "name", "at"),
        Index("ix_measurement_service_name_at", "workspace_id", "service", "name", "at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    service: Mapped[str] = mapped_column(String(60), default="")
    repository: Mapped[str] = mapped_column(String(LONGEST_ORIGIN), default="")
    commit: Mapped[str] = mapped_column(String(64), default="")
    branch: Mapped[str] = mapped_column(String(100), default="")
    source: Mapped[str] = mapped_column(String(24))
    """The report's kind (`cobertura`, `junit`, …), `prometheus` or `gate`."""
    name: Mapped[str] = mapped_column(String(60))
    value: Mapped[float]
    unit: Mapped[str] = mapped_column(String(16), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was measured: as the report or its sender says, else when it came."""
    digest: Mapped[str] = mapped_column(String(64))
    """Of the content, what it is about and the name: the same report counts once."""
