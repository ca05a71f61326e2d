"""Slack in: this screen lists every surface; each parses, calls a use case and renders."""

from slack_bolt.async_app import AsyncApp

from handlers import errors, middleware
from handlers.actions import TaskActions
from handlers.agent import AgentSessions
from handlers.architecture import ArchitectureActions
from handlers.architecture_review import ArchitectureReviewActions
from handlers.assessments import AssessmentActions
from handlers.channels import Channels
from handlers.commands.router import LeadCommand
from handlers.conflict import ConflictActions
from handlers.debt import DebtActions
from handlers.decision_dues import DecisionDues
from handlers.decision_forms import DecisionForms
from handlers.decisions import DecisionActions
from handlers.desk import Desk
from handlers.escalating import Escalating
from handlers.escalations import EscalationActions
from handlers.feedback import FeedbackActions
from handlers.forget import Forget
from handlers.hand_offs import HandOffActions
from handlers.home import Home
from handlers.installation import Installations
from handlers.kpis import KpiActions
from handlers.matrix import MatrixActions
from handlers.messages import Messages
from handlers.quality_gates import QualityGateActions
from handlers.reactions import Reactions
from handlers.retro_actions import RetroActions
from handlers.retrospectives import RetrospectiveActions
from handlers.schedules import ScheduleActions
from handlers.settings import SettingsForm
from handlers.shortcuts import Shortcuts
from handlers.sprint_forms import SprintForms
from handlers.sprints import SprintActions
from handlers.standups import StandupActions
from handlers.steps import WorkflowSteps
from handlers.surveys import SurveyActions
from handlers.tool_calls import ToolCallActions
from handlers.tool_servers import ToolServerActions


def register(app: AsyncApp, desk: Desk) -> None:
    """Attach everything to the app, middleware first."""
    middleware.register(app, desk)
    errors.register(app)
    Messages(desk).register(app)
    AgentSessions(desk).register(app)
    LeadCommand(desk).register(app)
    TaskActions(desk).register(app)
    DecisionActions(desk).register(app)
    DecisionForms(desk).register(app)
    DecisionDues(desk).register(app)
    FeedbackActions(desk).register(app)
    KpiActions(desk).register(app)
    SurveyActions(desk).register(app)
    MatrixActions(desk).register(app)
    HandOffActions(desk).register(app)
    ConflictActions(desk).register(app)
    ArchitectureActions(desk).register(app)
    ArchitectureReviewActions(desk).register(app)
    DebtActions(desk).register(app)
    QualityGateActions(desk).register(app)
    Escalating(desk).register(app)
    EscalationActions(desk).register(app)
    Shortcuts(desk).register(app)
    WorkflowSteps(desk).register(app)
    Reactions(desk).register(app)
    ScheduleActions(desk).register(app)
    StandupActions(desk).register(app)
    SprintActions(desk).register(app)
    SprintForms(desk).register(app)
    RetrospectiveActions(desk).register(app)
    RetroActions(desk).register(app)
    AssessmentActions(desk).register(app)
    SettingsForm(desk).register(app)
    Home(desk).register(app)
    Channels(desk).register(app)
    Forget(desk).register(app)
    Installations(desk).register(app)
    ToolCallActions(desk).register(app)
    ToolServerActions(desk).register(app)
