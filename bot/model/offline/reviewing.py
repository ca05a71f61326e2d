"""Works an architecture review by rule: what the rows say, and what usually follows from it.

Nothing is known here but the agenda's rows and the thread: no code was read, no system measured.
"""

from collections.abc import Callable, Sequence

from bot.domain.architecture_review import (
    MOST_DECISIONS,
    MOST_FINDINGS,
    AgendaItem,
    AgendaPoint,
    DebtProposal,
    PointKind,
    PointResult,
    Proposals,
    ReviewResult,
    TargetProposal,
    TechnologyProposal,
)
from bot.domain.decision import DecisionOption, DecisionProposal
from bot.domain.performance_target import limit_words
from bot.domain.technology import Ring
from bot.model.offline.wording import join, lower_first, sentence, shorten
from bot.model.port import ReviewPointRequest, ReviewSummaryRequest, Said

_QUOTED = 2
_DUE_DAYS = 30
"""Assumed: what a review finds is to be better by the fourth one after it."""
_INITIATIVES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("p5", "p9", "latenc", "response", "duration"),
        (
            "Trace the slowest 1 % of the requests for a day, remedy the part that takes most of"
            " their time, then measure the same percentile under the same load."
        ),
    ),
    (
        ("error", "availab", "uptime", "success", "5xx"),
        (
            "Group the failures of a week by cause, remedy the most frequent one, then count the"
            " same week again."
        ),
    ),
    (
        ("rps", "throughput", "rate", "tps", "qps"),
        (
            "Load a copy until it no longer keeps up, name what is full first (CPU, connections,"
            " locks or I/O), widen that, then load it again."
        ),
    ),
    (
        ("cpu", "memory", "heap", "rss", "disk"),
        "Profile it at its usual peak, remedy the largest user, then measure at the same hour.",
    ),
)
_USUAL = (
    "Find by measuring which part costs most, remedy that one, then measure again the same way."
)


def work_point(request: ReviewPointRequest) -> PointResult:
    """Return what follows from a point's rows by rule."""
    return _RULES[request.point.kind](request.point)


def summarise(request: ReviewSummaryRequest) -> ReviewResult:
    """Return all that the points propose, and what people said in the thread."""
    results = [point.result for point in request.points if point.result is not None]
    decisions = [d for result in results for d in result.decisions][:MOST_DECISIONS]
    debts = [d for result in results for d in result.debts]
    moves = [t for result in results for t in result.technologies]
    targets = [t for result in results for t in result.targets]
    counts = (
        (len(decisions), "decision"),
        (sum(not debt.ref for debt in debts), "debt"),
        (sum(bool(debt.ref) for debt in debts), "debt plan"),
        (len(moves), "radar move"),
        (len(targets), "performance initiative"),
    )
    parts = [_count(number, noun) for number, noun in counts if number]
    proposed = f"{sentence(join(parts) + ' proposed')}" if parts else "Nothing new is proposed."
    heads = [
        f"{point.agenda.kind.value.capitalize()}: {lower_first(point.result.headline)}"
        for point in request.points
        if point.result is not None and point.result.headline
    ]
    quoted = [f"Said here: “{text}”" for text in _heard(request.said)]
    return ReviewResult(
        headline=proposed,
        findings=(*heads[: MOST_FINDINGS - len(quoted)], *quoted),
        questions=tuple(question for result in results for question in result.questions)[:5],
        **Proposals(
            decisions=tuple(decisions),
            debts=tuple(debts),
            technologies=tuple(moves),
            targets=tuple(targets),
        ).__dict__,
    )


def _heard(said: Sequence[Said]) -> list[str]:
    """Return the last things that people said: a rule cannot weigh them, so they are quoted."""
    texts = [item.text for item in said if item.kind == "message" and item.trusted]
    return [shorten(" ".join(text.split()), 140) for text in texts[-_QUOTED:]]


def _decisions(point: AgendaPoint) -> PointResult:
    items = _first(point, ("expired", "review", "ending", "open"))
    late = [item for item in items if item.sign in ("expired", "review")]
    unanswered = [item for item in items if item.sign == "open"]
    ending = len(items) - len(late) - len(unanswered)
    parts = [
        *([f"{_count(len(late), 'decision')} to look at again"] if late else []),
        *([f"{ending} that end{'s' * (ending == 1)} soon"] if ending else []),
        *([f"{_count(len(unanswered), 'proposal')} without an answer"] if unanswered else []),
    ]
    return PointResult(
        headline=sentence(join(parts)),
        findings=_findings(items, point.more),
        decisions=tuple(_what_follows(item) for item in items if item.sign == "expired")[
            :MOST_DECISIONS
        ],
        questions=tuple(f"{item.ref} is unanswered: who decides it?" for item in unanswered[:2]),
    )


def _what_follows(item: AgendaItem) -> DecisionProposal:
    return DecisionProposal(
        title=f"What follows {item.ref}: {item.title}"[:150],
        context=f"{item.ref}, {item.title}, is no longer in force: {item.note}."
        f"{_touching(item)} What was built on it still stands.",
        outcome=f"{item.ref} is put in force again until the next review, unless somebody names"
        " what replaces it: what was built on it should not stand without a decision.",
        options=(
            DecisionOption(title="Put it in force again", good=("nothing changes",)),
            DecisionOption(title="Replace it", bad=("needs a new decision first",)),
            DecisionOption(title="Drop it", bad=("what was built on it must change",)),
        ),
        confirmation=f"`/lead decision {item.ref}` shows a state that is not “expired”.",
        services=item.services,
    )


def _debt(point: AgendaPoint) -> PointResult:
    items = _first(point, ("overdue", "circle", "reads", "unplanned", "open"))
    new = [item for item in items if item.sign in ("circle", "reads")]
    known = len(items) - len(new) + point.more
    overdue = sum(item.sign == "overdue" for item in items)
    parts = [
        *([f"{known} on the register"] if known else []),
        *([f"{overdue} overdue"] if overdue else []),
        *([f"{_count(len(new), 'new one')} in the graph of services"] if new else []),
    ]
    return PointResult(
        headline=sentence(join(parts)),
        findings=_findings(items, point.more),
        debts=tuple(_remedy(item) for item in items if item.sign in _REMEDIES),
        questions=tuple(
            f"{item.ref} has no owner: who takes it?"
            for item in items
            if item.ref and not item.owner
        )[:2],
    )


_REMEDIES: dict[str, tuple[str, str]] = {
    "reads": (
        "Each change of that table can break the reader unnoticed.",
        (
            "Let the owner offer the data by an API or an event; move the reader to it; then take"
            " its right to read away."
        ),
    ),
    "circle": (
        "None of them can be up, released or tested without the others.",
        (
            "Find the call that needs no answer and make it a message; then stop one of them in"
            " staging: the others must serve their main path."
        ),
    ),
    "unplanned": (
        "",
        (
            "Write down the smallest step that makes it better and can be released alone; do that"
            " one first; look at the rest in the next review."
        ),
    ),
}


def _remedy(item: AgendaItem) -> DebtProposal:
    interest, plan = _REMEDIES[item.sign]
    return DebtProposal(
        title=item.title,
        service=item.services[0] if item.services else "",
        interest=interest,
        plan=plan,
        due_in_days=_DUE_DAYS,
        ref=item.ref,
    )


def _changes(point: AgendaPoint) -> PointResult:
    items = list(point.items)
    by_service: dict[str, list[AgendaItem]] = {}
    for item in items:
        for name in item.services:
            by_service.setdefault(name, []).append(item)
    shared = {name: rows for name, rows in by_service.items() if len(rows) > 1}
    headline = (
        f"{_count(len(shared), 'service')} {'is' if len(shared) == 1 else 'are'} changed by more"
        " than one task"
        if shared
        else f"{_count(len(items) + point.more, 'open task')}, none in another's way"
    )
    return PointResult(
        headline=sentence(headline),
        findings=_findings(items, point.more),
        decisions=tuple(_order(name, rows) for name, rows in shared.items())[:MOST_DECISIONS],
        questions=() if by_service else ("Which services do these touch? Their texts name none.",),
    )


def _order(service: str, rows: Sequence[AgendaItem]) -> DecisionProposal:
    refs = [item.ref for item in rows]
    return DecisionProposal(
        title=f"Order of {join(refs)} on {service}"[:150],
        context=f"{join(refs)} change {service} at the same time. Together they cannot be told"
        " apart when something breaks.",
        outcome=f"{refs[0]} first, as it is the oldest; then {join(refs[1:])}, each released and"
        " watched before the next.",
        options=(
            DecisionOption(title="One after the other", bad=("the later ones wait",)),
            DecisionOption(title="Together", bad=("a failure has several possible causes",)),
        ),
        confirmation=f"Releases of {service} name one task each.",
        services=(service,),
    )


def _technology(point: AgendaPoint) -> PointResult:
    items = _first(point, ("won", "adopted", "stale", "compared"))
    moves = tuple(
        TechnologyProposal(
            name=item.title,
            ring=Ring.ADOPT if item.sign == "adopted" else Ring.TRIAL,
            reason=f"{item.note[:1].upper()}{item.note[1:]}.",
        )
        for item in items
        if item.sign in ("won", "adopted")
    )
    stale = [item for item in items if item.sign == "stale"]
    parts = [
        *([f"{_count(len(moves), 'move')} after matrices"] if moves else []),
        *(
            [f"{_count(len(stale), 'technology', 'technologies')} undecided for long"]
            if stale
            else []
        ),
    ]
    waiting = len(items) - len(moves) - len(stale)
    if waiting:
        parts.append(f"{_count(waiting, 'matrix', 'matrices')} still to be scored")
    return PointResult(
        headline=sentence(join(parts)),
        findings=_findings(items, point.more),
        technologies=moves,
        questions=tuple(f"{item.title}: try it, adopt it or let it go?" for item in stale[:2]),
    )


def _performance(point: AgendaPoint) -> PointResult:
    items = _first(point, ("missed", "unmeasured", "kept"))
    missed = [item for item in items if item.sign == "missed"]
    unmeasured = sum(item.sign == "unmeasured" for item in items)
    kept = sum(item.sign == "kept" for item in items)
    parts = [
        *([f"{_count(len(missed), 'target')} missed"] if missed else []),
        *([f"{unmeasured} not measured lately"] if unmeasured else []),
        *([f"{kept} kept"] if kept else []),
    ]
    return PointResult(
        headline=sentence(join(parts)),
        findings=_findings(items, point.more),
        targets=tuple(
            TargetProposal(
                service=item.services[0] if item.services else item.title,
                metric=item.metric,
                comparison=item.comparison,
                value=item.value,
                unit=item.unit,
                initiative=_initiative(item.metric),
                due_in_days=_DUE_DAYS,
            )
            for item in missed
        ),
        questions=tuple(
            f"Who measures {item.title} ({limit_words(item.comparison, item.value, item.unit)})?"
            for item in items
            if item.sign == "unmeasured"
        )[:2],
    )


def _initiative(metric: str) -> str:
    word = metric.casefold()
    return next((text for names, text in _INITIATIVES if any(n in word for n in names)), _USUAL)


_RULES: dict[PointKind, Callable[[AgendaPoint], PointResult]] = {
    PointKind.DECISIONS: _decisions,
    PointKind.DEBT: _debt,
    PointKind.CHANGES: _changes,
    PointKind.TECHNOLOGY: _technology,
    PointKind.PERFORMANCE: _performance,
}


def _first(point: AgendaPoint, order: Sequence[str]) -> list[AgendaItem]:
    """Return the items, the most pressing first."""
    place = {sign: at for at, sign in enumerate(order)}
    return sorted(point.items, key=lambda item: place.get(item.sign, len(order)))


def _findings(items: Sequence[AgendaItem], more: int) -> tuple[str, ...]:
    shown = MOST_FINDINGS if len(items) + more <= MOST_FINDINGS else MOST_FINDINGS - 1
    lines = [_finding(item) for item in items[:shown]]
    rest = len(items) - shown + more
    return (*lines, f"And {rest} more.") if rest > 0 else tuple(lines)


def _finding(item: AgendaItem) -> str:
    name = f"{item.ref} {item.title}" if item.ref and item.ref != item.title else item.title
    said = f"{name}: {item.note}" if item.note else name
    return sentence(f"{said}{_touching(item, lead='; ')}")


def _touching(item: AgendaItem, *, lead: str = " It ") -> str:
    if not item.services or item.sign in ("missed", "unmeasured", "kept", "circle", "reads"):
        return ""
    depend = (
        f", on which {_count(item.dependants, 'service')} depend{'s' * (item.dependants == 1)}"
        if item.dependants
        else ""
    )
    end = "." if lead == " It " else ""
    return f"{lead}touches {join(item.services)}{depend}{end}"


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
