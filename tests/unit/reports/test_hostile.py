"""Whatever the bytes are: a report, or one sentence that names what is wrong with them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.report import Report, ReportInvalid
from bot.reports import MOST_BYTES, json_text, lcov, read_report, xml_text
from tests.unit.reports.samples import COBERTURA, EVERY, K6_EXPORT, LIZARD_CSV, encoded

_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE coverage [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    b"<coverage>&b;</coverage>"
)
_OUTSIDE = b'<!DOCTYPE coverage [<!ENTITY a SYSTEM "file:///etc/passwd">]><coverage>&a;</coverage>'


def _k6(value: str) -> bytes:
    return encoded(K6_EXPORT).replace(b'"rate": 50.5', f'"rate": {value}'.encode())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "It is empty."),
        (b"hello", "I do not know what wrote this."),
        (b"\xff\x00\x01", "It is not UTF-8 text."),
        (b'{"a": 1}', "I do not know what wrote this JSON."),
        (b'[{"filePath": "a.js"}]', "I do not know what wrote this JSON."),
        (b'{"a": ', "This is no valid JSON (line 1)."),
        (b"<html/>", "I do not know XML that starts with <html>."),
        (b"<coverage>", "This is no valid XML (line 1)."),
        (b'<coverage generated="1" clover="4"/>', "This is Clover's XML, which I do not read."),
        (_BOMB, "It defines XML entities, which I do not read."),
        (_OUTSIDE, "It defines XML entities, which I do not read."),
        (b"<testsuite>" * 100, "It is nested more than 60 levels deep."),
        (b"[" * 100_000, "It is nested more than 60 levels deep."),
        (b'{"metrics": ' + b"9" * 5000 + b"}", "It holds a number with too many digits."),
        (_k6("NaN"), "It holds NaN, which is no number."),
        (_k6("-Infinity"), "It holds -Infinity, which is no number."),
        (_k6("1e999"), "`metrics.http_reqs.rate` is not a finite number."),
        (_k6("-1"), "`metrics.http_reqs.rate` is negative."),
        (_k6("true"), "`metrics.http_reqs.rate` is not a number."),
        (_k6("1" + "0" * 400), "`metrics.http_reqs.rate` is not a number."),
        (COBERTURA.replace(b'hits="3"', b'hits="nan"'), "`hits` is not a finite number."),
        (COBERTURA.replace(b'hits="3"', b'hits="-3"'), "`hits` is negative."),
        (COBERTURA.replace(b'covered="3"', b'covered="5"'),
         "`lines-covered` counts more than there are."),
        (LIZARD_CSV.replace(b"5,11,40", b"5,-11,40"), "`line 1, CCN` is negative."),
        (LIZARD_CSV.replace(b"8,10\n", b"8\n"), "Line 2 has 10 columns, not 11."),
        (b"SF:a\nDA:1,-1\n", "`line 2, DA` is negative."),
        (b'<testsuite><testcase time="-1"/></testsuite>', "`time` is negative."),
        (b'{"version": "2.1.0", "runs": [3]}', "`runs[0]` is not an object."),
    ],
)  # fmt: skip
def test_refused_with_one_sentence(content: bytes, said: str) -> None:
    with pytest.raises(ReportInvalid) as refused:
        read_report(content)
    assert refused.value.text == said


def test_the_sentence_names_the_file() -> None:
    with pytest.raises(
        ReportInvalid, match=r"^k6\.json: `metrics\.http_reqs\.rate` is negative\.$"
    ):
        read_report(_k6("-1"), name="k6.json")


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(ReportInvalid, match="larger than 32 MB"):
        read_report(b" " * (MOST_BYTES + 1))


def test_an_endless_tag_is_looked_at_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Expat reads an unfinished tag again with each chunk: 30 MB took minutes in small ones."""
    sizes: list[int] = []

    class Counted(xml_text._Chunks):
        def read(self, size: int | None = -1, /) -> bytes:
            sizes.append(len(chunk := super().read(size)))
            return chunk

    monkeypatch.setattr(xml_text, "_Chunks", Counted)
    report = read_report(b'<testsuite a="' + b"x" * 3_000_000 + b'"/>')
    assert [gap.text for gap in report.gaps] == ["No test ran."]
    assert len([size for size in sizes if size]) <= 6, "three for the root, three to read it"


def test_more_attributes_than_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_text, "LONGEST_TAG", 1024 * 1024)
    attributes = b" ".join(b"a%d='>'" % n for n in range(100_000))
    with pytest.raises(ReportInvalid, match="a tag of more than 1 MB"):
        read_report(b"<testsuite " + attributes + b"/>")
    log = b"<![CDATA[" + b"a < b, it's > 3 MB of a log\n" * 50_000 + b"]]>"
    report = read_report(b"<testsuite><testcase/><system-out>" + log + b"</system-out></testsuite>")
    assert report.measurements[0].value == 1


def test_more_values_than_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "MOST_VALUES", 1_000)
    with pytest.raises(ReportInvalid, match="more than 1,000 lists and objects"):
        read_report(b"[" + b"[]," * 1_001 + b"1]")


def test_a_name_is_taken_apart_in_one_go() -> None:
    """A pattern looked at 400 kB of ` at ` for minutes."""
    values = "<value>1</value>" * 3
    item = f'<item name="{" at " * 500_000}">{values}</item>'
    report = read_report(f'<cppncss><measure type="Function">{item}</measure></cppncss>'.encode())
    assert (report.findings[0].path, report.findings[0].line) == ("", None)


def test_more_files_than_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lcov, "MOST_FILES", 3)
    with pytest.raises(ReportInvalid, match="more than 3 files"):
        read_report(b"".join(b"SF:%d\nDA:1,1\n" % n for n in range(4)))


def test_a_text_of_a_report_cannot_write_to_a_terminal() -> None:
    evil = [{"code": "C901", "filename": "a\x1b[2J\u202e.py\n::error::", "location": {"row": 1},
             "message": "`f\x1b[31m` is too complex (12 > 0)"}]  # fmt: skip
    finding = read_report(encoded(evil)).findings[0]
    assert finding.path == "a [2J .py ::error::"
    assert "\x1b" not in finding.text


def _sound(content: bytes) -> None:
    try:
        report = read_report(content)
    except ReportInvalid as error:
        refusal = error.text
    else:
        assert isinstance(report, Report)
        _sound_numbers(report)
        return
    assert refusal
    assert "\n" not in refusal


def _sound_numbers(report: Report) -> None:
    assert all(0 <= one.value < float("inf") for one in report.measurements)
    assert report.measurements or report.gaps


@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    _sound(content)


@given(st.sampled_from(sorted(EVERY)), st.data())
def test_any_bent_report(kind: str, data: st.DataObject) -> None:
    content = EVERY[kind]
    start = data.draw(st.integers(0, len(content) - 1))
    end = data.draw(st.integers(start, min(len(content), start + 30)))
    _sound(content[:start] + data.draw(st.binary(max_size=20)) + content[end:])


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(
        value, list) else ()  # fmt: skip
    return [path, *(place for key, one in inside for place in _places(one, (*path, key)))]


@given(st.sampled_from([k for k in sorted(EVERY) if EVERY[k][:1] in b"{["]), st.data(), _JSON)
def test_any_value_in_any_place(kind: str, data: st.DataObject, value: object) -> None:
    document = json.loads(EVERY[kind])
    place = data.draw(st.sampled_from([one for one in _places(document) if one]))
    at = document
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    _sound(json.dumps(document).encode())


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 10**6)), min_size=1, max_size=20))
def test_functions_come_back_as_they_were_written(rows: list[tuple[int, int]]) -> None:
    lines = [
        f'1,{ccn},1,0,1,"f@{line}-{line}@a.c","a.c","f","f( )",{line},{line}' for ccn, line in rows
    ]
    report = read_report("\n".join(lines).encode())
    assert sorted((one.value, one.line) for one in report.findings) == sorted(
        (float(ccn), line) for ccn, line in rows
    )


@given(st.dictionaries(st.integers(1, 500), st.integers(0, 9), min_size=1, max_size=30))
def test_coverage_is_the_same_by_either_format(hits: dict[int, int]) -> None:
    lcov = "SF:a\n" + "".join(f"DA:{line},{n}\n" for line, n in hits.items())
    xml = "".join(f'<line number="{line}" hits="{n}"/>' for line, n in hits.items())
    cobertura = f'<coverage><class filename="a"><lines>{xml}</lines></class></coverage>'
    expected = 100 * sum(n > 0 for n in hits.values()) / len(hits)
    for content in (lcov, cobertura):
        assert read_report(content.encode()).measurements[0].value == pytest.approx(expected)
