"""Written and read again, a record is the same; what is edited changes, the rest stands."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.adr.reader import read_adr
from bot.adr.render import render
from bot.domain.adr import AdrFile
from bot.domain.decision import DecisionRecord, DecisionState, RecordOption
from tests.support import adr_files
from tests.support.examples import examples

_WORD = st.text("abcdefgäß日7_*`#<>[]()|!&~=+-:.'\"\\$@", min_size=1, max_size=9)
_LINE = st.lists(_WORD, min_size=1, max_size=6).map(lambda words: "so " + " ".join(words))
_TEXT = st.lists(_LINE, max_size=3).map("\n\n".join)
_LIST = st.lists(_LINE, max_size=3, unique=True).map(tuple)
_NAMES = st.lists(st.text("abcdÜ' @-", min_size=1, max_size=9).map(str.strip), max_size=3)
_OPTION = st.builds(RecordOption, title=_LINE, good=_LIST, neutral=_LIST, bad=_LIST)
_RECORDS = st.builds(
    DecisionRecord,
    title=_LINE,
    context=_TEXT,
    drivers=_LIST,
    options=st.lists(_OPTION, max_size=3, unique_by=lambda option: option.title).map(tuple),
    outcome=_TEXT,
    consequences=_LIST,
    confirmation=_TEXT,
    more_information=_TEXT,
    dated=st.none() | st.dates(min_value=date(1000, 1, 1)),
    decision_makers=_NAMES.map(lambda names: tuple(name for name in names if name)),
    services=st.lists(st.sampled_from(["billing-api", "ledger"]), unique=True).map(tuple),
)
"""Text as people type it: signs of Markdown at any place within a line."""
_OPEN_FENCE = DecisionRecord(title="x", context="```\nnever closed", outcome="y")
_OPEN_COMMENT = DecisionRecord(title="x", context="<!-- never closed", outcome="y")


def read(text: str) -> AdrFile:
    found = read_adr(text, "0031-x.md")
    assert isinstance(found, AdrFile), found
    return found


@examples(20)
@given(_RECORDS, st.sampled_from(DecisionState))
@example(_OPEN_FENCE, DecisionState.ACCEPTED)
@example(_OPEN_COMMENT, DecisionState.UNCLEAR)
def test_written_and_read_again_it_is_stable(record: DecisionRecord, state: DecisionState) -> None:
    file = AdrFile(path="0031-x.md", record=record, state=state, raw_status=state.value)
    once = read(render(file, {}))
    assert once.state is state
    assert once.record.title == record.title
    again = read(render(once, {}))
    assert (again.record, again.state, again.body.sections) == (
        once.record,
        once.state,
        once.body.sections,
    )


_PLAIN = st.lists(
    st.text("abcdefgäß日7_`()|!&~=+:.'\"\\$@", min_size=1, max_size=9), min_size=1, max_size=6
).map(lambda words: "so " + " ".join(words))


@examples(20)
@given(
    _PLAIN,
    st.lists(_PLAIN, max_size=3).map("\n\n".join),
    st.lists(_PLAIN, max_size=3).map(tuple),
    st.lists(_PLAIN, max_size=2, unique=True),
)
def test_plain_words_come_back_letter_by_letter(
    title: str, text: str, items: tuple[str, ...], options: list[str]
) -> None:
    record = DecisionRecord(
        title=title,
        context=text,
        drivers=items,
        options=tuple(RecordOption(title=f"{at}{o}", good=items) for at, o in enumerate(options)),
        outcome=text,
        consequences=items,
        confirmation=text,
        more_information=text,
    )
    file = AdrFile(path="0031-x.md", record=record, state=DecisionState.ACCEPTED)
    assert read(render(file, {})).record == record


@pytest.mark.again
@pytest.mark.parametrize("form", adr_files.FORMS)
@pytest.mark.parametrize("status", [status for status, _ in adr_files.STATUSES])
def test_an_imported_file_comes_back_with_all_it_held(form: str, status: str) -> None:
    suffix = form.rsplit(".", 1)[1]
    file = read_adr(adr_files.FORMS[form](7, status).lstrip("\ufeff"), f"0007-x.{suffix}")
    assert isinstance(file, AdrFile)
    again = read_adr(render(file.model_copy(update={"path": "0007-x.md"}), {}), "0007-x.md")
    assert isinstance(again, AdrFile)
    for what in ("record", "state", "raw_status", "number"):
        assert getattr(again, what) == getattr(file, what), what
    assert again.body.preamble == file.body.preamble
    assert again.body.front == file.body.front
    assert [s.text for s in again.body.sections] == [s.text for s in file.body.sections]


@pytest.mark.parametrize(
    "item", ["one\ntwo", "one\n\n  code", "- nested\n- list", "# no heading", "* *", "---", "1. x"]
)
def test_an_item_of_a_list_is_not_torn_apart(item: str) -> None:
    record = DecisionRecord(title="T", context="x", drivers=(item, "last"), outcome="y")
    file = AdrFile(path="0031-x.md", record=record, state=DecisionState.ACCEPTED)
    first, last = read(render(file, {})).record.drivers
    assert (first.replace("\\", ""), last) == (item, "last")


def test_an_edit_changes_its_section_alone() -> None:
    file = read_adr(adr_files.adr_tools(7, "Accepted"), "0007-x.md")
    assert isinstance(file, AdrFile)
    edited = file.record.model_copy(update={"outcome": "No queue."})
    text = render(file.model_copy(update={"record": edited, "state": DecisionState.REJECTED}), {})
    assert text.startswith("---\nstatus: rejected\ndate: '2021-03-08'\n---\n\n# 7. Use queue 7\n")
    assert "## Decision Outcome\n\nNo queue.\n\n## Consequences\n" in text
    assert "## Rollout\n\n1. Behind a flag\n2. For all\n" in text


def test_links_go_both_ways_in_front_matter() -> None:
    record = DecisionRecord(title="T", context="x", outcome="y")
    file = AdrFile(path="0031-x.md", record=record, state=DecisionState.SUPERSEDED)
    text = render(file, {"superseded-by": ["0032-y.md"], "amends": ["0003-z.md"]})
    assert "status: superseded by [0032-y.md](0032-y.md)\n" in text
    assert {link.target for link in read(text).body.links} == {"0032-y.md", "0003-z.md"}
