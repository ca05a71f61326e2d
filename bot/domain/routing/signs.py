"""Cards that a request calls for by what it reports, without naming their matter."""

import re
from collections.abc import Mapping

from bot.domain.facts import FactName, Facts
from bot.domain.facts.values import is_bound
from bot.domain.playbook import Card
from bot.domain.routing.values import Ranked

_SLOW = re.compile(
    r"\bslow|\btakes?\b|\btook\b|\bdauert|\bbraucht\b|\blangsam|\btarda|\bdemora|\bleva\b"
    r"|\blent[oae]|\bprend\b|\bmet\b|\bdure\b|\bimpiega|\bci mette|\btrwa\b|\bzajmuje"
    r"|\bwoln[oay]|\brespon(?:ds|se)|\blatenc|\bantwort|かか|遅|需要|耗时|慢|느리|걸"
)
_DATA = re.compile(
    r"\btabl|\btabel|\bquer(?:y|ies)|\babfrage|\bconsulta|\brequetes?\b|\bzapytan|\bbaz[aey] danych"
    r"|\bdatabase|\bdatenbank|\bbase de d|\bbanco de dados|\btavol|\bsql\b|postgres|mysql|mariadb"
    r"|\brows\b|テーブル|表|クエリ|查询|数据库|データベース|테이블"
)
_ENDPOINT = re.compile(
    r"\b(?:get|post|put|patch|delete) /|(?<!\w)/[a-z][\w/-]+|\bendpoint|\bapis?\b|\bendpunkt"
    r"|\bpage\b|\bcheckout\b|\brequests?\b|\bschnittstelle|接口|エンドポイント"
)
_SLOW_MS = 1_000.0
"""From a second on a stated time is a complaint even when no target is given."""
_DATA_CARDS = (("query-optimization", 7.0), ("indexing", 5.0), ("partitioning", 3.0))
_ENDPOINT_CARDS = (("latency-budget-p95", 6.0), ("profiling-hot-paths", 4.0))


def gap_ms(facts: Facts) -> tuple[float, float] | None:
    """Return the latency now and its target in ms, when a request states both."""
    most = max((fact.value for fact in facts if fact.name in _LATENCIES), default=0.0)
    named = [fact for name in _LATENCIES if (fact := facts.fact(name)) is not None]
    bounds = [fact for fact in named if is_bound(fact)] or named
    least = min((fact.value for fact in bounds), default=most)
    return (most, least) if least < most else None


_LATENCIES: tuple[FactName, ...] = ("latency_ms", "p95_ms", "p99_ms", "p50_ms")


def with_signs(
    ranked: tuple[Ranked, ...], folded: str, facts: Facts, cards: Mapping[str, Card]
) -> tuple[Ranked, ...]:
    """Return the ranked cards with those for a slow query or endpoint added, best first."""
    wanted = dict(_wanted(folded, facts))
    if not wanted:
        return ranked
    scores = {item.name: item for item in ranked}
    for name, (score, words) in wanted.items():
        if name in cards:
            before = scores.get(name, Ranked(name, 0.0))
            kept = tuple(dict.fromkeys((*words, *before.words)))
            scores[name] = Ranked(name, before.score + score, kept)
    return tuple(sorted(scores.values(), key=lambda item: (-item.score, item.name)))


def _wanted(folded: str, facts: Facts) -> list[tuple[str, tuple[float, tuple[str, ...]]]]:
    slow = _SLOW.search(folded)
    known = [fact for fact in facts if fact.name in _LATENCIES]
    late = gap_ms(facts) is not None or any(fact.value >= _SLOW_MS for fact in known)
    if slow is None or not late:
        return []
    sized = any(facts.get(name) is not None for name in ("data_gb", "rows"))
    words = tuple(fact.words.lower() for fact in known[:1])
    data = _DATA.search(folded)
    if sized or (data and not _ENDPOINT.search(folded)):
        most = len(_DATA_CARDS) if sized else 2
        return [(name, (score, words)) for name, score in _DATA_CARDS[:most]]
    if _ENDPOINT.search(folded):
        return [(name, (score, words)) for name, score in _ENDPOINT_CARDS]
    return []
