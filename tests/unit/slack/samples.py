"""Views as a task would fill them, and strategies that fill them with anything."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from bot.domain.decision import DecisionOption, DecisionProposal, DecisionState
from bot.domain.output import Calculation, Disagreement, SpecialistOutput, Synthesis
from bot.domain.task import AssignmentState, TaskState
from bot.domain.usage import Usage
from bot.slack.views import (
    AssignmentLine,
    DecisionCard,
    DecisionRow,
    SpecialistPost,
    SynthesisPost,
    TaskCard,
    TaskRow,
    UsageLine,
    Voice,
)

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LEAD = Voice(name="lead", title="Lead", icon=":compass:")
DATABASE = Voice(name="database-architect", title="Database Architect", icon=":card_file_box:")
PAID = Usage(tokens_in=12_000, tokens_out=2_320, tokens_cached=7_320, cost_micros=380_000)
RAN = ("backend-architect", "database-architect", "api-architect")
_STATES = AssignmentState


def usage_line(**changes: Any) -> UsageLine:
    line = UsageLine(
        ran=RAN, team_size=9, calls=7, lost=0, usage=PAID, models=("claude",), wall_seconds=161
    )
    return replace(line, **changes)


OFFLINE = usage_line(usage=Usage(), models=("offline",), wall_seconds=0.4)


def _line(key: str, title: str, who: str, state: AssignmentState, **more: Any) -> AssignmentLine:
    values = {"phase": 1, "phase_title": "", **more}
    return AssignmentLine(key=key, title=title, specialist=who, state=state, **values)


LINES = (
    _line("a1", "Tenancy model and system shape", "backend-architect", _STATES.DONE),
    _line("a2", "Invoice, payment and ledger schema", "database-architect", _STATES.RUNNING),
    _line(
        "a3",
        "Endpoints, errors, idempotency keys",
        "api-architect",
        _STATES.WAITING,
        waits_for=("Invoice, payment and ledger schema",),
    ),
)


def card(**changes: Any) -> TaskCard:
    made = TaskCard(
        task_id="0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f",
        public_id="T-142",
        title="Billing API",
        text="we need a billing API",
        requester_id="U0MAYA",
        state=TaskState.WORKING,
        state_reason="",
        round=1,
        pattern="greenfield",
        lines=LINES,
        estimate_micros=410_000,
        budget_micros=2_000_000,
        model_label="claude-sonnet-5-5",
        usage=usage_line(),
    )
    return replace(made, **changes)


OUTPUT = SpecialistOutput(
    headline="One ledger, append-only; balances are a view.",
    bullets=(
        "`tenant_id` first in every primary key; row-level security as the second lock",
        "Stripe event id unique: a second delivery is a no-op",
    ),
    questions=("Do you need multi-currency in the first release?",),
    assumptions=("three rows per request",),
    calculations=(
        Calculation(
            label="Storage",
            formula="500 rps × 3 rows × 180 B",
            result="23 GB a day",
            assumed=("180 B per row",),
        ),
    ),
    sources=("billing-ledger",),
    detail="## Tables\n\n| name | key |\n|---|---|\n| ledger_entry | tenant_id, id |\n",
)


def specialist(output: SpecialistOutput = OUTPUT, **changes: Any) -> SpecialistPost:
    made = SpecialistPost(
        task_id="0c4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f",
        key="a2",
        voice=DATABASE,
        title="Invoice, payment and ledger schema",
        output=output,
        usage=Usage(tokens_in=900, tokens_out=280, cost_micros=30_000),
        model="claude-sonnet-5-5",
    )
    return replace(made, **changes)


PROPOSAL = DecisionProposal(
    title="Append-only ledger for billing",
    context="Money must be auditable.",
    drivers=("audit", "refunds", "concurrency"),
    options=(
        DecisionOption(title="Append-only ledger", good=("audit",), bad=("reads via a view",)),
        DecisionOption(title="Mutable balances with row locks", bad=("no history",)),
    ),
    outcome="Append-only ledger, because audits ask for history.",
    consequences=("Reads go through a view",),
    confirmation="A test forbids UPDATE on ledger_entry.",
    services=("billing-api",),
    specialists=("database-architect",),
)

SYNTHESIS = Synthesis(
    headline="Build it as one Django app with an append-only ledger.",
    summary="No separate billing service yet. The webhook inbox absorbs storms.",
    disagreements=(
        Disagreement(
            between=("api-architect", "python-backend-expert"),
            point="Cursor pagination everywhere, or offset for admin.",
            resolution="Cursors: two code paths cost more.",
        ),
    ),
    risks=("webhook storms after an outage -> inbox absorbs, worker drains at 50/s",),
    next_steps=("Create the ledger table", "Build the inbox"),
    questions=("Which currencies?",),
    decisions=(PROPOSAL,),
)


def synthesis(told: Synthesis = SYNTHESIS, **changes: Any) -> SynthesisPost:
    made = SynthesisPost(
        task_id="0c4e",
        public_id="T-142",
        synthesis=told,
        footer=usage_line(),
        titles={"api-architect": "API Architect", "python-backend-expert": "Python Expert"},
    )
    return replace(made, **changes)


def decision(**changes: Any) -> DecisionCard:
    made = DecisionCard(
        decision_id="9d4e8d5f6a7b4c1d9e2f3a4b5c6d7e8f",
        public_id="D-31",
        revision=1,
        state=DecisionState.PROPOSED,
        proposal=PROPOSAL,
        review_by=date(2027, 5, 24),
        needs="anyone here",
        decided_by=None,
        decided_at=None,
        reason="",
    )
    return replace(made, **changes)


TASK_ROW = TaskRow("T-142", "Billing API", TaskState.PAUSED, "Claude is overloaded.", NOON)
DECISION_ROW = DecisionRow(
    "D-31", "Append-only ledger", DecisionState.ACCEPTED, "U0MAYA", NOON, date(2027, 5, 24)
)

# Anything a person or a model may write: emoji, right to left, wide letters, Slack's own marks.
_SLACKS = ("<!channel>", "<@U123>", "<!here|x>", "&", "```", "*", "_")
_MARKDOWNS = ("**bold** ", "- item\n", "[l](https://x.y/?a=1&b=2)", "| a | b |\n|--|--|\n", "> q\n")
_LETTERS = ("نص عربي ", "日本語の文 ", "word ", "🧾", "\n")
_PIECES = st.sampled_from(_SLACKS + _MARKDOWNS + _LETTERS)
TEXT = st.one_of(
    st.text(max_size=60),
    st.lists(_PIECES, max_size=30).map("".join),
    st.tuples(_PIECES, st.integers(1, 900)).map(lambda pair: pair[0] * pair[1]),
)
_TEXTS = st.lists(TEXT, max_size=4).map(tuple)

OUTPUTS = st.builds(
    SpecialistOutput,
    headline=TEXT,
    bullets=_TEXTS,
    questions=_TEXTS,
    assumptions=_TEXTS,
    calculations=st.lists(
        st.builds(Calculation, label=TEXT, formula=TEXT, result=TEXT, assumed=_TEXTS), max_size=3
    ).map(tuple),
    sources=_TEXTS,
    detail=TEXT,
)
PROPOSALS = st.builds(
    DecisionProposal,
    title=TEXT,
    context=TEXT,
    drivers=_TEXTS,
    options=st.lists(
        st.builds(DecisionOption, title=TEXT, good=_TEXTS, neutral=_TEXTS, bad=_TEXTS), max_size=4
    ).map(tuple),
    outcome=TEXT,
    consequences=_TEXTS,
    confirmation=TEXT,
    services=_TEXTS,
    specialists=_TEXTS,
)
SYNTHESES = st.builds(
    Synthesis,
    headline=TEXT,
    summary=TEXT,
    disagreements=st.lists(
        st.builds(Disagreement, between=_TEXTS, point=TEXT, resolution=TEXT), max_size=4
    ).map(tuple),
    risks=_TEXTS,
    next_steps=_TEXTS,
    questions=_TEXTS,
)
CARDS = st.builds(
    card,
    title=TEXT,
    text=TEXT,
    state=st.sampled_from(TaskState),
    state_reason=TEXT,
    round=st.integers(1, 99),
    pattern=st.none() | TEXT,
    lines=st.lists(
        st.builds(
            AssignmentLine,
            key=TEXT,
            title=TEXT,
            specialist=TEXT,
            state=st.sampled_from(AssignmentState),
            phase=st.integers(1, 4),
            phase_title=TEXT,
            waits_for=_TEXTS,
            problem=TEXT,
        ),
        max_size=24,
    ).map(tuple),
    estimate_micros=st.none() | st.integers(0, 10**9),
    model_label=st.sampled_from(["claude-sonnet-5-5", "offline playbook, no model"]),
    error_id=st.none() | st.just("E-7f3a"),
    resume_at=st.none() | st.just(NOON),
)
