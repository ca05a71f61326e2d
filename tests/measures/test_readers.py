"""Readers of reports: whatever is put into a body, facts that fit or one sentence, nothing else."""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Enum, String

from bot.domain.measure import Heard
from bot.domain.measure.alarms import read_alertmanager, read_pagerduty, read_sentry
from bot.domain.measure.exports import is_export, read_export
from bot.domain.measure.github import read_github
from bot.domain.measure.gitlab import read_gitlab
from bot.errors import UserFacingError
from storage.models.measure import LONGEST_ORIGIN
from storage.repositories.base import table_of
from storage.repositories.facts import MODELS
from tests.measures import payloads as p
from tests.measures.story import NOW, RULES, at
from tests.measures.test_ears import ISSUE
from tests.measures.test_ingest import JIRA, LINEAR

Read = Callable[[Any], Heard | None]


def of_github(event: str) -> Read:
    return lambda body: read_github(event, body, rules=RULES, now=NOW)


def of_gitlab(body: Any) -> Heard | None:
    return read_gitlab(body, rules=RULES, now=NOW)


NOTE = {
    "object_kind": "note",
    "user": {"id": 2, "username": "omar"},
    "project": {"path_with_namespace": "acme/stock", "default_branch": "main"},
    "object_attributes": {
        "noteable_type": "MergeRequest",
        "system": False,
        "created_at": "2026-03-02 10:00:00 UTC",
    },
    "merge_request": p.merge_request("open", "2026-03-02 09:00:00 UTC")["object_attributes"],
}
PIPELINE = {
    "object_kind": "pipeline",
    "project": {"path_with_namespace": "acme/stock", "default_branch": "main"},
    "object_attributes": {
        "id": 31,
        "ref": "main",
        "sha": "bc" * 20,
        "status": "failed",
        "created_at": "2026-03-02 09:00:00 UTC",
        "finished_at": "2026-03-02 09:10:00 UTC",
    },
}
PUSH = {
    "object_kind": "push",
    "before": "0" * 40,
    "after": "b" * 40,
    "ref": "refs/heads/feature/x",
    "project": {"path_with_namespace": "acme/stock", "default_branch": "main"},
    "commits": [{"id": "b" * 40, "timestamp": "2026-03-02T09:00:00+01:00"}],
    "total_commits_count": 1,
}
WORK = {
    "object_kind": "issue",
    "project": {"path_with_namespace": "acme/stock"},
    "labels": [{"title": "Bug"}, {"title": "customer"}],
    "object_attributes": {
        "id": 301,
        "state": "closed",
        "weight": 5,
        "created_at": "2026-03-02 09:00:00 UTC",
        "updated_at": "2026-03-03 09:00:00 UTC",
        "closed_at": "2026-03-03 09:00:00 UTC",
    },
}
METRIC = {
    "action": "resolved",
    "data": {
        "metric_alert": {
            "id": "7",
            "projects": ["orders"],
            "date_started": at(4, "09:50"),
            "date_detected": at(4, "10:00"),
            "date_closed": at(4, "11:00"),
        }
    },
}
BODIES: tuple[tuple[Read, Any], ...] = (
    (of_github("pull_request_review"), p.review(p.pull(1, at(2, "09:00")), at(2, "10:00"))),
    (of_github("issues"), p.issue(1, at(2, "09:00"), closed=at(3, "09:00"))),
    (of_github("deployment_status"),
     p.status(p.deployment(1, at(2, "09:00")), "success", at(2, "09:01"))),
    (of_github("workflow_run"), p.workflow_run(1, 1, "success", at(2, "09:00"))),
    (of_github("push"), {"repository": p.ORDERS, "commits": []}),
    (of_github("push"), p.push("feature/x", at(2, "09:00"))),
    (of_gitlab, PUSH),
    (of_gitlab, p.merge_request("merge", "2026-03-02 09:00:00 UTC", state="merged")),
    (of_gitlab, p.gitlab_deployment("success", "2026-03-02 09:00:00 UTC")),
    (of_gitlab, NOTE),
    (of_gitlab, PIPELINE),
    (of_gitlab, WORK),
    (lambda body: read_alertmanager(body, now=NOW), p.alert(at(4, "10:00"), at(4, "11:00"))),
    (lambda body: read_pagerduty(body, now=NOW), p.pagerduty("triggered", at(5, "10:00"))),
    (lambda body: read_sentry("issue", body, at=NOW, now=NOW), ISSUE),
    (lambda body: read_sentry("metric_alert", body, at=NOW, now=NOW), METRIC),
)  # fmt: skip
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=300),
    st.sampled_from(["x" * 5_000, "9" * 4_000, 10**4_000, "\x00", "0001-01-01T00:00:00Z", -1]),
    st.lists(st.one_of(st.none(), st.text(max_size=3), st.integers()), max_size=3),
    st.dictionaries(st.sampled_from(["id", "name", "title", "x"]), st.text(max_size=3), max_size=3),
)


def places(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return where something stands in a body."""
    keys: Any = body.keys() if isinstance(body, Mapping) else range(len(body))
    for key in keys if isinstance(body, Mapping | list) else ():
        yield (*path, key)
        if isinstance(body[key], Mapping | list):
            yield from places(body[key], (*path, key))


def answer(read: Read, body: Any) -> Heard | str | None:
    """Return what a reader says, or its sentence."""
    try:
        return read(body)
    except UserFacingError as refused:
        return refused.sentence()


def fits(heard: Heard) -> bool:
    """Whether the database can store it, column by column."""
    for fact in heard.facts:
        columns = table_of(MODELS[fact.kind]).columns
        plain = {"source": fact.source, "key": fact.key, "origin": fact.origin}
        for name, value in {**fact.newest, **plain, "version": fact.version}.items():
            kind = columns[name].type
            if isinstance(kind, String) and not isinstance(kind, Enum):
                assert isinstance(value, str), name
                assert len(value) <= (kind.length or 0), name
                assert "\x00" not in value
                value.encode()
        assert {*fact.newest, *fact.most} | {"version", "origin"} == {
            column.name for column in columns if column.info.get("merge") in ("newest", "most")
        }
        assert fact.firsts.keys() <= {
            column.name for column in columns if column.info.get("merge") == "first"
        }
    return all(len(place.name) <= LONGEST_ORIGIN for place in heard.origins)


def test_each_body_is_a_report() -> None:
    for read, body in BODIES:
        heard = read(json.loads(json.dumps(body)))
        assert heard is not None
        assert heard.origins
        assert fits(heard)


@given(st.data())
def test_anything_anywhere_is_a_fact_or_a_sentence(data: st.DataObject) -> None:
    read, original = data.draw(st.sampled_from(BODIES))
    body = copy.deepcopy(original)
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(list(places(body))))
        inner = body
        for key in path:
            inner = inner[key]
        inner[last] = data.draw(JUNK)
    said = answer(read, body)
    assert said is None or (0 < len(said) < 300 if isinstance(said, str) else fits(said))


@given(st.sampled_from([JIRA, LINEAR]), st.data())
def test_anything_in_a_cell_is_a_work_item_or_a_sentence(text: str, data: st.DataObject) -> None:
    cells = text.split(",")
    number = data.draw(st.integers(0, len(cells) - 1))
    cells[number] = data.draw(st.text(max_size=200))
    changed = ",".join(cells)
    if not is_export(changed):
        return
    said = answer(lambda body: read_export(body, rules=RULES, now=NOW), changed)
    assert said is not None
    assert 0 < len(said) < 300 if isinstance(said, str) else fits(said)


def test_what_a_review_is() -> None:
    """The author's own, a bot's and a comment that is no review do not count."""
    pull = p.pull(1, at(2, "09:00"))
    said = [
        p.review(pull, at(2, "10:00"), by=p.MAYA),
        p.review(pull, at(2, "10:00"), by=p.ROBOT),
        p.review(pull, at(2, "10:00"), state="dismissed"),
        p.review(pull, at(2, "10:00"), state="changes_requested"),
    ]
    heard = [of_github("pull_request_review")(body) for body in said]
    reviewed = ["first_review_at" in found.facts[0].firsts for found in heard if found]
    assert reviewed == [False, False, False, True]
    own = {**NOTE, "user": {"id": 1, "username": "maya"}}
    notes = [of_gitlab(body) for body in (NOTE, own)]
    assert ["first_review_at" in found.facts[0].firsts for found in notes if found] == [True, False]


def _started(read: Read, body: Any) -> list[Any]:
    """Return when the branch began that a push tells of, if it tells."""
    heard = read(body)
    assert heard is not None
    assert heard.origins, "the place is known whatever the push says"
    return [fact.firsts["first_commit_at"].isoformat()[8:16] for fact in heard.facts]


def test_a_push_that_makes_a_branch_says_when_it_began() -> None:
    push = p.push("feature/x", at(2, "10:00"), at(2, "09:00"), at(2, "11:00"))
    assert _started(of_github("push"), push) == ["02T09:00"]
    old = {"timestamp": "2001-01-01T00:00:00Z", "distinct": True}
    others = {"timestamp": at(1, "09:00"), "distinct": False}
    ahead = {"timestamp": "2031-01-01T00:00:00Z", "distinct": True}
    mixed = {**push, "commits": [*push["commits"], old, others, ahead, "no object"]}
    assert _started(of_github("push"), mixed) == ["02T09:00"], "nobody's clock decides"
    for silent in (
        {**push, "created": False},
        {**push, "ref": "refs/heads/main"},
        {**push, "ref": "refs/tags/v1"},
        {**push, "commits": []},
        {**push, "commits": [ahead]},
    ):
        assert _started(of_github("push"), silent) == []
    assert _started(of_gitlab, PUSH) == ["02T08:00"]
    for silent in ({**PUSH, "total_commits_count": 21}, {**PUSH, "before": "a" * 40}):
        assert _started(of_gitlab, silent) == []


def test_a_pull_request_has_the_head_of_its_branch_s_push() -> None:
    def heads(heard: Heard | None) -> set[object]:
        assert heard is not None
        return {fact.newest["head"] for fact in heard.facts}

    opened = p.pull_request("opened", p.pull(1, at(2, "09:00"), branch="maya/x"))
    push = of_github("push")(p.push("maya/x", at(2, "09:00")))
    assert heads(of_github("pull_request")(opened)) == heads(push)
    assert "maya" not in str(push and push.facts)
    fork = p.pull(1, at(2, "09:00"), branch="maya/x")
    fork["head"]["repo"] = {"full_name": "omar/orders"}
    assert heads(of_github("pull_request")(p.pull_request("opened", fork))) != heads(push)
