"""Bodies in the shapes that GitHub, GitLab, Alertmanager, PagerDuty and Sentry publish, shortened.

The fields that we read are all there, and some that we must not keep: logins, titles, texts.
"""

from typing import Any

Json = dict[str, Any]
ORDERS = {"id": 100, "full_name": "acme/orders", "default_branch": "main", "private": True}
BILLING = {"id": 200, "full_name": "acme/billing", "default_branch": "main", "private": True}
MAYA = {"login": "maya", "id": 1, "type": "User"}
OMAR = {"login": "omar", "id": 2, "type": "User"}
ROBOT = {"login": "dependabot[bot]", "id": 3, "type": "Bot"}


def pull(
    number: int,
    opened: str,
    *,
    merged: str | None = None,
    updated: str = "",
    user: Json = MAYA,
    branch: str = "feature/rounding",
    base: str = "main",
    title: str = "Round half up",
) -> Json:
    """Return GitHub's `pull_request` object."""
    return {
        "id": 900_000 + number,
        "number": number,
        "state": "closed" if merged else "open",
        "title": title,
        "user": user,
        "labels": [],
        "created_at": opened,
        "updated_at": updated or merged or opened,
        "closed_at": merged,
        "merged_at": merged,
        "merge_commit_sha": f"{number:040x}" if merged else None,
        "head": {"ref": branch, "sha": f"{number + 7:040x}"},
        "base": {"ref": base, "repo": {"default_branch": "main"}},
    }


def pull_request(action: str, found: Json, repository: Json = ORDERS) -> Json:
    """Return a `pull_request` event."""
    return {"action": action, "pull_request": found, "repository": repository, "sender": MAYA}


def push(branch: str, *moments: str, created: bool = True, after: str = "") -> Json:
    """Return a `push` event of commits that were made then."""
    commits = [{"id": f"{n:040x}", "timestamp": at, "distinct": True, "message": "Round"}
               for n, at in enumerate(moments)]  # fmt: skip
    return {
        "ref": f"refs/heads/{branch}",
        "before": "0" * 40,
        "after": after or f"{len(moments):040x}",
        "created": created,
        "commits": commits,
        "repository": ORDERS,
        "sender": MAYA,
    }


def review(found: Json, at: str, *, by: Json = OMAR, state: str = "approved") -> Json:
    """Return a `pull_request_review` event."""
    said = {"id": 5, "user": by, "body": "looks good", "state": state, "submitted_at": at}
    return {
        "action": "submitted",
        "review": said,
        "pull_request": found,
        "repository": ORDERS,
        "sender": by,
    }


def deployment(
    number: int, made: str, *, environment: str = "production", ref: str = "main"
) -> Json:
    """Return GitHub's `deployment` object."""
    return {
        "id": number,
        "sha": f"{number:040x}",
        "ref": ref,
        "task": "deploy",
        "environment": environment,
        "production_environment": environment == "production",
        "creator": MAYA,
        "created_at": made,
        "updated_at": made,
    }


def status(found: Json, state: str, at: str, repository: Json = ORDERS) -> Json:
    """Return a `deployment_status` event."""
    told = {"id": 77, "state": state, "created_at": at, "updated_at": at, "creator": MAYA}
    return {
        "action": "created",
        "deployment": found,
        "deployment_status": told,
        "repository": repository,
        "sender": MAYA,
    }


def workflow_run(number: int, attempt: int, conclusion: str | None, at: str, **more: Any) -> Json:
    """Return a `workflow_run` event."""
    run = {
        "id": number,
        "name": "CI",
        "run_attempt": attempt,
        "head_branch": "main",
        "head_sha": "ab" * 20,
        "status": "completed" if conclusion else "in_progress",
        "conclusion": conclusion,
        "created_at": "2026-03-02T09:00:00Z",
        "run_started_at": "2026-03-02T09:00:00Z",
        "updated_at": at,
        "actor": MAYA,
        **more,
    }
    action = "completed" if conclusion else "requested"
    return {"action": action, "workflow_run": run, "repository": ORDERS, "sender": MAYA}


def issue(number: int, opened: str, *, closed: str | None = None, labels: str = "bug") -> Json:
    """Return an `issues` event."""
    found = {
        "id": 3_000 + number,
        "number": number,
        "title": "Wrong total",
        "user": MAYA,
        "labels": [{"id": n, "name": name} for n, name in enumerate(labels.split())],
        "state": "closed" if closed else "open",
        "state_reason": "completed" if closed else None,
        "created_at": opened,
        "updated_at": closed or opened,
        "closed_at": closed,
    }
    action = "closed" if closed else "opened"
    return {"action": action, "issue": found, "repository": ORDERS, "sender": MAYA}


def alert(started: str, ended: str | None = None, *, service: str = "orders") -> Json:
    """Return a body of Alertmanager with one alert."""
    found = {
        "status": "resolved" if ended else "firing",
        "labels": {"alertname": "HighErrors", "service": service, "severity": "critical"},
        "annotations": {"summary": "5xx above 5 %"},
        "startsAt": started,
        "endsAt": ended or "0001-01-01T00:00:00Z",
        "fingerprint": "c6d7f3b1a2e4",
    }
    return {"version": "4", "status": found["status"], "receiver": "lead", "alerts": [found]}


def pagerduty(what: str, at: str, *, status: str = "triggered", number: str = "PGR0VU2") -> Json:
    """Return a webhook of PagerDuty, version 3."""
    data = {
        "id": number,
        "type": "incident",
        "status": status,
        "title": "A little bump in the road",
        "urgency": "high",
        "created_at": "2026-03-05T10:00:00Z",
        "service": {"id": "PF9KMXH", "summary": "billing", "type": "service_reference"},
        "priority": {"id": "PSO75BM", "summary": "P1"},
    }
    event = {"id": f"01{what}", "event_type": f"incident.{what}", "occurred_at": at, "data": data}
    return {"event": {**event, "resource_type": "incident"}}


def merge_request(action: str, at: str, *, by: int = 1, state: str = "opened") -> Json:
    """Return GitLab's merge request event."""
    return {
        "object_kind": "merge_request",
        "user": {"id": by, "name": "Maya", "username": "maya", "email": "maya@example.com"},
        "project": {"id": 9, "path_with_namespace": "acme/stock", "default_branch": "main"},
        "object_attributes": {
            "id": 93,
            "iid": 16,
            "author_id": 1,
            "title": "Count once",
            "source_branch": "count-once",
            "target_branch": "main",
            "state": state,
            "action": action,
            "created_at": "2026-03-02 09:00:00 UTC",
            "updated_at": at,
            "labels": [{"id": 1, "title": "Count"}],
        },
        "labels": [],
    }


def gitlab_deployment(state: str, at: str) -> Json:
    """Return GitLab's deployment event."""
    return {
        "object_kind": "deployment",
        "status": state,
        "status_changed_at": at,
        "deployment_id": 15,
        "environment": "prod-eu",
        "environment_tier": "production",
        "project": {"id": 9, "path_with_namespace": "acme/stock", "default_branch": "main"},
        "short_sha": "279484c0",
        "ref": "main",
        "user": {"id": 1, "username": "maya"},
        "commit_url": "https://gitlab.example.com/acme/stock/-/commit/" + "27" * 20,
    }
