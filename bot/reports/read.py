"""The one door to reports: what it is, by its content, and then its reader."""

import re
from collections.abc import Callable

from bot.domain.report import Report, ReportInvalid
from bot.reports.bandit import read_bandit
from bot.reports.cobertura import read_cobertura
from bot.reports.cyclonedx import read_cyclonedx
from bot.reports.fields import Fields, words
from bot.reports.jscpd import read_jscpd
from bot.reports.json_text import load_json
from bot.reports.junit import read_junit
from bot.reports.k6 import read_k6
from bot.reports.lcov import read_lcov
from bot.reports.lizard import read_lizard_csv, read_lizard_duplicates, read_lizard_xml
from bot.reports.pip_audit import read_pip_audit
from bot.reports.radon import is_radon, read_radon
from bot.reports.ruff import read_ruff
from bot.reports.sarif import read_sarif
from bot.reports.xml_text import root_of

MOST_BYTES = 32 * 1024 * 1024
_KNOWN = (
    "I read Cobertura, LCOV, JUnit, SARIF, CycloneDX JSON, jscpd, lizard, radon, ruff, k6, bandit"
    " and pip-audit."
)
_XML: dict[str, Callable[[bytes], Report]] = {
    "coverage": read_cobertura,
    "testsuites": read_junit,
    "testsuite": read_junit,
    "cppncss": read_lizard_xml,
}
_JSON: tuple[tuple[frozenset[str], Callable[[Fields], Report]], ...] = (
    (frozenset({"runs", "version"}), read_sarif),
    (frozenset({"bomFormat"}), read_cyclonedx),
    (frozenset({"statistics", "duplicates"}), read_jscpd),
    (frozenset({"dependencies"}), read_pip_audit),
    (frozenset({"results", "metrics", "errors"}), read_bandit),
    (frozenset({"metrics"}), read_k6),
    (frozenset({"results", "version"}), read_k6),
)
_LCOV = re.compile(r"^(?:TN:|SF:|#)")
_LIZARD_ROW = re.compile(r'(?:NLOC,CCN,|(?:[^,\n]{1,20},){5}")')


def read_report(content: bytes, *, name: str = "") -> Report:
    """Return what a report says; `name` is its file's, for the sentence.

    Raises ReportInvalid with one sentence for anything else, whatever the bytes are.
    """
    try:
        return _read(content)
    except ReportInvalid as error:
        prefix = f"{words(name, 80)}: " if name else ""
        raise ReportInvalid(f"{prefix}{error.text}", hint=error.hint) from None


def _read(content: bytes) -> Report:
    if len(content) > MOST_BYTES:
        raise ReportInvalid(f"It is larger than {MOST_BYTES // 1024 // 1024} MB.")
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise ReportInvalid("It is empty.")
    if start.startswith(b"<") or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _from_xml(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReportInvalid("It is not UTF-8 text.", hint=_KNOWN) from None
    if start[:1] in (b"{", b"["):
        return _from_json(text)
    return _from_text(text)


def _from_xml(content: bytes) -> Report:
    root, _ = root_of(content)
    if root not in _XML:
        raise ReportInvalid(f"I do not know XML that starts with <{words(root, 40)}>.", hint=_KNOWN)
    return _XML[root](content)


def _from_json(text: str) -> Report:
    document = load_json(text)
    if isinstance(document, list):
        return read_ruff(Fields({"results": document}))
    if isinstance(document, dict):
        for keys, read in _JSON:
            if keys <= document.keys():
                return read(Fields(document))
        if is_radon(document):
            return read_radon(Fields(document))
    raise ReportInvalid("I do not know what wrote this JSON.", hint=_KNOWN)


def _from_text(text: str) -> Report:
    first = text.lstrip()
    if _LCOV.match(first):
        return read_lcov(text)
    if _LIZARD_ROW.match(first):
        return read_lizard_csv(text)
    if "Total duplicate rate:" in text:
        return read_lizard_duplicates(text)
    raise ReportInvalid("I do not know what wrote this.", hint=_KNOWN)
