"""One file in each published form: what is understood, and that the rest is kept."""

from datetime import date

import pytest

from bot.adr.folder import decoded
from bot.adr.reader import read_adr
from bot.domain.adr import AdrFile, Reference
from bot.domain.decision import DecisionState, LinkKind, RecordOption
from tests.support import adr_files


def read(text: str, path: str = "0007-use-a-queue.md") -> AdrFile:
    found = read_adr(text, path)
    assert isinstance(found, AdrFile), found
    return found


@pytest.mark.again
@pytest.mark.parametrize("form", adr_files.FORMS)
@pytest.mark.parametrize(("status", "counted"), adr_files.STATUSES)
def test_every_form_with_every_status(form: str, status: str, counted: str) -> None:
    text, _ = decoded(adr_files.FORMS[form](7, status).encode())
    file = read(text, f"0007-use-queue-7.{form.rsplit('.', 1)[1]}")
    assert (file.number, file.record.title) == (7, "Use queue 7")
    assert (file.status_label, file.raw_status) == (counted, status)
    assert file.record.context in ("Calls time out.", "The issue motivating this decision.")
    assert file.record.outcome


def test_madr_4_is_understood_whole() -> None:
    file = read(adr_files.madr4(7, "accepted"))
    record = file.record
    assert record.dated == date(2021, 3, 4)
    assert record.decision_makers == ("Ana", "Ben")
    assert (record.consulted, record.informed) == (("Cem",), ("everyone",))
    assert record.drivers == ("latency",)
    assert record.consequences == ("Good, because no timeouts", "Bad, because one part more")
    assert record.confirmation == "A test stops the broker."
    assert record.more_information == "Revisit in a year."
    assert record.options == (
        RecordOption(title="Queue", good=("it buffers",), neutral=("known",)),
        RecordOption(title="Retry"),
    )
    assert file.body.front == (("tags", "tags: [queue]"),)
    assert file.problems == ()


def test_madr_2_is_understood_whole() -> None:
    record = read(adr_files.madr2(7, "accepted")).record
    assert record.decision_makers == ("Ana", "Ben")
    assert record.consequences == ("no timeouts", "one part more")
    assert record.options[0] == RecordOption(
        title="Queue", description="A broker.", good=("it buffers",), bad=("it is new",)
    )


def test_what_no_field_holds_is_kept_in_order() -> None:
    file = read(adr_files.adr_tools(7, "Accepted"))
    headings = [section.heading for section in file.body.sections]
    assert headings == ["Context", "Decision", "Consequences", "Rollout"]
    assert file.body.sections[-1].text == "1. Behind a flag\n2. For all"
    story = read(adr_files.log4brains(7, "accepted")).body.preamble
    assert story == "- Tags: queue, dev\n\nTechnical Story: none"


def test_a_status_in_other_clothes() -> None:
    table = "# T\n\n| Status | accepted |\n|---|---|\n| Date | 2021-03-04 |\n\n## Context\n\nx\n"
    badge = "# T\n\n![status: accepted](https://badges.test/a.svg)\n\n## Context\n\nx\n"
    below = "# T\n\n**Status**\n\nAccepted\n\n## Context\n\nx\n"
    quoted = "# T\n\n> Status: accepted\n\n## Context\n\nx\n"
    apart = "# T\n\n## Metadata\n\n- Status: accepted\n- Deciders: Ana\n\n## The Context\n\nx\n"
    assert read(apart).record.decision_makers == ("Ana",)
    for text in (table, badge, below, quoted, apart):
        assert read(text).state is DecisionState.ACCEPTED
    assert read(table).record.dated == date(2021, 3, 4)


@pytest.mark.parametrize("line", ["Accepted, 2021-03-04", "*Accepted* (4 March 2021)", "Accepted"])
def test_a_status_alone_below_the_title(line: str) -> None:
    file = read(f"# T\n\n{line}\n\n## Context\n\nx\n")
    assert (file.state, file.raw_status) == (DecisionState.ACCEPTED, line)
    assert file.record.dated == (date(2021, 3, 4) if "2021" in line else None)
    more = read("# T\n\nAccepted, 2021-03-04. Amends ADR 3.\n\n## Context\n\nx\n")
    assert (more.state, [link.target for link in more.body.links]) == (
        DecisionState.ACCEPTED,
        ["3"],
    )
    prose = read(f"# T\n\n{line} by all who were there\n\n## Context\n\nx\n\n## Decision\n")
    assert (prose.state, prose.status_label) == (DecisionState.UNCLEAR, "missing")


def test_asciidoc_and_its_links() -> None:
    text = (
        "= 7. Use a queue\n:toc:\n\n== Status\n\nSuperseded by link:0009-bus.adoc[9. Bus]\n\n"
        "== Context\n\n----\n== no heading\n----\n"
    )
    file = read(text, "0007-use-a-queue.adoc")
    assert (file.record.title, file.state) == ("Use a queue", DecisionState.SUPERSEDED)
    assert file.body.links == (
        Reference(kind=LinkKind.SUPERSEDES, forward=False, target="0009-bus.adoc"),
    )
    assert file.body.preamble == ":toc:"
    assert "== no heading" in file.record.context


def test_restructured_text_with_rules_that_are_too_short() -> None:
    text = (
        "====\n0007 Use a queue\n====\n\nStatus\n----\n\nAccepted\n\nContext\n----\n\nCalls::\n\n"
        "    wait\n    ----\n\n=====  =====\ncall   time\n=====  =====\n"
    )
    file = read(text, "0007-use-a-queue.rst")
    assert (file.record.title, file.state) == ("Use a queue", DecisionState.ACCEPTED)
    assert [section.heading for section in file.body.sections] == ["Context"]


def test_headings_in_code_and_comments_are_no_sections() -> None:
    text = "# T\n\n## Context\n\n```sh\n# Status\nrejected\n```\n\n<!--\n## Decision\n-->\n\n## Status\n\naccepted\n"  # fmt: skip  # noqa: E501
    file = read(text)
    assert file.state is DecisionState.ACCEPTED
    assert [section.heading for section in file.body.sections] == ["Context"]


@pytest.mark.parametrize(
    ("heading", "title", "number"),
    [
        ("7. Use Go", "Use Go", 7),
        ("ADR 7: Use Go", "Use Go", 7),
        ("ADR-0007 - Use Go", "Use Go", 7),
        ("[ADR-007] Use Go", "Use Go", 7),
        ("3 reasons for Go", "3 reasons for Go", 7),
        ("ADR: Use Go", "Use Go", 7),
        ("Use **Go** and `sqlc`", "Use Go and sqlc", 7),
    ],
)
def test_titles_lose_the_number_that_is_theirs(heading: str, title: str, number: int) -> None:
    file = read(f"# {heading}\n\nStatus: accepted\n\n## Context\n\nx\n", "0007-go.md")
    assert (file.record.title, file.number) == (title, number)
    assert file.body.title == heading


def test_front_matter_that_is_no_yaml_is_read_line_by_line() -> None:
    text = "---\nstatus: accepted\ndeciders: @ana, @ben\n---\n# T\n\n## Context\n\nx\n"
    file = read(text)
    assert file.record.decision_makers == ("@ana", "@ben")
    assert file.problems == ("front matter is no YAML; read line by line",)


def test_front_matter_that_repeats_itself_is_not_unfolded() -> None:
    layers = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 40)]
    text = "\n".join(["---", "status: accepted", "l0: &l0 [x]", *layers, "---", "# T", "", "x"])
    file = read(text)
    assert file.state is DecisionState.ACCEPTED
    assert file.problems == ("front matter is no YAML; read line by line",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("# {short title, representative}\n\n## Context\n\nx\n\n## Decision\n\ny\n", "a template"),
        ("# Release notes\n\n* faster\n", "no decision record"),
        ("# Meeting\n\n## Status\n\nAll is well.\n\n## Next\n\nx\n", "no decision record"),
    ],
)
def test_what_is_no_record_says_why(text: str, why: str) -> None:
    found = read_adr(text, "meeting.md")
    assert isinstance(found, str)
    assert why in found


def test_superseded_by_nothing_is_reported() -> None:
    file = read("# T\n\n## Status\n\nSuperseded\n\n## Context\n\nx\n")
    assert file.problems == ("superseded, but it does not say by what",)


def test_encodings() -> None:
    assert decoded("é".encode("utf-8-sig")) == ("é", "")
    assert decoded("é".encode("utf-16")) == ("é", "")
    assert decoded("é".encode("latin-1")) == ("é", "not UTF-8; read as Latin-1")
