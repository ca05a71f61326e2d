"""One small report of each kind, in the shape that its tool publishes."""

import json
from typing import Any

COBERTURA = b"""<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>
<coverage version="7.17" lines-valid="4" lines-covered="3" line-rate="0.75" branches-valid="2"
 branches-covered="1" branch-rate="0.5" complexity="0"><packages><package name="a"><classes>
<class name="b.py" filename="a/b.py"><methods/><lines><line number="1" hits="1"/>
<line number="2" hits="0"/></lines></class>
<class name="c.py" filename="a/c.py"><methods/><lines><line number="1" hits="3"/>
<line number="2" hits="1"/></lines></class></classes></package></packages></coverage>"""

LCOV = b"TN:\nSF:a.js\nDA:1,1\nDA:2,0\nBRF:4\nBRH:3\nLF:2\nLH:1\nend_of_record\n"

JUNIT = b"""<?xml version="1.0"?><testsuites><testsuite name="s" tests="99">
<testcase classname="t.A" name="ok" time="1,000.5"/>
<testcase classname="t.A" name="bad" file="t/a.py" line="7"><failure message="1 != 2">x</failure>
</testcase><testcase classname="t.A" name="off"><skipped/></testcase>
<testcase classname="t.A" name="again"><flakyFailure message="late"/></testcase>
</testsuite></testsuites>"""

SARIF: dict[str, Any] = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "scan",
                    "rules": [
                        {
                            "id": "S1",
                            "properties": {"security-severity": "9.1", "tags": ["security"]},
                        },
                        {"id": "STYLE"},
                    ],
                }
            },
            "results": [
                {
                    "ruleId": "S1",
                    "message": {"text": "Injection"},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "a.py"},
                                "region": {"startLine": 3},
                            }
                        }
                    ],
                },
                {
                    "ruleIndex": 0,
                    "message": {"text": "old"},
                    "suppressions": [{"kind": "inSource"}],
                },
                {"ruleId": "STYLE", "level": "error", "message": {"text": "tabs"}},
            ],
        }
    ],
}

CYCLONEDX: dict[str, Any] = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "components": [{"name": "a"}, {"name": "b"}],
    "vulnerabilities": [
        {
            "id": "CVE-1",
            "ratings": [{"severity": "low"}, {"score": 7.5}],
            "affects": [{"ref": "a"}],
        },
        {"id": "CVE-2", "ratings": [{"severity": "critical"}], "analysis": {"state": "resolved"}},
        {"id": "CVE-3"},
    ],
}

JSCPD: dict[str, Any] = {
    "duplicates": [
        {
            "format": "python",
            "lines": 10,
            "firstFile": {"name": "a.py", "start": 5, "end": 15},
            "secondFile": {"name": "b.py", "start": 1, "end": 11},
        }
    ],
    "statistics": {"total": {"lines": 200, "duplicatedLines": 10, "clones": 1, "percentage": 5}},
}

LIZARD_CSV = (
    b'5,11,40,1,6,"f@1-6@a.c","a.c","f","f( int a )",1,6\n'
    b'3,1,20,0,3,"g@8-10@a.c","a.c","g","g( )",8,10\n'
)

LIZARD_XML = b"""<?xml version="1.0" ?><cppncss><measure type="Function"><labels><label>Nr.</label>
<label>NCSS</label><label>CCN</label></labels><item name="f(...) at a.py:4"><value>1</value>
<value>5</value><value>12</value></item></measure><measure type="File"><item name="a.py">
<value>1</value><value>5</value><value>12</value></item></measure></cppncss>"""

LIZARD_DUPLICATES = b"""Duplicates
===================================
Duplicate block:
--------------------------
a.py:1 ~ 9
b.py:11 ~ 19
^^^^^^^^^^^^^^^^^^^^^^^^^^

Total duplicate rate: 2.74%
Total unique rate: 98.16%
"""

RADON: dict[str, Any] = {
    "a.py": [
        {
            "type": "class",
            "complexity": 40,
            "name": "C",
            "lineno": 1,
            "methods": [{"type": "method", "complexity": 3, "name": "m", "lineno": 2}],
        },
        {"type": "method", "complexity": 3, "name": "m", "lineno": 2, "closures": []},
        {
            "type": "function",
            "complexity": 5,
            "name": "f",
            "lineno": 9,
            "closures": [{"type": "function", "complexity": 13, "name": "in", "lineno": 10}],
        },
    ],
    "b.py": {"error": "invalid syntax"},
}

RUFF: list[dict[str, Any]] = [
    {
        "code": "C901",
        "filename": "/w/a.py",
        "location": {"row": 3, "column": 5},
        "message": "`f` is too complex (12 > 0)",
    },
    {"code": "E501", "filename": "/w/a.py", "location": {"row": 3}, "message": "long"},
]

K6_EXPORT: dict[str, Any] = {
    "metrics": {
        "http_reqs": {"count": 1000, "rate": 50.5},
        "http_req_duration": {"avg": 80, "med": 70, "p(95)": 180.5, "p(99)": 240},
        "http_req_failed": {"passes": 1, "fails": 999, "value": 0.001},
    },
    "root_group": {},
}

K6_SUMMARY: dict[str, Any] = {
    "metrics": {
        name: {"type": "x", "values": values} for name, values in K6_EXPORT["metrics"].items()
    }
}

K6_RESULTS: dict[str, Any] = {
    "version": "1.0.0",
    "results": {
        "metrics": [
            {"name": name, "values": values} for name, values in K6_EXPORT["metrics"].items()
        ]
    },
}

BANDIT: dict[str, Any] = {
    "errors": [],
    "metrics": {"_totals": {"loc": 10}},
    "results": [
        {
            "filename": "a.py",
            "issue_severity": "HIGH",
            "issue_text": "shell=True",
            "line_number": 4,
            "test_id": "B602",
        }
    ],
}

PIP_AUDIT: dict[str, Any] = {
    "dependencies": [
        {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]},
        {"name": "b", "skip_reason": "no network"},
    ],
    "fixes": [],
}


def encoded(document: object) -> bytes:
    """Return a document as JSON."""
    return json.dumps(document).encode()


EVERY: dict[str, bytes] = {
    "cobertura": COBERTURA,
    "lcov": LCOV,
    "junit": JUNIT,
    "sarif": encoded(SARIF),
    "cyclonedx": encoded(CYCLONEDX),
    "jscpd": encoded(JSCPD),
    "lizard csv": LIZARD_CSV,
    "lizard xml": LIZARD_XML,
    "lizard duplicates": LIZARD_DUPLICATES,
    "radon": encoded(RADON),
    "ruff": encoded(RUFF),
    "k6 export": encoded(K6_EXPORT),
    "k6 summary": encoded(K6_SUMMARY),
    "k6 results": encoded(K6_RESULTS),
    "bandit": encoded(BANDIT),
    "pip-audit": encoded(PIP_AUDIT),
}
