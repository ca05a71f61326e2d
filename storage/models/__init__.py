"""Every table, importable from one place."""

from storage.models.architecture_review import (
    ArchitectureReview,
    ArchitectureReviewOutput,
    ArchitectureReviewPoint,
)
from storage.models.assessment import Assessment
from storage.models.attachment import Attachment
from storage.models.audit import AuditEntry, AuditRemoval
from storage.models.away import Away
from storage.models.base import Base, new_id
from storage.models.conflict import Conflict, ConflictClaim, ConflictNote
from storage.models.debt import Debt
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
from storage.models.embedding import Embedding
from storage.models.escalation import Escalation, EscalationEvent
from storage.models.feedback import Feedback
from storage.models.forgetting import Forgetting
from storage.models.hand_off import HandOff
from storage.models.installation import Installation, OAuthState
from storage.models.learning import LearningItem
from storage.models.ledger import ModelCall
from storage.models.matrix import Matrix, MatrixOption, MatrixScore
from storage.models.mcp_token import McpToken
from storage.models.measure import (
    BranchStart,
    Deployment,
    IncidentFact,
    Measurement,
    MeasureOrigin,
    PullRequest,
    WorkflowRun,
    WorkItem,
)
from storage.models.memory import MemoryEntity, MemoryObservation, MemoryRelation
from storage.models.outbox import OutboxRow
from storage.models.performance_target import PerformanceMeasurement, PerformanceTarget
from storage.models.quality_gate import QualityGate, QualityGatePlace, QualityRule, Waiver
from storage.models.rate import RateBucket
from storage.models.retrospective import (
    RetroAction,
    RetroCard,
    RetroGroup,
    RetroLesson,
    Retrospective,
    RetroVote,
)
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
from storage.models.survey import Survey, SurveyMember
from storage.models.task import Assignment, Plan, Task
from storage.models.technology import Technology, TechnologyMove
from storage.models.thread import Message, Receipt, Thread
from storage.models.tool import CodeRepository, ToolCall, ToolServer
from storage.models.worker import Worker
from storage.models.workspace import Channel, Workspace
from storage.models.worktree import Worktree

__all__ = [
    "Architecture",
    "ArchitectureReview",
    "ArchitectureReviewOutput",
    "ArchitectureReviewPoint",
    "Assessment",
    "Assignment",
    "Attachment",
    "AuditEntry",
    "AuditRemoval",
    "Away",
    "Base",
    "BranchStart",
    "Channel",
    "CodeRepository",
    "Conflict",
    "ConflictClaim",
    "ConflictNote",
    "Debt",
    "Decision",
    "DecisionDue",
    "DecisionExport",
    "DecisionLink",
    "DecisionService",
    "DecisionSource",
    "DecisionSpecialist",
    "DecisionVote",
    "Deployment",
    "Embedding",
    "Escalation",
    "EscalationEvent",
    "Feedback",
    "Forgetting",
    "HandOff",
    "IncidentFact",
    "Installation",
    "LearningItem",
    "Matrix",
    "MatrixOption",
    "MatrixScore",
    "McpToken",
    "MeasureOrigin",
    "Measurement",
    "MemoryEntity",
    "MemoryObservation",
    "MemoryRelation",
    "Message",
    "ModelCall",
    "OAuthState",
    "OutboxRow",
    "PerformanceMeasurement",
    "PerformanceTarget",
    "Plan",
    "PullRequest",
    "QualityGate",
    "QualityGatePlace",
    "QualityRule",
    "RateBucket",
    "Receipt",
    "RetroAction",
    "RetroCard",
    "RetroGroup",
    "RetroLesson",
    "RetroVote",
    "Retrospective",
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
    "Survey",
    "SurveyMember",
    "Task",
    "Technology",
    "TechnologyMove",
    "Thread",
    "ToolCall",
    "ToolServer",
    "Waiver",
    "WorkItem",
    "Worker",
    "WorkflowRun",
    "Workspace",
    "Worktree",
    "new_id",
]
