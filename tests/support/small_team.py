"""A small Team made by hand, for tests that must not depend on the texts that ship."""

from bot.domain.pattern import LANGUAGE_EXPERT, Pattern, Phase, PhaseStep
from bot.domain.playbook import Bullet, Card, CardDecision, CardOption, Triggers
from bot.domain.specialist import Specialist
from bot.team import Team


def small_team() -> Team:
    """Return a lead, two specialists, one pattern and two cards."""
    return Team(
        lead=_specialist("lead", "Lead", "You plan and decide."),
        specialists={
            "database-architect": _specialist(
                "database-architect", "Database architect", "You own the schema."
            ),
            "api-architect": _specialist("api-architect", "API architect", "You own contracts."),
        },
        patterns={"greenfield": _pattern()},
        cards={"indexing": _indexing(), "idempotency-keys": _idempotency()},
        honesty="Say what you do not know.",
        standards="Coverage of at least 80 %.",
    )


def _specialist(name: str, title: str, charter: str) -> Specialist:
    return Specialist(
        name=name,
        title=title,
        icon=":gear:",
        when=(f"{title.lower()} questions",),
        delivers=("a page",),
        hands_over={"lead": "open questions"},
        charter=charter,
    )


def _pattern() -> Pattern:
    steps = (
        PhaseStep(
            id="schema",
            specialist="database-architect",
            title="Schema",
            brief="Design the schema.",
            deliverable="Tables",
        ),
        PhaseStep(
            id="core",
            specialist=LANGUAGE_EXPERT,
            title="Core service",
            brief="Write it.",
            deliverable="Service",
            needs=("schema",),
            optional=True,
        ),
    )
    return Pattern(
        name="greenfield",
        title="Greenfield",
        when=("new service",),
        phases=(Phase(number=1, title="Planning", steps=steps),),
    )


def _indexing() -> Card:
    return Card(
        name="indexing",
        title="Indexing",
        area="data",
        specialists=("database-architect",),
        triggers=Triggers(strong=("index",)),
        headline="Index what is searched, nothing else.",
        do=(Bullet(text="Create indexes with CONCURRENTLY.", technologies=("postgresql",)),),
        detail="An index that is never read still costs every write. " * 80,
    )


def _idempotency() -> Card:
    return Card(
        name="idempotency-keys",
        title="Idempotency keys",
        area="api",
        specialists=("api-architect",),
        triggers=Triggers(strong=("idempotency",)),
        headline="Store key and response in one transaction.",
        avoid=(Bullet(text="A check before an insert without a unique index."),),
        decision=CardDecision(
            title="Where keys are stored",
            options=(
                CardOption(title="The service's database", good="one commit", bad="one write"),
                CardOption(title="Redis", good="fast", bad="lost on failover"),
            ),
            choose="The service's database",
            because="key and effect must commit together.",
        ),
    )
