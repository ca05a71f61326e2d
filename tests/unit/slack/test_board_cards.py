"""Matrices, services, conflicts and hand-offs: within Slack's limits whatever people write."""

from datetime import date, timedelta

from hypothesis import Phase, given
from hypothesis import strategies as st

from bot.domain.architecture import CommunicationPattern, ServiceArchitecture, ServiceBoundary
from bot.domain.conflict import Claim, enough, options
from bot.domain.decision import DecisionState
from bot.domain.hand_off import HandOffState
from bot.domain.matrix import Criterion, Score
from bot.domain.service import DependencyKind, Edge
from bot.slack.cards import (
    matrix_card,
    matrix_details_modal,
    new_matrix_modal,
    score_modal,
    text_post,
)
from bot.slack.cards.conflict import (
    ClaimLine,
    ConflictCard,
    assess_modal,
    conflict_card,
    new_conflict_modal,
)
from bot.slack.cards.conflict_note import (
    WantedLine,
    conflict_note,
    conflict_over,
    standing_words,
)
from bot.slack.cards.hand_off import (
    HandOffCard,
    asked_card,
    asking_card,
    decline_modal,
    hand_off_list,
    reminder,
    withdraw_modal,
    withdrawn,
)
from bot.slack.cards.matrix import MatrixCard
from bot.slack.cards.service import (
    ArchitectureCard,
    Moment,
    ServiceLine,
    ServicePage,
    architecture_card,
    service_history,
    service_list,
    service_page,
)
from bot.slack.payloads import ChannelAction
from bot.slack.views import DecisionRow
from tests.support.examples import examples
from tests.unit.slack.samples import NOON, TEXT
from tests.unit.slack.validator import check_post, check_view

MAYA = frozenset({"U0MAYA"})
FEW = examples(6, phases=(Phase.explicit, Phase.generate))
"""Without shrinking: the cards are large, and what fails is seen at once."""
NAMES = st.lists(TEXT.map(lambda t: " ".join(t.split())[:60]).filter(bool), min_size=2, max_size=6)


def matrix(names: list[str], said: str, values: list[int | None], *, revealed: bool) -> MatrixCard:
    """Return a card of options and criteria with these names."""
    unique = tuple(dict.fromkeys(names))
    share, rest = divmod(100, len(unique))
    criteria = tuple(
        Criterion(name=name[:40], weight=share + (rest if at == 0 else 0))
        for at, name in enumerate(unique)
    )
    cells = [(option, item.name) for option in unique for item in criteria]
    scores = tuple(
        Score(
            option,
            criterion,
            "U0MAYA" if at % 2 else "backend-architect",
            values[at % len(values)],
            by_specialist=not at % 2,
            reason=said,
            basis="rule",
        )
        for at, (option, criterion) in enumerate(cells)
    )
    return MatrixCard(
        matrix_id="m" * 32,
        public_id="M-1",
        question=said or "Which?",
        owner_id="U0MAYA",
        options=unique,
        criteria=criteria,
        invited=("U0MAYA",),
        specialists=("backend-architect",),
        scorers=("U0MAYA",),
        specialists_asked=False,
        revealed_at=NOON if revealed else None,
        revealed_by=None,
        scores=scores if revealed else (),
    )


@FEW
@given(NAMES, TEXT, st.lists(st.none() | st.integers(1, 5), min_size=1, max_size=9), st.booleans())
def test_matrices(names: list[str], said: str, values: list[int | None], revealed: bool) -> None:
    card = matrix(names, said, values, revealed=revealed)
    check_post(matrix_card(card), may_mention=MAYA)
    ids = [(f"o{n}", title) for n, title in enumerate(card.options)]
    mine = {("o0", card.criteria[0].name): 3}
    check_view(score_modal(card, ids, mine=mine, reasons={"o0": said}))
    place = ChannelAction(channel_id="C1")
    check_view(
        new_matrix_modal(
            place, question=said, criteria=card.criteria, specialists=[("x", "X" * 90)]
        )
    )
    view = matrix_details_modal(card)
    assert all(len(b["text"]["text"]) <= 3_000 for b in view["blocks"] if b["type"] == "section")


def test_hidden_scores_are_not_even_in_the_card() -> None:
    card = matrix(["Kafka", "NATS"], "because", [5, 1], revealed=False)
    assert "because" not in str(matrix_card(card).blocks[1:])


@FEW
@given(NAMES, TEXT)
def test_services(names: list[str], said: str) -> None:
    names = list(dict.fromkeys(names))
    kinds = list(DependencyKind)
    edges = [Edge(a, b, kinds[n % 3]) for n, a in enumerate(names) for b in names if a != b]
    check_post(
        service_list([ServiceLine(n, "U0MAYA", 1, 2) for n in names], edges), may_mention=MAYA
    )
    row = DecisionRow("D-1", said, DecisionState.ACCEPTED, None, None, None)
    page = ServicePage(
        name=names[0],
        about=said,
        owner_id=None,
        needs=tuple((edge, "T-1") for edge in edges),
        used_by=tuple((edge, "") for edge in edges),
        decisions=(row,) * 5,
    )
    check_post(service_page(page))
    moments = [Moment(NOON, "U0MAYA", said, "U0MAYA")] * 40
    check_post(service_history(names[0], moments), may_mention=MAYA)
    made = ServiceArchitecture(
        domain=said[:60] or "shop",
        boundaries=tuple(ServiceBoundary(name=n, responsibility=said, owns=(n,)) for n in names),
        communication=tuple(
            CommunicationPattern(source=e.source, target=e.target, kind=e.kind, what=said)
            for e in edges
        ),
        consistency="mixed",
        consistency_reason=said,
        deployment=said,
        steps=(said,) * 6,
        questions=(said,) * 3,
    )
    check_post(architecture_card(ArchitectureCard("a" * 32, "T-1", made, said, None, None)))
    taken = ArchitectureCard("a" * 32, "T-1", made, "m", "U0MAYA", NOON)
    check_post(architecture_card(taken), may_mention=MAYA)


@FEW
@given(st.lists(TEXT, min_size=2, max_size=6), TEXT, st.booleans())
def test_conflicts(titles: list[str], said: str, resolved: bool) -> None:
    titles = [(" ".join(t.split()) or "x")[:120] for t in titles]
    claims = tuple(
        Claim(t, hours=10 + n, impact=1 + n % 5, complexity=3, due_on=date(2026, 3, 6))
        for n, t in enumerate(titles)
    )
    start = date(2026, 3, 2)
    lines = tuple(
        ClaimLine(c.title, c.hours, c.impact, 3, c.due_on, 1, "U0MAYA", said, said) for c in claims
    )
    card = ConflictCard(
        conflict_id="c" * 32,
        public_id="C-1",
        subject=said[:80] or "Tom",
        kind="person",
        week_hours=30,
        starts_on=start,
        revision=3,
        lines=lines,
        claims=claims,
        options=options(claims, week_hours=30, start=start),
        enough=enough(claims, start=start, week_hours=30),
        resolved_by="U0MAYA" if resolved else None,
        resolved_at=NOON if resolved else None,
        chosen=said,
        told=said,
        decision="D-1" if resolved else "",
    )
    check_post(conflict_card(card), may_mention=MAYA)
    check_view(assess_modal(card, 0))
    check_view(
        new_conflict_modal(
            ChannelAction(channel_id="C1"),
            subject=said[:80],
            kind="slot",
            wanting=titles,
            week_hours=30,
            today=start,
        )
    )


@FEW
@given(TEXT, st.sampled_from(HandOffState), st.booleans())
def test_hand_offs(said: str, state: HandOffState, due: bool) -> None:
    card = HandOffCard(
        hand_off_id="h" * 32,
        public_id="H-1",
        asking="backend",
        asked="devops",
        text=said[:1_000] or "x",
        state=state,
        requested_by="U0MAYA",
        answered_by="security",
        reason=said,
        due_at=NOON if due else None,
        created_at=NOON - timedelta(days=3),
        answered_at=None,
        ended_at=None,
    )
    for post in (
        asked_card(card),
        asking_card(card),
        reminder(card, now=NOON),
        withdrawn(card),
        hand_off_list([card] * 25, now=NOON),
    ):
        check_post(post, may_mention=MAYA)
    check_view(decline_modal(card))
    check_view(withdraw_modal(card))


@FEW
@given(NAMES, st.integers(0, 3))
def test_notes_of_conflicts(names: list[str], hidden: int) -> None:
    lines = [WantedLine("service", name, (f"T-{n}",) * 9, hidden) for n, name in enumerate(names)]
    check_post(conflict_note("n" * 32, lines))
    check_post(conflict_over(names))
    said = standing_words([("C-1", name) for name in names], lines)
    check_post(text_post(said))
    assert "`/lead conflicts`" in said


def test_a_revealed_matrix_is_read_option_by_option() -> None:
    """A table of five criteria by three options is cut off at a phone's width."""
    card = matrix(["Kafka", "NATS"], "because", [5, 1], revealed=True)
    blocks = matrix_card(card).blocks
    assert "```" not in str(blocks)
    texts = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    assert [text.split("*")[1] for text in texts[2:4]] == ["Kafka", "NATS"]
    assert "Kafka 50 %: 5" in texts[2]
