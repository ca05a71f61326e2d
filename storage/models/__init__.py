"""Every table, importable from one place."""

from storage.models.attachment import Attachment
from storage.models.audit import AuditEntry, AuditRemoval
from storage.models.away import Away
from storage.models.base import Base, new_id
from storage.models.conflict import Conflict, ConflictClaim, ConflictNote
from storage.models.decision import Decision
from storage.models.decision_export import DecisionExport
from storage.models.decision_parts import (
    DecisionDue,
    DecisionLink,
    DecisionService,
    DecisionSource,
    DecisionSpecialist,
    DecisionVote,
)
from storage.models.escalation import Escalation, EscalationEvent
from storage.models.feedback import Feedback
from storage.models.hand_off import HandOff
from storage.models.installation import Installation, OAuthState
from storage.models.ledger import ModelCall
from storage.models.matrix import Matrix, MatrixOption, MatrixScore
from storage.models.outbox import OutboxRow
from storage.models.rate import RateBucket
from storage.models.schedule import Schedule, ScheduleRun
from storage.models.service import Architecture, Service, ServiceDependency
from storage.models.setting import SettingRow
from storage.models.sprint import (
    Sprint,
    SprintItem,
    SprintRisk,
    SprintStep,
    SprintTest,
    SprintVote,
)
from storage.models.standup import (
    Standup,
    StandupAnswer,
    StandupBlocker,
    StandupMember,
    StandupQuestion,
)
from storage.models.task import Assignment, Plan, Task
from storage.models.thread import Message, Receipt, Thread
from storage.models.worker import Worker
from storage.models.workspace import Channel, Workspace

__all__ = [
    "Architecture",
    "Assignment",
    "Attachment",
    "AuditEntry",
    "AuditRemoval",
    "Away",
    "Base",
    "Channel",
    "Conflict",
    "ConflictClaim",
    "ConflictNote",
    "Decision",
    "DecisionDue",
    "DecisionExport",
    "DecisionLink",
    "DecisionService",
    "DecisionSource",
    "DecisionSpecialist",
    "DecisionVote",
    "Escalation",
    "EscalationEvent",
    "Feedback",
    "HandOff",
    "Installation",
    "Matrix",
    "MatrixOption",
    "MatrixScore",
    "Message",
    "ModelCall",
    "OAuthState",
    "OutboxRow",
    "Plan",
    "RateBucket",
    "Receipt",
    "Schedule",
    "ScheduleRun",
    "Service",
    "ServiceDependency",
    "SettingRow",
    "Sprint",
    "SprintItem",
    "SprintRisk",
    "SprintStep",
    "SprintTest",
    "SprintVote",
    "Standup",
    "StandupAnswer",
    "StandupBlocker",
    "StandupMember",
    "StandupQuestion",
    "Task",
    "Thread",
    "Worker",
    "Workspace",
    "new_id",
]
