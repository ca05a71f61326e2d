"""The unit of work: one transaction with every repository on it, committed at its edge only."""

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import TracebackType
from typing import Any, Generic, TypeVar, cast

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage.away import away_is_named, name_away
from storage.engine import sessions_of
from storage.repositories.architecture_reviews import ArchitectureReviewRepository
from storage.repositories.assessments import AssessmentRepository
from storage.repositories.attachments import AttachmentRepository
from storage.repositories.audit import AuditRepository
from storage.repositories.away import AwayRepository
from storage.repositories.base import Repository
from storage.repositories.channel_moves import ChannelMoveRepository
from storage.repositories.channels import ChannelRepository
from storage.repositories.code_repositories import CodeRepositoryRepository
from storage.repositories.conflict_notes import ConflictNoteRepository
from storage.repositories.conflicts import ConflictRepository
from storage.repositories.costs import CostRepository
from storage.repositories.debts import DebtRepository
from storage.repositories.decision_exports import DecisionExportRepository
from storage.repositories.decision_parts import DecisionPartsRepository
from storage.repositories.decision_sources import DecisionSourceRepository
from storage.repositories.decisions import DecisionRepository
from storage.repositories.dora import DoraRepository
from storage.repositories.embeddings import EmbeddingRepository
from storage.repositories.escalation_audit import EscalationAuditRepository
from storage.repositories.escalations import EscalationRepository
from storage.repositories.facts import FactRepository
from storage.repositories.feedback import FeedbackRepository
from storage.repositories.forgettings import ForgettingRepository
from storage.repositories.hand_offs import HandOffRepository
from storage.repositories.installations import InstallationRepository
from storage.repositories.kpis import KpiRepository
from storage.repositories.learning import LearningRepository
from storage.repositories.ledger import LedgerRepository
from storage.repositories.matrices import MatrixRepository
from storage.repositories.mcp_tokens import McpTokenRepository
from storage.repositories.memory import MemoryRepository
from storage.repositories.memory_graph import MemoryGraphRepository
from storage.repositories.memory_names import MemoryNameRepository
from storage.repositories.memory_records import MemoryRecordRepository
from storage.repositories.memory_search import MemorySearchRepository
from storage.repositories.numbers import NumberRepository
from storage.repositories.outbox import OutboxRepository
from storage.repositories.outbox_many import OutboxManyRepository
from storage.repositories.outbox_queue import OutboxQueueRepository
from storage.repositories.outbox_repair import OutboxRepairRepository
from storage.repositories.performance_targets import PerformanceTargetRepository
from storage.repositories.plans import PlanRepository
from storage.repositories.quality_gates import QualityGateRepository
from storage.repositories.rates import RateRepository
from storage.repositories.receipts import ReceiptRepository
from storage.repositories.retro_actions import RetroActionRepository
from storage.repositories.retrospective_rows import RetrospectiveRowRepository
from storage.repositories.retrospectives import RetrospectiveRepository
from storage.repositories.schedule_rows import ScheduleRowRepository
from storage.repositories.schedules import ScheduleRepository
from storage.repositories.services import ServiceRepository
from storage.repositories.settings import SettingRepository
from storage.repositories.sprint_items import SprintItemRepository
from storage.repositories.sprints import SprintRepository
from storage.repositories.standup_rows import StandupRowRepository
from storage.repositories.standups import StandupRepository
from storage.repositories.surveys import SurveyRepository
from storage.repositories.tasks import TaskRepository
from storage.repositories.team_report import TeamReportRepository
from storage.repositories.technologies import TechnologyRepository
from storage.repositories.threads import ThreadRepository
from storage.repositories.tool_calls import ToolCallRepository
from storage.repositories.tool_servers import ToolServerRepository
from storage.repositories.turns import TurnRepository
from storage.repositories.workers import WorkerRepository
from storage.repositories.worktrees import WorktreeRepository

R = TypeVar("R", bound=Repository)
T = TypeVar("T")


class _Of(Generic[R]):
    """A repository of the unit of work, made when it is first used: most units use few."""

    def __init__(self, kind: Callable[[AsyncSession], R]) -> None:
        self._kind = kind
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, uow: "UnitOfWork", owner: type) -> R:
        made = uow.__dict__[self._name] = self._kind(uow.session)  # found before this one
        return made


class UnitOfWork:
    """The repositories of one open transaction."""

    assessments = _Of(AssessmentRepository)
    architecture_reviews = _Of(ArchitectureReviewRepository)
    attachments = _Of(AttachmentRepository)
    audit = _Of(AuditRepository)
    away = _Of(AwayRepository)
    channel_moves = _Of(ChannelMoveRepository)
    channels = _Of(ChannelRepository)
    code_repositories = _Of(CodeRepositoryRepository)
    conflict_notes = _Of(ConflictNoteRepository)
    conflicts = _Of(ConflictRepository)
    costs = _Of(CostRepository)
    debts = _Of(DebtRepository)
    decision_exports = _Of(DecisionExportRepository)
    decision_parts = _Of(DecisionPartsRepository)
    decision_sources = _Of(DecisionSourceRepository)
    decisions = _Of(DecisionRepository)
    embeddings = _Of(EmbeddingRepository)
    dora = _Of(DoraRepository)
    escalations = _Of(EscalationRepository)
    escalation_audit = _Of(EscalationAuditRepository)
    facts = _Of(FactRepository)
    feedback = _Of(FeedbackRepository)
    forgettings = _Of(ForgettingRepository)
    hand_offs = _Of(HandOffRepository)
    installations = _Of(InstallationRepository)
    kpis = _Of(KpiRepository)
    learning = _Of(LearningRepository)
    ledger = _Of(LedgerRepository)
    matrices = _Of(MatrixRepository)
    mcp_tokens = _Of(McpTokenRepository)
    memory = _Of(MemoryRepository)
    memory_graph = _Of(MemoryGraphRepository)
    memory_names = _Of(MemoryNameRepository)
    memory_records = _Of(MemoryRecordRepository)
    memory_search = _Of(MemorySearchRepository)
    numbers = _Of(NumberRepository)
    outbox = _Of(OutboxRepository)
    outbox_many = _Of(OutboxManyRepository)
    performance_targets = _Of(PerformanceTargetRepository)
    plans = _Of(PlanRepository)
    queue = _Of(OutboxQueueRepository)
    quality_gates = _Of(QualityGateRepository)
    rates = _Of(RateRepository)
    repairs = _Of(OutboxRepairRepository)
    receipts = _Of(ReceiptRepository)
    retro_actions = _Of(RetroActionRepository)
    retrospective_rows = _Of(RetrospectiveRowRepository)
    retrospectives = _Of(RetrospectiveRepository)
    schedules = _Of(ScheduleRowRepository)
    schedule_runs = _Of(ScheduleRepository)
    services = _Of(ServiceRepository)
    settings = _Of(SettingRepository)
    sprint_items = _Of(SprintItemRepository)
    sprints = _Of(SprintRepository)
    standup_rows = _Of(StandupRowRepository)
    standups = _Of(StandupRepository)
    surveys = _Of(SurveyRepository)
    tasks = _Of(TaskRepository)
    team_report = _Of(TeamReportRepository)
    technologies = _Of(TechnologyRepository)
    threads = _Of(ThreadRepository)
    tool_calls = _Of(ToolCallRepository)
    tool_servers = _Of(ToolServerRepository)
    turns = _Of(TurnRepository)
    workers = _Of(WorkerRepository)
    worktrees = _Of(WorktreeRepository)

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self._afterwards: list[Callable[[], None]] = []
        self._found: dict[Hashable, Any] = {}

    async def once(self, key: Hashable, find: Callable[[], Awaitable[T]]) -> T:
        """Return what `find` gave the first time: for what no step of this unit changes."""
        if key not in self._found:
            self._found[key] = await find()
        return cast(T, self._found[key])

    def know(self, key: Hashable, value: object) -> None:
        """Say what `once` would find, e.g. as this unit has just stored it."""
        self._found[key] = value

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call `call` once this transaction is committed: its rows can be seen then."""
        self._afterwards.append(call)

    def committed(self) -> None:
        """Make the calls that waited for the commit."""
        for call in self._afterwards:
            call()


class _Writing(AbstractAsyncContextManager[UnitOfWork]):
    """A unit of work from its begin to its commit; a class, as each generator takes 10 µs."""

    def __init__(self, session: AbstractAsyncContextManager[AsyncSession]) -> None:
        self._session = session

    async def __aenter__(self) -> UnitOfWork:
        with away_is_named():
            self._uow = UnitOfWork(await self._session.__aenter__())
        return self._uow

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self._session.__aexit__(kind, error, trace)
        except Exception as failed:
            name_away(failed)
            raise
        if error is not None:
            name_away(error)
        else:
            self._uow.committed()


class Database:
    """Opens units of work: `async with database.begin() as uow:` commits when the block ends."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._sessions = sessions_of(engine)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    def begin(self, *, urgent: bool = False) -> AbstractAsyncContextManager[UnitOfWork]:
        """Yield a unit of work that may write; rolls back when the block raises.

        `urgent` is for what Slack waits for: it writes before others that wait.
        Raises DatabaseAway when the database does not answer.
        """
        return _Writing(self._sessions.write(urgent=urgent))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """Yield a unit of work that only reads; nothing it changes is kept."""
        with away_is_named():
            async with self._sessions.read() as session:
                yield UnitOfWork(session)

    async def close(self) -> None:
        """Give back every connection."""
        await self._sessions.close()
        await self.engine.dispose()
