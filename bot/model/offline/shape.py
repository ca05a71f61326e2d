"""The shape of a new system in the request's own terms: modules, instances, what stays out."""

from bot.domain.capacity import calculate
from bot.domain.facts.domains import modules
from bot.domain.quantity import amount
from bot.domain.routing.score import LANGUAGES
from bot.model.offline.names import proper
from bot.model.offline.reading import Reading
from bot.model.offline.wording import join

CARD = "greenfield-shape"
_COUNTS = {3: "three", 4: "four", 5: "five", 6: "six"}
_FRAMEWORKS = frozenset(
    {"django", "fastapi", "flask", "spring", "quarkus", "micronaut", "express", "nestjs", "fastify",
     "gin", "echo", "fiber", "chi", "axum", "actix"}
)  # fmt: skip
_STORES = (
    "postgres", "postgresql", "mysql", "mariadb", "mongodb", "oracle", "mssql", "dynamodb",
    "cockroachdb", "cassandra", "timescaledb",
)  # fmt: skip
_PLATFORM = frozenset({"python", "java", "go", "golang", "node", "nodejs", "rust", "kotlin"})
_ONE_POSTGRES_EVENTS = 2_000.0
"""Events a second that one table with SKIP LOCKED carries without tuning."""
_BATCH = 1_000.0
"""Rows in one COPY or multi-row INSERT."""
_CACHE_FROM_RPS = 2_000.0
"""Below it a primary with fitting indexes answers point reads from memory."""


def framework(reading: Reading) -> str:
    """Return the framework or else the language that the request names, as its makers write it."""
    for pool in (_FRAMEWORKS, _PLATFORM):
        for name in reading.named:
            if name in pool:
                return proper(name)
    return ""


def store(reading: Reading) -> str:
    """Return the named database, or PostgreSQL."""
    return next((proper(name) for name in _STORES if name in reading.named), "PostgreSQL")


def shape_headline(reading: Reading) -> str:
    """Return "Build the billing API as one Django service: six walled modules on one database."."""
    names = modules(reading.everything)
    what = f"one {framework(reading)} service" if framework(reading) else "one deployable"
    walls = f"{_COUNTS[len(names)]} walled modules" if names else "walled modules"
    subject = reading.subject.of() if reading.subject.noun else "it"
    long = f"Build {subject} as {what}: {walls} on one {store(reading)} database."
    return long if len(long) <= 139 else f"Build it as {what}: {walls} on one database."


def borders_headline(reading: Reading) -> str:
    """Return where to draw the borders of a system that is to be split."""
    names = modules(reading.everything)
    if not names:
        return "Draw the borders inside the running system first; extract the one that hurts most."
    text = f"Wall {join(names)} off inside the running system first; extract one, then decide."
    return (
        text
        if len(text) <= 139
        else f"Wall {len(names)} modules off first; extract one, then decide."
    )


def shape_lines(reading: Reading, card_lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the bullets of the shape: the request's before the card's, five at most."""
    named = modules(reading.everything)
    lines = [_module_line(named)] if named else list(card_lines[:1])
    lines += [_instances(reading), _given(reading), _left_out(reading)]
    fixed = [line for line in lines if line]
    skip = 0 if named else 1
    rest = [
        line
        for line in card_lines[skip:]
        if not line.startswith(("Cut ", "List the hard", "Score 1", "Plan for"))
    ]
    return (*fixed[:2], *rest[:1], *fixed[2:])[:5]


def border_lines(reading: Reading, card_lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the card's bullets with the system's own modules in place of examples."""
    named = modules(reading.everything)
    if not named:
        return card_lines
    return (_module_line(named), *(t for t in card_lines if not t.startswith("Cut ")))[:5]


def _module_line(names: tuple[str, ...]) -> str:
    quoted = ", ".join(f"`{name}`" for name in names)
    return f"Cut {len(names)} modules: {quoted}; each hides its tables behind one interface."


def _instances(reading: Reading) -> str:
    found = calculate("instance_count", reading.facts)
    events = reading.facts.fact("events_per_s")
    if found is None and events is not None and events.value >= _BATCH:
        return (
            f"Accept {events.words} in batches: {_BATCH:,.0f} rows a statement make"
            f" {amount(events.value / _BATCH)} statements/s, which 2 instances carry."
        )
    rate = reading.facts.fact("rps")
    image = framework(reading) or "application"
    if found is None or rate is None:
        return (
            f"Start with 2 instances and 1 worker from the same {image} image;"
            " a load test says when to add."
        )
    count = found.result.split()[0]
    return (
        f"Run {count} instances for {rate.words} (120 rps each plus a spare) and the workers from"
        f" the same {image} image."
    )


def _given(reading: Reading) -> str:
    """Return what is settled by the request and what is therefore open."""
    names = list(dict.fromkeys(proper(name) for name in reading.named))[:4]
    if not names:
        return ""
    stored = any(name in reading.named for name in _STORES)
    spoken = any(reading.technologies & reading.languages(language) for language in LANGUAGES)
    verb = "is" if len(names) == 1 else "are"
    if not spoken:
        return (
            f"{join(names)} {verb} given; the language is open: take what the team has run a year."
        )
    if not stored:
        return f"{join(names)} {verb} given; for data take PostgreSQL, a primary and one standby."
    return f"{join(names)} {verb} given: spend no evaluation on them, start with the first slice."


def _left_out(reading: Reading) -> str:
    """Return what the first release does without, by its load and what it names."""
    named = reading.technologies
    rps = reading.facts.get("rps") or 0.0
    events = reading.facts.get("events_per_s") or 0.0
    out = [
        text
        for text, needed in (
            ("a broker", bool(named & {"kafka", "rabbitmq", "nats", "sqs", "pulsar"})
             or events >= _ONE_POSTGRES_EVENTS),
            ("a cache", "redis" in named or rps >= _CACHE_FROM_RPS),
            ("Kubernetes", "kubernetes" in named),
            ("a search engine", bool(named & {"elasticsearch", "opensearch"})),
            ("a second service", False),
        )
        if not needed
    ]  # fmt: skip
    load = next(
        (f.words for name in ("rps", "events_per_s") if (f := reading.facts.fact(name))), ""
    )
    why = f"at {load} none of them is needed" if load else "no stated load needs them"
    return f"Leave out of the first release: {join(out, 'and')}; {why}."


def contract_line(reading: Reading) -> str:
    """Return the first resources of the contract, by the names of the modules."""
    skip = {"webhook-inbox", "tenants", "identity", "audit", "search", "intake", "reports"}
    names = [name for name in modules(reading.everything) if name not in skip][:4]
    if len(names) < 3:
        return ""
    paths = join(f"`/{name}`" for name in names)
    hook = " Webhooks get their own route." if "webhook" in reading.everything.lower() else ""
    return f"Start with {paths}; everything else hangs below one of them or waits.{hook}"
