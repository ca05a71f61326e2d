"""A playbook card: what a senior engineer knows about one concern, in a form code can compose."""

from pydantic import BaseModel, ConfigDict

AREAS = (
    "architecture",
    "data",
    "api",
    "services",
    "security",
    "performance",
    "operations",
    "python",
    "nodejs",
    "java",
    "golang",
    "rust",
)
FACTS = (
    "rps",
    "p95_ms",
    "p99_ms",
    "data_gb",
    "rows",
    "users",
    "tenants",
    "instances",
    "payload_kb",
    "retention_days",
    "availability_pct",
    "events_per_s",
    "connections",
    "downtime_min",
    "hold_ms",
)
CALCULATIONS = (
    "littles_law",
    "pool_size",
    "monthly_volume",
    "storage_growth",
    "error_budget",
    "instance_count",
    "backfill_time",
    "queue_drain",
    "cache_hit_rate",
    "rate_limit_share",
    "retry_amplification",
    "partition_count",
    "index_build",
    "latency_budget",
)
MAX_BULLET_CHARS = 180
MAX_TITLE_CHARS = 50
MAX_SHORT_CHARS = 52


class Triggers(BaseModel):
    """Words that make a card relevant: one strong, or two weak."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()


class Bullet(BaseModel):
    """One line of advice, used only when its technology and facts are in the request."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    technologies: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


class CardOption(BaseModel):
    """One way a card's decision can go."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    good: str
    bad: str


class CardDecision(BaseModel):
    """The decision that a concern usually raises."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    options: tuple[CardOption, ...]
    choose: str
    because: str
    short: str = ""
    """The choice as a noun phrase for a headline, such as "append-only ledger"."""


class Card(BaseModel):
    """One concern, as described in bot/team/playbooks/README.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    area: str
    specialists: tuple[str, ...]
    triggers: Triggers
    technologies: tuple[str, ...] = ()
    calculations: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    decision: CardDecision | None = None
    headline: str = ""
    do: tuple[Bullet, ...] = ()
    avoid: tuple[Bullet, ...] = ()
    check: tuple[Bullet, ...] = ()
    detail: str = ""
