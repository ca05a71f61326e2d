"""What becomes of each column when a person or a channel is forgotten: one table, for all tables.

A test refuses a column that could hold a person's id or words and is not named here
(tests/storage/test_personal.py). What people read about it is docs/forget.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Names = tuple[str, ...]


@dataclass(frozen=True)
class Holds:
    """What the columns of one table hold. Each column is named at most once."""

    ids: Names = ()
    """A person's id: replaced by a pseudonym."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What a person wrote, or a title made of it, and the column that says who: removed."""
    about: Names = ()
    """Others' or the team's words: they stay; the person's id and exact words in them go."""
    whole: Names = ()
    """Of `words`: read elsewhere, so removed as well where the person's id stands in it."""
    goes_with: str = ""
    """Rows in which this column is the person are deleted."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """What stays as it is although it may name the person, and why."""
    plain: Names = ()
    """Never holds a person's id or words."""
    channel: str = ""
    """The column that says whose channel's row it is; rows without one belong to their parent."""
    shell: bool = False
    """When its channel is forgotten the row stays without texts and people: it is counted on."""


_REPOSITORY = "where code or work is; no name of Slack's, and facts are counted by it"

TABLES: dict[str, Holds] = {
    "architecture": Holds(
        ids=("accepted_by",), about=("domain", "body"), plain=("model",), channel="channel_id"
    ),
    "architecture_review": Holds(
        ids=("requested_by", "closed_by"),
        about=("summary",),
        plain=("slot_key", "state", "left_out", "model"),
        channel="channel_id",
    ),
    "architecture_review_output": Holds(
        ids=("decided_by",), about=("body", "result"), plain=("kind", "state")
    ),
    "architecture_review_point": Holds(
        about=("agenda", "output", "problem"), plain=("kind", "specialist", "model")
    ),
    "assessment": Holds(
        ids=("asked_by",),
        about=("body", "reading"),
        plain=("slot_key", "kind", "model"),
        channel="channel_id",
    ),
    "assignment": Holds(
        about=("title", "phase_title", "reason", "output", "problem"),
        plain=("key", "specialist", "depends_on"),
    ),
    "attachment": Holds(
        ids=("asker_id",),
        words={
            "name": "asker_id",
            "source": "asker_id",
            "text": "asker_id",
            "problem": "asker_id",
        },
        whole=("text",),
        plain=("key", "kind", "state"),
        channel="channel_id",
    ),
    "audit": Holds(
        kept={
            "actor_id": "nobody can cover their tracks (ADR 11)",
            "noun_id": "nobody can cover their tracks (ADR 11)",
            "details": "nobody can cover their tracks (ADR 11)",
        },
        plain=("action", "noun"),
    ),
    "audit_removal": Holds(),
    "away": Holds(goes_with="user_id", plain=("source",)),
    "branch_start": Holds(kept={"origin": _REPOSITORY}, plain=("source", "key", "version", "head")),
    "channel": Holds(about=("name",), plain=("settings", "surface"), channel="id", shell=True),
    "conflict": Holds(
        ids=("opened_by", "resolved_by"),
        about=("subject", "resolution"),
        plain=("kind", "state"),
        channel="channel_id",
    ),
    "conflict_claim": Holds(ids=("said_by",), words={"note": "said_by"}, about=("title",)),
    "conflict_note": Holds(about=("told",), plain=("claimant", "state"), channel="channel_id"),
    "debt": Holds(
        ids=("owner_id", "created_by", "ended_by"),
        words={"title": "created_by", "interest": "created_by", "plan": "created_by"},
        plain=("service", "state", "source"),
        channel="channel_id",
    ),
    "decision": Holds(
        ids=("author_id", "decided_by"),
        words={"reason": "decided_by"},
        about=("title", "body", "approvers", "file_name"),
        plain=("rejection",),
        channel="channel_id",
    ),
    "decision_due": Holds(),
    "decision_export": Holds(plain=("problem",)),
    "decision_link": Holds(),
    "decision_service": Holds(plain=("name",)),
    "decision_source": Holds(
        about=("path", "raw_status", "body", "problems"),
        plain=("content_hash", "record_hash"),
        channel="channel_id",
    ),
    "decision_specialist": Holds(plain=("name",)),
    "decision_vote": Holds(ids=("user_id",), words={"reason": "user_id"}),
    "deployment": Holds(
        kept={"origin": _REPOSITORY, "environment": "a place that code goes to"},
        plain=("source", "key", "version", "commit"),
    ),
    "embedding": Holds(plain=("made_by",)),
    "escalation": Holds(
        ids=("owner_id", "opened_by", "resolved_by"),
        words={
            "title": "opened_by",
            "impact": "opened_by",
            "tried": "opened_by",
            "resolution": "resolved_by",
        },
        about=("policy", "hours"),
        plain=("source", "source_key", "source_url"),
        channel="channel_id",
    ),
    "escalation_event": Holds(ids=("by_id", "owner_id"), words={"text": "by_id"}),
    "feedback": Holds(goes_with="user_id", plain=("verdict",)),
    "forgetting": Holds(
        ids=("asked_by",),
        kept={"subject_id": "who is being forgotten, until it is done and told"},
        plain=("subject", "told_in", "direct_id", "places", "found", "removed"),
    ),
    "hand_off": Holds(
        ids=("requested_by", "answered_by"),
        words={"text": "requested_by", "reason": "answered_by"},
        plain=("team_channel_id", "direction", "team"),
        channel="channel_id",
    ),
    "incident_fact": Holds(kept={"origin": _REPOSITORY}, plain=("source", "key", "version")),
    "installation": Holds(
        ids=("installed_by",),
        plain=(
            "app_id",
            "enterprise_id",
            "bot_id",
            "bot_user_id",
            "scopes",
            "bot_token",
            "refresh_token",
            "problem",
            "removed_reason",
        ),
    ),
    "learning_item": Holds(
        ids=("person_id", "created_by", "ended_by"),
        words={"title": "created_by", "evidence": "ended_by"},
        plain=("kind", "specialist", "state"),
        channel="channel_id",
    ),
    "matrix": Holds(
        ids=("owner_id", "revealed_by"),
        words={"question": "owner_id"},
        about=("criteria", "invited", "specialists"),
        channel="channel_id",
    ),
    "matrix_option": Holds(about=("title",)),
    "matrix_score": Holds(
        ids=("scorer",),
        words={"reason": "scorer"},
        about=("criterion",),
        plain=("kind", "basis"),
    ),
    "measure_origin": Holds(kept={"name": _REPOSITORY}, plain=("source", "service")),
    "measurement": Holds(
        kept={"repository": _REPOSITORY, "branch": "of code; sent by whoever measures"},
        plain=("service", "commit", "source", "name", "unit", "digest"),
    ),
    "mcp_token": Holds(
        ids=("created_by",), goes_with="user_id", plain=("name", "digest", "scopes")
    ),
    "memory_entity": Holds(
        about=("name",),
        plain=("kind", "ref"),
        kept={"key": "made of the name, and made anew when that is rewritten"},
        channel="scope",
    ),
    "memory_observation": Holds(
        ids=("superseded_by",),
        goes_with="author_id",
        about=("text",),
        plain=("source",),
        channel="channel_id",
    ),
    "memory_relation": Holds(ids=("added_by",), plain=("kind",)),
    "message": Holds(ids=("user_id",), words={"text": "user_id"}, channel="channel_id"),
    "model_call": Holds(
        about=("result", "problem"),
        plain=("step", "state", "worker_id", "model"),
        channel="channel_id",
        shell=True,
    ),
    "oauth_state": Holds(plain=("digest",)),
    "outbox": Holds(
        about=("payload", "key", "target_key", "lane", "problem"),
        plain=("method", "bucket", "view", "state", "claimed_by", "problem_code"),
        channel="channel_id",
    ),
    "performance_measurement": Holds(ids=("measured_by",)),
    "performance_target": Holds(
        ids=("owner_id", "created_by"),
        words={"initiative": "created_by"},
        plain=("service", "metric", "key", "comparison", "unit", "state", "source"),
        channel="channel_id",
    ),
    "plan": Holds(ids=("approved_by",), about=("title", "body"), plain=("kind", "pattern")),
    "pull_request": Holds(
        kept={"origin": _REPOSITORY}, plain=("source", "key", "version", "state", "head")
    ),
    "quality_gate": Holds(
        about=("checks",),
        kept={"repository": _REPOSITORY, "branch": "of code; sent by whoever measures"},
        plain=("service", "commit", "state", "digest"),
        channel="scope",
    ),
    "quality_gate_place": Holds(
        ids=("set_by",), kept={"repository": _REPOSITORY}, plain=("service",), channel="scope"
    ),
    "quality_rule": Holds(
        ids=("set_by",),
        kept={"repository": _REPOSITORY},
        plain=("service", "check_name"),
        channel="scope",
    ),
    "rate_bucket": Holds(plain=("key",)),
    "receipt": Holds(about=("key",)),
    "retro_action": Holds(
        ids=("owner_id", "created_by", "ended_by"),
        words={"text": "created_by"},
        plain=("state",),
        channel="channel_id",
    ),
    # Whose card it is, nobody knows: the mark is made with a secret that is thrown away, and
    # before that `bot.services.retrospective_marks` removes the cards of who is forgotten.
    "retro_card": Holds(about=("text",), plain=("author",)),
    "retro_group": Holds(about=("title",)),
    "retro_lesson": Holds(
        ids=("confirmed_by",),
        words={"text": "confirmed_by"},
        plain=("kind",),
        channel="channel_id",
    ),
    "retro_vote": Holds(plain=("voter",)),
    "retrospective": Holds(
        ids=("opened_by",),
        about=("name", "columns"),
        plain=("slot_key", "state", "secret"),
        channel="channel_id",
    ),
    "repository": Holds(plain=("name", "path", "url", "channel_id", "problem")),
    "schedule": Holds(
        ids=("created_by",),
        words={"name": "created_by"},
        plain=("kind", "words", "rule", "zones", "regions", "work_days", "days_off"),
        channel="channel_id",
    ),
    "schedule_run": Holds(plain=("schedule", "worker_id", "state", "problem")),
    "service": Holds(
        ids=("owner_id", "created_by"),
        about=("key", "name", "about", "docs_url", "runbook_url"),
        channel="scope",
    ),
    "service_dependency": Holds(ids=("added_by", "ended_by"), plain=("kind", "source")),
    "setting": Holds(
        ids=("set_by",),
        goes_with="scope_id",
        kept={"value": "who may do what is the workspace's own choice"},
        plain=("scope", "name"),
        channel="scope_id",
    ),
    "sprint": Holds(
        ids=("owner_id", "accepted_by", "ended_by"),
        words={"goal": "owner_id", "requirements": "owner_id", "limits": "owner_id"},
        about=("people", "capacity"),
        plain=("slot_key", "source", "state", "unit"),
        channel="channel_id",
    ),
    "sprint_item": Holds(
        ids=("added_by", "owner_id"),
        about=("title", "about", "service"),
        plain=("specialists", "depends_on", "state"),
    ),
    "sprint_risk": Holds(about=("text", "mitigation")),
    "sprint_step": Holds(about=("body",), plain=("name", "model")),
    "sprint_test": Holds(about=("title",), plain=("items",)),
    "sprint_vote": Holds(ids=("voter",), words={"reason": "voter"}, plain=("kind", "basis")),
    "standup": Holds(about=("name",), plain=("slot_key", "state"), channel="channel_id"),
    "standup_answer": Holds(ids=("user_id",), words={"text": "user_id", "history": "user_id"}),
    "standup_blocker": Holds(
        ids=("user_id", "owner_id", "solved_by"),
        words={"text": "user_id"},
        channel="channel_id",
    ),
    "standup_member": Holds(goes_with="user_id", about=("name",), plain=("zone", "off")),
    "standup_question": Holds(about=("text",), plain=("kind",), channel="channel_id"),
    # What somebody answered is a count: nothing of it is theirs.
    "survey": Holds(ids=("opened_by",), plain=("slot_key", "kind", "state"), channel="channel_id"),
    "survey_member": Holds(goes_with="user_id"),
    "task": Holds(
        ids=("requester_id", "stop_requested_by"),
        words={"text": "requester_id", "title": "requester_id"},
        about=("state_reason", "answer", "synthesis"),
        plain=("mode", "model", "error_id"),
        channel="channel_id",
        shell=True,
    ),
    "technology": Holds(
        ids=("created_by",), about=("key", "name"), plain=("ring",), channel="scope"
    ),
    "technology_move": Holds(
        ids=("moved_by",), words={"reason": "moved_by"}, plain=("was", "ring", "source")
    ),
    "thread": Holds(channel="channel_id", shell=True),
    "tool_call": Holds(
        ids=("answered_by",),
        about=("result",),
        plain=(
            "step",
            "specialist",
            "server",
            "tool",
            "permission",
            "arguments_hash",
            "state",
            "worker_id",
        ),
        channel="channel_id",
    ),
    "tool_server": Holds(
        ids=("created_by", "permitted_by"),
        plain=(
            "name",
            "command",
            "env",
            "url",
            "token",
            "permissions",
            "pins",
            "tools",
            "problem",
        ),
    ),
    "waiver": Holds(
        ids=("owner_id", "created_by", "ended_by"),
        words={"reason": "created_by"},
        kept={"repository": _REPOSITORY},
        plain=("service", "check_name"),
        channel="scope",
    ),
    "work_item": Holds(
        kept={"origin": _REPOSITORY}, plain=("source", "key", "version", "kind", "state")
    ),
    "worker": Holds(plain=("kind", "host", "version")),
    "worktree": Holds(
        ids=("approved_by",),
        kept={"patch": "code, kept as long as what was said of it"},
        plain=("repository", "base", "state", "branch", "problem"),
        channel="channel_id",
    ),
    "workflow_run": Holds(
        kept={"origin": _REPOSITORY},
        plain=("source", "key", "version", "name", "branch", "commit", "state"),
    ),
    "workspace": Holds(about=("name",)),
}
"""By the table's name. A new table belongs here before its first row."""
