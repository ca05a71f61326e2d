"""What buttons and modals carry: compact JSON, read back and checked at every click."""

from typing import Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.schedule.draft import Draft
from bot.errors import UserFacingError


class Payload(BaseModel):
    """Base of the payloads; unknown fields of older cards are refused, not guessed at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def value(self: Self) -> str:
        """Return the button's `value`, at most 2,000 characters."""
        return self.model_dump_json()

    @classmethod
    def read(cls, text: object) -> Self:
        """Return what a button or modal carries; raises UserFacingError for one not of ours."""
        try:
            return cls.model_validate_json(str(text or ""))
        except ValidationError:
            raise UserFacingError(
                "That button is too old for me.", hint="`/lead tasks` shows how things stand."
            ) from None


class TaskAction(Payload):
    """`{"task_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"}`"""

    task_id: str


class DecisionAction(Payload):
    """`{"decision_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f","revision":2}`"""

    decision_id: str
    revision: int


class MessageRef(Payload):
    """`{"channel_id":"C0BACKEND1","ts":"1700000001.000100","root_ts":"1700000001.000100"}`"""

    channel_id: str
    ts: str
    root_ts: str


class RetroPhase(Payload):
    """`{"retrospective_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f","phase":"vote"}`: as it was seen."""

    retrospective_id: str
    phase: str


class RetroTopic(Payload):
    """`{"group_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"}`"""

    group_id: str


class RetroActionRef(Payload):
    """`{"action_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"}`"""

    action_id: str


class AssessmentProposal(Payload):
    """`{"assessment_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f","position":0,"by_model":true}`

    `by_model`: of those that a model proposed, not the rules.
    """

    assessment_id: str
    position: int
    by_model: bool


class KpiAction(Payload):
    """`{"kpi":"velocity","area":"","days":90,"sprint":false,"service":"","here":false}`

    What was asked for; no days: each KPI's own.
    """

    kpi: str = ""
    area: str = ""
    days: int = Field(0, ge=0, le=366)
    sprint: bool = False
    service: str = ""
    here: bool = False


class SurveyRef(Payload):
    """`{"survey_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"}`"""

    survey_id: str


class SettingsAction(Payload):
    """`{"scope":"channel","channel_id":"C1","seen":"9f3a0c1d2e4b"}`

    `seen` names the values that the modal was opened with. A person's own (`user`) are always of
    who clicks; `channel_id` is where they asked for them, if anywhere.
    """

    scope: Literal["workspace", "channel", "user"]
    channel_id: str = ""
    seen: str = ""


class ForgetAction(Payload):
    """`{}`: who and where is what Slack says of the click."""


class FeedbackAction(Payload):
    """`{"task_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f","round":1,"verdict":"good"}`"""

    task_id: str
    round: int
    verdict: Literal["good", "bad"]


class OutputAction(Payload):
    """`{"task_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f","key":"a3"}`"""

    task_id: str
    key: str


class ToolCallAction(Payload):
    """`{"task_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f","call_id":"1d5f…"}`"""

    task_id: str
    call_id: str


class ToolServerAction(Payload):
    """`{"server_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"}`; empty for a new one."""

    server_id: str = ""
    shown: str = ""
    """In a form: a mark of the tools that it showed."""


class ChannelAction(Payload):
    """`{"channel_id":"C0BACKEND1"}`: where a form was opened."""

    channel_id: str


class MatrixAction(Payload):
    """`{"matrix_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"}`"""

    matrix_id: str


class EscalationAction(Payload):
    """`{"escalation_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f","level":2}`; the level that was seen."""

    escalation_id: str
    level: int


class EscalationDraft(Payload):
    """`{"channel_id":"C0BACKEND1","ts":"1700000001.000100","root_ts":"…","task_id":""}`

    Where it is escalated, and what: a message, a task, or neither.
    """

    channel_id: str
    ts: str = ""
    root_ts: str = ""
    task_id: str = ""


class ArchitectureAction(Payload):
    """`{"architecture_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"}`"""

    architecture_id: str


class ReviewAction(Payload):
    """`{"review_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"}`"""

    review_id: str


class ReviewOutputAction(Payload):
    """`{"output_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"}`"""

    output_id: str


class DebtAction(Payload):
    """`{"debt_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"}`"""

    debt_id: str


class DebtForm(Payload):
    """`{"channel_id":"C0BACKEND1","debt_id":""}`: where a form was opened, and for which debt."""

    channel_id: str
    debt_id: str = ""


class WaiverForm(Payload):
    """`{"channel_id":"C0BACKEND1","service":"checkout","repository":""}`: where, and for what."""

    channel_id: str
    service: str = ""
    repository: str = ""


class ConflictAction(Payload):
    """`{"conflict_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f","revision":3,"option":"best",
    "ends":"2026-03-03,2026-03-05"}`: when each claim ends as the card said.
    """

    conflict_id: str
    revision: int
    option: str
    ends: str = ""


class ClaimAction(Payload):
    """`{"conflict_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f","position":0}`"""

    conflict_id: str
    position: int


class WantedAction(Payload):
    """`{"note_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f","kind":"service","subject":"orders"}`"""

    note_id: str
    kind: Literal["specialist", "person", "service", "slot"]
    subject: str


class HandOffAction(Payload):
    """`{"hand_off_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"}`"""

    hand_off_id: str


class ScheduleAction(Payload):
    """`{"schedule_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"}`"""

    schedule_id: str


class DraftAction(Payload):
    """`{"draft":{"kind":"standup","words":"weekdays 09:30",…},"channel_id":"C0BACKEND1"}`"""

    draft: Draft
    channel_id: str


class StandupAction(Payload):
    """`{"standup_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"}`"""

    standup_id: str


class BlockerTo(Payload):
    """`{"blocker_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f","to":"U0MAYA0001"}`: a person or a team."""

    blocker_id: str
    to: str


class AssignmentTo(Payload):
    """`{"standup_id":"0c4e8d5f6a7b","assignment_id":"9e2f8d5f6a7b","to":"api-architect"}`"""

    standup_id: str
    assignment_id: str
    to: str


class BlockerAction(Payload):
    """`{"blocker_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"}`"""

    blocker_id: str


class SprintDraft(Payload):
    """`{"channel_id":"C0BACKEND1","hand_off_id":""}`: where a sprint is opened, and who asked."""

    channel_id: str
    hand_off_id: str = ""


class SprintAction(Payload):
    """`{"sprint_id":"0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f"}`"""

    sprint_id: str


ItemAct: TypeAlias = Literal["start", "done", "drop", "open"]


class SprintItemAction(Payload):
    """`{"sprint_id":"0c4e8d5f6a7b","item_id":"9e2f8d5f6a7b","act":"done"}`"""

    sprint_id: str
    item_id: str
    act: ItemAct


class SprintBallot(Payload):
    """`{"sprint_id":"0c4e8d5f6a7b","rounds":[["9e2f8d5f6a7b",1]]}`: what was asked, its round."""

    sprint_id: str
    rounds: tuple[tuple[str, int], ...]
