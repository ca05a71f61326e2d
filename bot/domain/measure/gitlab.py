"""GitLab's webhooks as facts.

Source: docs.gitlab.com/user/project/integrations/webhook_events.
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
    number,
    part,
    parts,
    required,
    text,
)
from bot.errors import UserFacingError

SOURCE = "gitlab"
Reader = Callable[[Json, str, Rules, datetime], list[Fact]]
_STATES = {"opened": "open", "locked": "open", "closed": "closed", "merged": "merged"}
_RANKS = {"open": 0, "closed": 1, "merged": 2}
_ENDS = {"success": "success", "failed": "failure", "canceled": "cancelled", "skipped": "cancelled"}


def read_gitlab(body: object, *, rules: Rules, now: datetime) -> Heard | None:
    """Return what an event says, None for one that says nothing; raises UserFacingError."""
    if not isinstance(body, Mapping):
        raise UserFacingError("GitLab's events are JSON objects.")
    kind = text(body, "object_kind")
    reader = _READERS.get(kind)
    if reader is None and kind not in ("push", "tag_push"):
        return None
    origin = required(part(body, "project"), "path_with_namespace", of="project")
    if reader is None:
        return _push(body, origin, now)
    return Heard(tuple(reader(body, origin, rules, now)))


def _push(body: Json, origin: str, now: datetime) -> Heard:
    """As GitHub's; of more than twenty commits GitLab tells the newest only."""
    places = (Origin(SOURCE, origin, now),)
    commits, ref = parts(body, "commits"), text(body, "ref", most=300)
    told = text(body, "total_commits_count")
    is_whole = told.isascii() and told.isdigit() and int(told[:9]) <= len(commits)
    is_new = not text(body, "before").strip("0")
    if not is_whole or not is_new or ref == f"refs/heads/{_default(body)}":
        return Heard(places=places)
    begun = start_of(SOURCE, origin, ref, text(body, "after", most=64), commits, now=now)
    return Heard((begun,) if begun else (), places)


def _merge_request(body: Json, origin: str, rules: Rules, now: datetime) -> list[Fact]:
    """Who acts is in the event, who wrote it by number only: a bot opens what it wrote."""
    merge, who = part(body, "object_attributes"), part(body, "user")
    own = text(who, "id") == text(merge, "author_id")
    is_bot = rules.is_bot(text(who, "username"))
    action = text(merge, "action")
    at = must_be(moment(merge, "updated_at", now=now), "updated_at", of="merge request")
    approves = action in ("approved", "approval") and not own and not is_bot
    fact = _merge(body, merge, origin, rules, now)
    seen = firsts(
        first_review_at=at if approves else None,
        approved_at=at if approves else None,
        merged_at=at if action == "merge" else None,
    )
    return [_with(fact, seen, is_bot=is_bot and own)]


def _note(body: Json, origin: str, rules: Rules, now: datetime) -> list[Fact]:
    """A comment on a merge request by somebody else is its review."""
    note, who = part(body, "object_attributes"), part(body, "user")
    if text(note, "noteable_type") != "MergeRequest" or note.get("system") is True:
        return []
    merge = part(body, "merge_request")
    own = text(who, "id") == text(merge, "author_id")
    counts = not own and not rules.is_bot(text(who, "username"))
    at = moment(note, "created_at", now=now)
    fact = _merge(body, merge, origin, rules, now)
    return [_with(fact, firsts(first_review_at=at if counts else None), is_bot=False)]


def _merge(body: Json, merge: Json, origin: str, rules: Rules, now: datetime) -> Fact:
    labels = names(merge, "labels", of="title") or names(body, "labels", of="title")
    branch, default = (
        text(merge, "source_branch", most=300),
        text(part(body, "project"), "default_branch"),
    )
    state = _STATES.get(text(merge, "state"), "open")
    return Fact(
        FactKind.PULL_REQUEST,
        SOURCE,
        required(merge, "id", of="merge request"),
        origin,
        must_be(moment(merge, "updated_at", now=now), "updated_at", of="merge request"),
        {
            "state": state,
            "is_fix": rules.is_fix(branch, labels, text(merge, "title")),
            "to_default": not default or text(merge, "target_branch") == default,
            "head": head_of(
                SOURCE, text(part(merge, "source"), "path_with_namespace") or origin, branch
            ),
        },
        firsts(opened_at=moment(merge, "created_at", now=now)),
        {"is_bot": branch.casefold().startswith(rules.bot_branches)},
        rank=_RANKS[state],
    )


def _with(fact: Fact, seen: Mapping[str, datetime], *, is_bot: bool) -> Fact:
    return Fact(
        fact.kind,
        fact.source,
        fact.key,
        fact.origin,
        fact.changed_at,
        fact.newest,
        {**fact.firsts, **seen},
        {"is_bot": bool(fact.most["is_bot"]) or is_bot},
        fact.rank,
    )


def _issue(body: Json, origin: str, rules: Rules, now: datetime) -> list[Fact]:
    issue = part(body, "object_attributes")
    labels = names(body, "labels", of="title") or names(issue, "labels", of="title")
    is_defect = rules.is_defect(labels)
    is_closed = text(issue, "state") == "closed"
    changed = must_be(moment(issue, "updated_at", now=now), "updated_at", of="issue")
    weight = issue.get("weight")
    return [
        Fact(
            FactKind.WORK_ITEM,
            SOURCE,
            required(issue, "id", of="issue"),
            origin,
            changed,
            {
                "kind": "defect" if is_defect else "other",
                "state": "done" if is_closed else "open",
                "escaped": is_defect and rules.is_escaped(labels),
                "points": None if weight is None else number(weight, "weight"),
                "done_at": (moment(issue, "closed_at", now=now) or changed) if is_closed else None,
            },
            firsts(opened_at=moment(issue, "created_at", now=now)),
            rank=int(is_closed),
        )
    ]


def _deployment(body: Json, origin: str, rules: Rules, now: datetime) -> list[Fact]:
    state, environment = text(body, "status"), text(body, "environment", most=100)
    changed = moment(body, "status_changed_at", now=now)
    at = must_be(changed, "status_changed_at", of="deployment")
    whole = text(body, "commit_url", most=400).rpartition("/")[2]
    return [
        Fact(
            FactKind.DEPLOYMENT,
            SOURCE,
            required(body, "deployment_id", of="deployment"),
            origin,
            at,
            {
                "environment": environment,
                "is_production": text(body, "environment_tier") == "production"
                or rules.is_production(environment),
                "commit": (whole or text(body, "short_sha"))[:64],
                "is_fix": rules.is_fix(text(body, "ref")),
            },
            firsts(
                created_at=at,
                succeeded_at=at if state == "success" else None,
                failed_at=at if state == "failed" else None,
            ),
        )
    ]


def _pipeline(body: Json, origin: str, _rules: Rules, now: datetime) -> list[Fact]:
    found = part(body, "object_attributes")
    branch, default = text(found, "ref", most=100), _default(body)
    ended = moment(found, "finished_at", now=now)
    started = moment(found, "created_at", now=now)
    state = _ENDS.get(text(found, "status"), "running")
    return [
        Fact(
            FactKind.WORKFLOW_RUN,
            SOURCE,
            required(found, "id", of="pipeline"),
            origin,
            must_be(ended or started, "created_at", of="pipeline"),
            {
                "name": text(found, "name", most=100) or "pipeline",
                "branch": branch if branch == default else "",
                "commit": text(found, "sha", most=64),
                "attempt": 1,
                "state": state,
            },
            firsts(started_at=started, ended_at=ended),
            rank=0 if state == "running" else 1,
        )
    ]


def _default(body: Json) -> str:
    return text(part(body, "project"), "default_branch", most=100)


def _release(body: Json, origin: str, rules: Rules, now: datetime) -> list[Fact]:
    at = moment(body, "released_at", now=now)
    if not rules.releases or at is None or text(body, "action") == "delete":
        return []
    return [
        Fact(
            FactKind.DEPLOYMENT,
            SOURCE,
            f"release:{required(body, 'id', of='release', most=40)}",
            origin,
            at,
            {
                "environment": "production",
                "is_production": True,
                "commit": text(part(body, "commit"), "id", most=64),
                "is_fix": rules.is_fix(text(body, "tag")),
            },
            firsts(created_at=at, succeeded_at=at),
        )
    ]


_READERS: Mapping[str, Reader] = {
    "merge_request": _merge_request,
    "note": _note,
    "issue": _issue,
    "work_item": _issue,
    "deployment": _deployment,
    "pipeline": _pipeline,
    "release": _release,
}
