"""What is read out of each tool's report."""

import copy
from typing import Any

import pytest

from bot.domain.report import Report
from bot.reports import read_report
from tests.unit.reports import samples
from tests.unit.reports.samples import EVERY, encoded

_LOAD = {
    "latency.p50": 70, "latency.p95": 180.5, "latency.p99": 240, "throughput": 50.5,
    "error.rate": 0.1,
}  # fmt: skip
MEASURED: dict[str, dict[str, float]] = {
    "cobertura": {"coverage.lines": 75, "coverage.branches": 50},
    "lcov": {"coverage.lines": 50, "coverage.branches": 75},
    "junit": {
        "tests.total": 4, "tests.failed": 1, "tests.skipped": 1, "tests.flaky": 1,
        "tests.seconds": 1000.5, "tests.passed": 200 / 3,
    },
    "sarif": {"vulnerabilities.critical": 1, "vulnerabilities.high": 0},
    "cyclonedx": {"components": 2, "vulnerabilities.critical": 0, "vulnerabilities.high": 1,
                  "vulnerabilities.unknown": 1},
    "jscpd": {"duplication": 5, "duplication.clones": 1},
    "lizard csv": {"complexity.max": 11, "complexity.mean": 6, "complexity.functions": 2},
    "lizard xml": {"complexity.max": 12, "complexity.functions": 1},
    "lizard duplicates": {"duplication": 2.74, "duplication.clones": 1},
    "radon": {"complexity.max": 13, "complexity.functions": 3},
    "ruff": {"complexity.max": 12, "complexity.functions": 1},
    "k6 export": _LOAD,
    "k6 summary": _LOAD,
    "k6 results": _LOAD,
    "bandit": {"vulnerabilities.critical": 0, "vulnerabilities.high": 1},
    "pip-audit": {"components": 2, "vulnerabilities.unknown": 1},
}  # fmt: skip


@pytest.mark.parametrize("kind", EVERY)
def test_each_tools_numbers_are_read(kind: str) -> None:
    read = {str(one.name): one.value for one in read_report(EVERY[kind]).measurements}
    assert {name: pytest.approx(value) for name, value in MEASURED[kind].items()} == {
        name: read[name] for name in MEASURED[kind]
    }


def test_findings_name_their_place() -> None:
    def first(content: bytes) -> tuple[str, int | None]:
        found = read_report(content).findings[0]
        return found.path, found.line

    assert first(samples.COBERTURA) == ("a/c.py", None)
    assert first(samples.JUNIT) == ("t/a.py", 7)
    assert first(encoded(samples.SARIF)) == ("a.py", 3)
    assert first(encoded(samples.JSCPD)) == ("a.py", 5)
    assert first(samples.LIZARD_CSV) == ("a.c", 1)
    assert first(samples.LIZARD_DUPLICATES) == ("a.py", 1)
    assert first(encoded(samples.RADON)) == ("a.py", 10)
    assert first(encoded(samples.RUFF)) == ("/w/a.py", 3)
    assert first(encoded(samples.BANDIT)) == ("a.py", 4)


def _without(document: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in copy.deepcopy(document).items() if key not in keys}


def _gaps(report: Report) -> list[str]:
    return [gap.family for gap in report.gaps]


def test_what_was_not_looked_at_is_a_gap_and_no_zero() -> None:
    no_scan = copy.deepcopy(samples.SARIF)
    del no_scan["runs"][0]["results"]
    broken = {**samples.BANDIT, "errors": [{"filename": "a.py", "reason": "syntax error"}]}
    assert _gaps(read_report(encoded(no_scan))) == ["vulnerabilities"]
    assert _gaps(read_report(encoded(broken))) == ["vulnerabilities"]
    assert _gaps(read_report(encoded(samples.PIP_AUDIT))) == ["vulnerabilities"]
    assert _gaps(read_report(encoded(_without(samples.CYCLONEDX, "vulnerabilities")))) == [
        "vulnerabilities"
    ]
    assert _gaps(read_report(encoded(samples.RADON))) == ["complexity"]
    assert _gaps(read_report(b"[]")) == ["complexity"]
    assert _gaps(read_report(b"<testsuite/>")) == ["tests"]
    assert _gaps(read_report(b'<coverage line-rate="1" lines-valid="0" lines-covered="0"/>')) == [
        "coverage"
    ]
    for kind in ("cobertura", "lcov", "junit", "sarif", "jscpd", "lizard csv", "k6 export"):
        assert not read_report(EVERY[kind]).gaps


def test_a_file_with_several_records_counts_each_line_once() -> None:
    twice = b"SF:a.js\nDA:1,1\nDA:2,0\nend_of_record\nSF:a.js\nDA:1,0\nDA:2,4\nend_of_record\n"
    assert read_report(twice).measurements[0].value == 100


def test_a_scanner_that_marks_nothing_as_security_counts_whole() -> None:
    plain = copy.deepcopy(samples.SARIF)
    plain["runs"][0]["tool"]["driver"]["rules"] = []
    found = {str(one.name): one.value for one in read_report(encoded(plain)).measurements}
    assert (found["vulnerabilities.high"], found["vulnerabilities.medium"]) == (1, 1)


def test_no_result_of_security_is_lost_for_want_of_its_rule() -> None:
    """CodeQL points to extensions, others put a part behind the rule's id or list no rule."""
    rules = [{"id": "R1", "properties": {"security-severity": "9.8"}}, {"id": "Q1"}]
    extension = {"rules": [{"id": "E1", "properties": {"security-severity": "8"}}]}
    results = [
        {"ruleId": "R1/part"},
        {"rule": {"index": 0, "toolComponent": {"index": 0}}},
        {"ruleId": "nobody", "level": "error"},
        {"ruleId": "Q1", "level": "error"},
        {"ruleIndex": 0},
        {"ruleIndex": 7, "level": "error"},
        {"ruleId": "Q1", "properties": {"security-severity": "4"}},
    ]
    tool = {"driver": {"name": "X", "rules": rules}, "extensions": [extension]}
    run = {"tool": tool, "results": results}
    found = read_report(encoded({"version": "2.1.0", "runs": [run]})).findings
    assert [(one.rule, one.severity) for one in found] == [
        ("R1/part", "critical"), ("R1", "critical"), ("E1", "high"), ("nobody", "high"),
        ("finding", "high"), ("Q1", "medium"),
    ]  # fmt: skip
