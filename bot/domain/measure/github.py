"""GitHub's webhooks as facts.

Source: docs.github.com/en/webhooks/webhook-events-and-payloads.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.measure.branch import head_of, start_of
from bot.domain.measure.fact import Fact, FactKind, Heard, Origin
from bot.domain.measure.rules import Rules
from bot.domain.measure.shape import (
    Json,
    firsts,
    moment,
    must_be,
    names,
    part,
    parts,
    required,
    text,
)
from bot.errors import UserFacingError

SOURCE = "github"
Reader = Callable[[Json, str, Rules, datetime], list[Fact]]
_RANKS = {"open": 0, "closed": 1, "merged": 2}
_REVIEWS = frozenset({"approved", "changes_requested", "commented"})
_RUNS = {
    "success": "success",
    "neutral": "success",
    "failure": "failure",
    "timed_out": "failure",
    "startup_failure": "failure",
}
"""A run's conclusion -> our state; everything else did not come to an end of its own."""


def read_github(event: str, body: object, *, rules: Rules, now: datetime) -> Heard | None:
    """Return what an event says, None for one that says nothing; raises UserFacingError."""
    if not isinstance(body, Mapping):
        raise UserFacingError("GitHub's events are JSON objects.")
    if event == "push":
        return _push(body, now)
    reader = _READERS.get(event)
    if reader is None:
        return None
    origin = required(part(body, "repository"), "full_name", of="repository")
    return Heard(tuple(reader(body, origin, rules, now)))


def _push(body: Json, now: datetime) -> Heard:
    """A push tells that the repository is there, and one that makes a branch when work on it began.

    What is deployed is told by deployments.
    """
    repository = part(body, "repository")
    origin = required(repository, "full_name", of="repository")
    places = (Origin(SOURCE, origin, now),)
    ref = text(body, "ref", most=300)
    if body.get("created") is not True or ref == f"refs/heads/{text(repository, 'default_branch')}":
        return Heard(places=places)
    own = [one for one in parts(body, "commits") if one.get("distinct") is not False]
    begun = start_of(SOURCE, origin, ref, text(body, "after", most=64), own, now=now)
    return Heard((begun,) if begun else (), places)


def _pull_request(body: Json, origin: str, rules: Rules, now: datetime) -> list[Fact]:
    pull, base = part(body, "pull_request"), part(part(body, "pull_request"), "base")
    merged = moment(pull, "merged_at", now=now)
    state = "merged" if merged else text(pull, "state")
    labels, author = names(pull, "labels"), part(pull, "user")
    default = text(part(body, "repository"), "default_branch")
    return [
        Fact(
            FactKind.PULL_REQUEST,
            SOURCE,
            required(pull, "id", of="pull request"),
            origin,
            must_be(moment(pull, "updated_at", now=now), "updated_at", of="pull request"),
            {
                "state": state if state in _RANKS else "open",
                "is_fix": rules.is_fix(
                    text(part(pull, "head"), "ref"), labels, text(pull, "title")
                ),
                "to_default": not default or text(base, "ref") == default,
                "head": _head(part(pull, "head"), origin),
            },
            firsts(
                opened_at=moment(pull, "created_at", now=now),
                merged_at=merged,
                **_review(body, author, rules, now),
            ),
            {"is_bot": rules.is_bot(text(author, "login"), text(author, "type"))},
            rank=_RANKS.get(state, 0),
        )
    ]


def _head(head: Json, origin: str) -> str:
    repository = text(part(head, "repo"), "full_name") or origin
    return head_of(SOURCE, repository, text(head, "ref", most=300))


def _review(body: Json, author: Json, rules: Rules, now: datetime) -> dict[str, datetime | None]:
    """Return the moments of a review by a person who is not the author."""
    review = part(body, "review")
    who, state = part(review, "user"), text(review, "state").lower()
    own = text(who, "id") == text(author, "id")
    if state not in _REVIEWS or own or rules.is_bot(text(who, "login"), text(who, "type")):
        return {}
    at = moment(review, "submitted_at", now=now)
    return {"first_review_at": at, "approved_at": at if state == "approved" else None}


def _issue(body: Json, origin: str, rules: Rules, now: datetime) -> list[Fact]:
    issue = part(body, "issue")
    labels, named = names(issue, "labels"), text(part(issue, "type"), "name")
    is_defect = rules.is_defect([*labels, named])
    is_gone = text(body, "action") in ("deleted", "transferred")
    is_dropped = is_gone or text(issue, "state_reason") in ("not_planned", "duplicate")
    closed = moment(issue, "closed_at", now=now)
    state = "dropped" if is_dropped else "done" if closed else "open"
    return [
        Fact(
            FactKind.WORK_ITEM,
            SOURCE,
            required(issue, "id", of="issue"),
            origin,
            must_be(moment(issue, "updated_at", now=now), "updated_at", of="issue"),
            {
                "kind": "defect" if is_defect else "other",
                "state": state,
                "escaped": is_defect and rules.is_escaped(labels),
                "points": None,
                "done_at": closed if state == "done" else None,
            },
            firsts(opened_at=moment(issue, "created_at", now=now)),
            rank=3 if is_gone else 1 if closed else 0,
        )
    ]


def _deployment(body: Json, origin: str, rules: Rules, now: datetime) -> list[Fact]:
    found, status = part(body, "deployment"), part(body, "deployment_status")
    state, told = text(status, "state"), moment(status, "created_at", now=now)
    changed = moment(status or found, "updated_at", now=now) or told
    environment = text(found, "environment", most=100)
    return [
        Fact(
            FactKind.DEPLOYMENT,
            SOURCE,
            required(found, "id", of="deployment"),
            origin,
            must_be(changed, "updated_at", of="deployment"),
            {
                "environment": environment,
                "is_production": found.get("production_environment") is True
                or rules.is_production(environment),
                "commit": text(found, "sha", most=64),
                "is_fix": rules.is_fix(text(found, "ref")),
            },
            firsts(
                created_at=moment(found, "created_at", now=now),
                succeeded_at=told if state == "success" else None,
                failed_at=told if state in ("failure", "error") else None,
            ),
        )
    ]


def _workflow_run(body: Json, origin: str, rules: Rules, now: datetime) -> list[Fact]:
    run = part(body, "workflow_run")
    name, commit = text(run, "name", most=100), text(run, "head_sha", most=64)
    branch, is_over = text(run, "head_branch", most=100), text(run, "status") == "completed"
    state = _RUNS.get(text(run, "conclusion"), "cancelled") if is_over else "running"
    changed = must_be(moment(run, "updated_at", now=now), "updated_at", of="workflow run")
    number, attempt = required(run, "id", of="workflow run", most=40), _attempt(run)
    default = text(part(body, "repository"), "default_branch", most=100)
    ended = changed if is_over else None
    fact = Fact(
        FactKind.WORKFLOW_RUN,
        SOURCE,
        f"{number}.{attempt}",
        origin,
        changed,
        {
            "name": name,
            "branch": branch if branch == default else "",
            "commit": commit,
            "attempt": attempt,
            "state": state,
        },
        firsts(started_at=moment(run, "run_started_at", now=now), ended_at=ended),
        rank=int(is_over),
    )
    if name.casefold() not in rules.deploy_workflows or not is_over:
        return [fact]
    return [fact, _deployed(f"run:{number}", origin, changed, commit, branch, state, rules)]


def _release(body: Json, origin: str, rules: Rules, now: datetime) -> list[Fact]:
    release = part(body, "release")
    at = moment(release, "published_at", now=now)
    is_draft = release.get("draft") is True or release.get("prerelease") is True
    if not rules.releases or at is None or is_draft:
        return []
    number, tag = required(release, "id", of="release", most=40), text(release, "tag_name")
    return [_deployed(f"release:{number}", origin, at, "", tag, "success", rules)]


def _deployed(
    key: str, origin: str, at: datetime, commit: str, ref: str, state: str, rules: Rules
) -> Fact:
    """Return what deploys without GitHub's own deployments."""
    return Fact(
        FactKind.DEPLOYMENT,
        SOURCE,
        key,
        origin,
        at,
        {
            "environment": "production",
            "is_production": True,
            "commit": commit,
            "is_fix": rules.is_fix(ref),
        },
        firsts(
            created_at=at,
            succeeded_at=at if state == "success" else None,
            failed_at=at if state == "failure" else None,
        ),
    )


def _attempt(run: Json) -> int:
    found = text(run, "run_attempt", most=4)
    return int(found) if found.isascii() and found.isdigit() else 1


_READERS: Mapping[str, Reader] = {
    "pull_request": _pull_request,
    "pull_request_review": _pull_request,
    "issues": _issue,
    "deployment": _deployment,
    "deployment_status": _deployment,
    "workflow_run": _workflow_run,
    "release": _release,
}
