"""What words mean as a status; and that nothing is guessed in silence."""

import pytest

from bot.adr.text import visible
from bot.domain.adr import read_status
from bot.domain.decision import DecisionState

_S = DecisionState

SURE = {
    "Accepted": _S.ACCEPTED,
    "accepted.": _S.ACCEPTED,
    "ACCEPTED": _S.ACCEPTED,
    "✅ accepted": _S.ACCEPTED,
    "**Accepted**": _S.ACCEPTED,
    "Accepted (2021-03-04)": _S.ACCEPTED,
    "Accepted (lazy consensus) & implemented": _S.ACCEPTED,
    "~~proposed~~ accepted": _S.ACCEPTED,
    "<del>proposed</del> accepted": _S.ACCEPTED,
    "accepted <!-- optional -->": _S.ACCEPTED,
    "<!-- proposed | accepted | rejected -->\naccepted": _S.ACCEPTED,
    "![Accepted](https://badges.test/accepted.svg)": _S.ACCEPTED,
    "{ accepted }": _S.ACCEPTED,
    "Status: **Accepted**": _S.ACCEPTED,
    "accepted <-- draft | accepted | rejected -->": _S.ACCEPTED,
    "[accepted]": _S.ACCEPTED,
    "accepted; supersedes ADR-0045": _S.ACCEPTED,
    "Accepted\n\nAmends [2. Queues](0002-queues.md)": _S.ACCEPTED,
    "Superseded by [7](0007-x.md)": _S.SUPERSEDED,
    "Superceded by [7. Y](0007-y.md)": _S.SUPERSEDED,
    "⌛️ Superseded by 36": _S.SUPERSEDED,
    "❌ Rejected": _S.REJECTED,
    "🤔 Proposed": _S.PROPOSED,
    "deprecated": _S.DEPRECATED,
}
NOTED = {
    "depreciated": _S.DEPRECATED,
    "pending": _S.PROPOSED,
    "draft": _S.PROPOSED,
    "In Review": _S.PROPOSED,
    "approved": _S.ACCEPTED,
    "Propsed": _S.PROPOSED,
    "acccepted": _S.ACCEPTED,
    "Akzeptiert": _S.ACCEPTED,
    "proposé": _S.PROPOSED,
    "已接受": _S.ACCEPTED,
    "Accepted\n\nSuperseded by [9](0009-x.md)": _S.SUPERSEDED,
    "Accepted, deprecated": _S.DEPRECATED,
    "2017-11-22 提议\n\n2017-12-01 通过": _S.ACCEPTED,
    "Accepted on 2020-04-20\n\nProposed on 2020-04-12": _S.ACCEPTED,
}
UNCLEAR = (
    "",
    "on hold",
    "experimental",
    "🤔 Incomplete",
    "in-progress",
    "not accepted",
    "unaccepted",
    "Partly superseded",
    "proposed\n\naccepted",
    "accepted / rejected",
    "[proposed | rejected | accepted | deprecated]",
    "{proposed | rejected | accepted | … | superseded by [ADR-0123](0123-example.md)}",
    "Amended by 7",
    "final",
    "to be decided",
)


@pytest.mark.parametrize("raw", SURE)
def test_plain_words_are_read_without_a_note(raw: str) -> None:
    read = read_status(visible(raw))
    assert (read.state, read.problem) == (SURE[raw], "")


@pytest.mark.parametrize("raw", NOTED)
def test_other_words_are_taken_with_a_note_that_names_them(raw: str) -> None:
    read = read_status(visible(raw))
    assert read.state is NOTED[raw]
    assert "taken" in read.problem


@pytest.mark.parametrize("raw", UNCLEAR)
def test_what_is_not_sure_stays_unclear_and_says_so(raw: str) -> None:
    read = read_status(visible(raw))
    assert read.state is _S.UNCLEAR
    assert read.problem
