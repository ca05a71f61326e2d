"""Every setting with its default, read from the environment and `.env`, in groups by noun."""

from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from annotated_types import Ge, Gt, Le
from platformdirs import user_data_path
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingInvalid
from bot.settings_adr import AdrSettings as AdrSettings
from bot.settings_budget import BudgetSettings as BudgetSettings
from bot.settings_embedding import EmbeddingSettings as EmbeddingSettings
from bot.settings_escalation import EscalationSettings as EscalationSettings
from bot.settings_gate import GateSettings as GateSettings
from bot.settings_kept import RedactionSettings as RedactionSettings
from bot.settings_kept import RetentionSettings as RetentionSettings
from bot.settings_kpi import KpiSettings as KpiSettings
from bot.settings_kpi import SurveySettings as SurveySettings
from bot.settings_mcp import McpSettings as McpSettings
from bot.settings_measure import MeasureSettings as MeasureSettings
from bot.settings_outside import ClaudeSettings as ClaudeSettings
from bot.settings_outside import DatabaseSettings as DatabaseSettings
from bot.settings_outside import HttpSettings as HttpSettings
from bot.settings_outside import SecretsSettings as SecretsSettings
from bot.settings_outside import SlackSettings as SlackSettings
from bot.settings_outside import TracingSettings as TracingSettings
from bot.settings_outside import group as _group
from bot.settings_retrospective import RetrospectiveSettings as RetrospectiveSettings
from bot.settings_review import ReviewSettings as ReviewSettings
from bot.settings_sandbox import SandboxSettings as SandboxSettings
from bot.settings_sprint import SprintSettings as SprintSettings
from bot.settings_standup import StandupSettings as StandupSettings
from bot.settings_teams import TeamsSettings as TeamsSettings
from bot.settings_tools import ToolsSettings as ToolsSettings


class ModelSettings(BaseSettings):
    """Which model does what, and how patient we are with it (shared facts: docs/models.md)."""

    model_config = _group("TEAMLEAD_MODEL_")

    provider: Literal["auto", "claude", "offline"] = Field(
        "auto", description="`auto` takes Claude when its key or base URL is set."
    )
    lead: str = Field("claude-sonnet-5-5", description="Plans and synthesises.")
    specialist: str = Field("claude-sonnet-5-5", description="Does the assignments.")
    triage: str = Field("claude-haiku-5-5", description="Answers small questions.")
    deadline_seconds: Annotated[float, Gt(0)] = Field(
        120, description="A call and its retries end by then."
    )
    attempts: Annotated[int, Ge(1), Le(10)] = Field(4, description="Tries of one call.")
    concurrency: Annotated[int, Ge(1)] = Field(16, description="Calls in flight at once.")
    prices_file: Path | None = Field(None, description="TOML that overrides the price list.")
    retry_minutes: Annotated[int, Ge(1)] = Field(
        5, description="When the model is down, a task waits this long before the next try."
    )
    give_up_minutes: Annotated[int, Ge(1)] = Field(
        60, description="After this long the task fails and says so."
    )


class DecisionSettings(BaseSettings):
    """How decisions are proposed."""

    model_config = _group("TEAMLEAD_DECISION_")

    review_days: Annotated[int, Ge(1)] = Field(
        180, description="Days until an accepted decision comes up for review."
    )
    quorum: Annotated[int, Ge(1), Le(20)] = Field(
        1, description="How many people must say yes before a decision is accepted."
    )
    rejection: Literal["one", "quorum"] = Field(
        "one",
        description="How many noes reject a decision: `one`, or `quorum` for as many as yeses"
        " are needed.",
    )
    approvers: str = Field(
        "",
        description="Comma-separated user ids and user group ids who may decide; empty: anyone"
        " in the channel.",
    )


class MatrixSettings(BaseSettings):
    """How technologies are compared (docs/matrix.md)."""

    model_config = _group("TEAMLEAD_MATRIX_")

    criteria: str = Field(
        "team expertise 35, performance requirements 25, scalability needs 20,"
        " ecosystem maturity 10, maintenance cost 10",
        description="Criteria with weights in percent that a new matrix begins with.",
    )


class ConflictSettings(BaseSettings):
    """What there is of people and things that several want (docs/conflicts.md)."""

    model_config = _group("TEAMLEAD_CONFLICT_")

    week_hours: Annotated[int, Ge(5), Le(168)] = Field(
        30, description="Hours a week that one person or specialist has for planned work."
    )
    notes: bool = Field(
        True, description="Whether a task's thread is told unasked that others want the same."
    )


class AccessSettings(BaseSettings):
    """Who may do what, unless a workspace or channel says otherwise (docs/access.md)."""

    model_config = _group("TEAMLEAD_ACCESS_")

    ask: str = Field("anyone", description="Who may ask for work and stop it.")
    approve: str = Field("anyone", description="Who may say yes to a plan or give more money.")
    configure: str = Field(
        "admins", description="Who may change settings and read the audit log; admins always may."
    )
    guests: bool = Field(False, description="Whether guests count among `anyone`.")
    external: bool = Field(
        False,
        description="Whether people of other companies (Slack Connect) may ask where `anyone` may.",
    )
    workflows: bool = Field(
        False, description="Whether workflows may ask where not everybody may (docs/workflows.md)."
    )


class ChannelSettings(BaseSettings):
    """How the bot behaves in channels, unless a workspace or channel says otherwise."""

    model_config = _group("TEAMLEAD_CHANNEL_")

    enabled: bool = Field(
        True,
        description="Whether it works wherever it was invited; `false`: each channel has to be"
        " switched on.",
    )
    replies: Literal["all", "mentions"] = Field(
        "all", description="Which replies in a task's thread it follows."
    )


class QuietSettings(BaseSettings):
    """When nothing is said unasked, unless a workspace, channel or person says otherwise."""

    model_config = _group("TEAMLEAD_QUIET_")

    hours: str = Field("off", description="E.g. `19:00-08:00 Europe/Berlin`.")
    days: str = Field("off", description="E.g. `sat sun Europe/Berlin`.")


class OutboxSettings(BaseSettings):
    """How patiently posts are delivered."""

    model_config = _group("TEAMLEAD_OUTBOX_")

    per_channel_seconds: Annotated[float, Ge(0)] = Field(
        1.0, description="Least time between two messages in a channel (Slack: 1 a second)."
    )
    burst: Annotated[int, Ge(1)] = Field(4, description="Messages that may go at once before that.")
    attempts: Annotated[int, Ge(1)] = Field(
        12, description="Least tries before a post is given up; 12: 24 minutes."
    )
    timeout_seconds: Annotated[float, Gt(0)] = Field(15, description="One call to Slack.")
    stream: Literal["auto", "off"] = Field(
        "auto", description="Task cards in direct messages as a streamed plan, where Slack can."
    )


class WorkerSettings(BaseSettings):
    """How much one process, and all of them together, work at once; how patiently they end."""

    model_config = _group("TEAMLEAD_WORKER_")

    tasks: Annotated[int, Ge(1)] = Field(8, description="Tasks at work at once in one process.")
    all_tasks: Annotated[int, Ge(1)] = Field(
        64, description="Tasks at work at once in all processes together."
    )
    grace_seconds: Annotated[float, Ge(0)] = Field(
        20, description="At SIGTERM, model calls in flight may take this long to finish."
    )


class LimitSettings(BaseSettings):
    """Sizes that keep one message from becoming everybody's problem."""

    model_config = _group("TEAMLEAD_LIMIT_")

    message_chars: Annotated[int, Ge(100)] = Field(
        12_000, description="Longest message taken as a task; longer ones belong in a file."
    )
    file_bytes: Annotated[int, Ge(1_000)] = Field(
        5_000_000, description="Largest attached file that is read, in bytes."
    )
    file_chars: Annotated[int, Ge(100)] = Field(
        20_000, description="Most of one file that a model is given, in characters."
    )
    file_types: str = Field(
        "",
        description="Comma-separated endings of the files that are read, e.g. `sql,md,pdf`; empty:"
        " text, Markdown, code, SQL, OpenAPI and PDF.",
    )
    files: Annotated[int, Ge(0)] = Field(10, description="Most files read of one message.")
    thread_messages: Annotated[int, Ge(0), Le(200)] = Field(
        50, description="Earlier messages read of a thread that mentions the bot midway."
    )
    tasks_per_user_hour: Annotated[int, Ge(0)] = Field(
        20, description="Tasks that one person may start within an hour; 0: any number."
    )
    tasks_per_channel_hour: Annotated[int, Ge(0)] = Field(
        60, description="Tasks that one channel may start within an hour; 0: any number."
    )
    parallel_assignments: Annotated[int, Ge(1)] = Field(
        6, description="Assignments of one task at work at once."
    )


class ReactionSettings(BaseSettings):
    """What an emoji on a message does, each by Slack's name for it; empty: nothing."""

    model_config = SettingsConfigDict(
        env_prefix="TEAMLEAD_REACTION_", env_file=".env", extra="ignore", frozen=True
    )

    stop: str = Field("x", description="On a task's card or first message: stops the task.")
    decision: str = Field("memo", description="On any message: proposes it as a decision.")


class AppSettings(BaseSettings):
    """The program itself."""

    model_config = _group("TEAMLEAD_")

    home: Path = Field(
        default_factory=lambda: user_data_path("teamlead", appauthor=False),
        description="Folder of the SQLite files and locks.",
    )
    team_dir: Path | None = Field(
        None, description="Folder with own charters, patterns and playbooks."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="What is logged: this and what is graver."
    )
    log_format: Literal["console", "json"] = Field("console", description="How logs look.")
    event_loop: Literal["uvloop", "asyncio"] = Field(
        "uvloop", description="What the bot runs on; `asyncio` is Python's own, should uvloop fail."
    )


class Settings(BaseModel):
    """All groups. Build it with `load`, which turns a wrong value into one sentence."""

    model_config = ConfigDict(frozen=True)

    app: AppSettings = Field(default_factory=AppSettings)
    slack: SlackSettings = Field(default_factory=SlackSettings)
    claude: ClaudeSettings = Field(default_factory=ClaudeSettings)
    model: ModelSettings = Field(default_factory=ModelSettings)
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    budget: BudgetSettings = Field(default_factory=BudgetSettings)
    decision: DecisionSettings = Field(default_factory=DecisionSettings)
    adr: AdrSettings = Field(default_factory=AdrSettings)
    matrix: MatrixSettings = Field(default_factory=MatrixSettings)
    teams: TeamsSettings = Field(default_factory=TeamsSettings)
    conflict: ConflictSettings = Field(default_factory=ConflictSettings)
    review: ReviewSettings = Field(default_factory=ReviewSettings)
    retrospective: RetrospectiveSettings = Field(default_factory=RetrospectiveSettings)
    sprint: SprintSettings = Field(default_factory=SprintSettings)
    gate: GateSettings = Field(default_factory=GateSettings)
    kpi: KpiSettings = Field(default_factory=KpiSettings)
    survey: SurveySettings = Field(default_factory=SurveySettings)
    measure: MeasureSettings = Field(default_factory=MeasureSettings)
    access: AccessSettings = Field(default_factory=AccessSettings)
    channel: ChannelSettings = Field(default_factory=ChannelSettings)
    quiet: QuietSettings = Field(default_factory=QuietSettings)
    escalation: EscalationSettings = Field(default_factory=EscalationSettings)
    standup: StandupSettings = Field(default_factory=StandupSettings)
    outbox: OutboxSettings = Field(default_factory=OutboxSettings)
    limit: LimitSettings = Field(default_factory=LimitSettings)
    worker: WorkerSettings = Field(default_factory=WorkerSettings)
    http: HttpSettings = Field(default_factory=HttpSettings)
    secrets: SecretsSettings = Field(default_factory=SecretsSettings)
    embedding: EmbeddingSettings = Field(default_factory=EmbeddingSettings)
    tools: ToolsSettings = Field(default_factory=ToolsSettings)
    sandbox: SandboxSettings = Field(default_factory=SandboxSettings)
    mcp: McpSettings = Field(default_factory=McpSettings)
    tracing: TracingSettings = Field(default_factory=TracingSettings)
    reaction: ReactionSettings = Field(default_factory=ReactionSettings)
    retention: RetentionSettings = Field(default_factory=RetentionSettings)
    redaction: RedactionSettings = Field(default_factory=RedactionSettings)

    @property
    def database_url(self) -> str:
        """The database's URL; by default a SQLite file under the home folder."""
        return self.database.url.get_secret_value() or f"sqlite:///{self.app.home / 'teamlead.db'}"

    @property
    def many_workspaces(self) -> bool:
        """Whether workspaces install the app themselves, each with a token of its own."""
        return bool(self.slack.client_id) and not self.slack.bot_token.get_secret_value()

    @property
    def uses_claude(self) -> bool:
        """Whether work goes to Claude unless somebody says otherwise."""
        has_key = bool(self.claude.api_key.get_secret_value() or self.claude.base_url)
        return self.model.provider == "claude" or (self.model.provider == "auto" and has_key)


Group = TypeVar("Group", bound=BaseSettings)


def groups() -> dict[str, type[BaseSettings]]:
    """Return the groups by name, for the generated reference and `.env.example`."""
    found: dict[str, type[BaseSettings]] = {}
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseSettings):
            found[name] = field.annotation
    return found


def variable(group: type[BaseSettings], field: str) -> str:
    """Return the environment variable of a field."""
    return f"{group.model_config.get('env_prefix', '')}{field}".upper()


def load(**overrides: Any) -> Settings:
    """Read every group; `overrides` replace whole groups. Raises SettingInvalid."""
    built: dict[str, Any] = {}
    for name, group in groups().items():
        built[name] = overrides[name] if name in overrides else load_group(group)
    settings = Settings(**built)
    if settings.model.provider == "claude":
        require_claude(settings)
    return settings


def load_group(group: type[Group]) -> Group:
    """Read one group, whatever the others hold. Raises SettingInvalid for its first wrong value."""
    try:
        return group()
    except ValidationError as error:
        raise _invalid(group, error.errors()[0]) from None


def wrong() -> list[SettingInvalid]:
    """Return every wrong value of all groups, where `load` ends at the first."""
    found: list[SettingInvalid] = []
    for group in groups().values():
        try:
            group()
        except ValidationError as error:
            found += [_invalid(group, detail) for detail in error.errors()]
    if not found:
        try:
            load()
        except SettingInvalid as error:
            found.append(error)
    return found


def require_claude(settings: Settings) -> None:
    """Raise SettingInvalid when Claude is wanted but nothing says how to reach it."""
    if not settings.claude.api_key.get_secret_value() and not settings.claude.base_url:
        raise SettingInvalid(
            "ANTHROPIC_API_KEY",
            "is not set, but Claude was asked for.",
            hint="Set the key, or take the offline playbook (TEAMLEAD_MODEL_PROVIDER=offline).",
        )


def _invalid(group: type[BaseSettings], detail: ErrorDetails) -> SettingInvalid:
    field = str(detail["loc"][0]) if detail["loc"] else ""
    name = variable(group, field)
    given = detail.get("input")
    described = group.model_fields.get(field)
    hint = described.description or "" if described else ""
    default = described.default if described else None
    if isinstance(default, str | int | float) and str(default):
        hint = f"{hint} Without it: {default}."
    reason = detail["msg"][0].lower() + detail["msg"][1:]
    reason = reason.replace("input should be", "it must be", 1)
    kind = str(described.annotation) if described else ""
    secret = "Secret" in kind or any(word in field for word in ("token", "key", "secret"))
    shown = f" {given!r}" if isinstance(given, str | int | float) and not secret else ""
    return SettingInvalid(name, f"has a wrong value{shown}: {reason}.", hint=hint)
