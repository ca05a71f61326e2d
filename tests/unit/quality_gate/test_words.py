"""What `/lead gates …` means, and the example where it means nothing."""

import pytest

from bot.domain.quality_gate import Check
from bot.domain.quality_gate.words import Subject, Words, read
from bot.errors import UserFacingError


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", Words("list")),
        ("order intake", Words("show", Subject("order intake"))),
        ("set order intake coverage 85 %",
         Words("set", Subject("order intake"), Check.COVERAGE, 85)),
        ("set all latency-p95 off", Words("set", Subject(), Check.LATENCY_P95)),
        ("set repo:a/b coupling medium",
         Words("set", Subject(repository="a/b"), Check.COUPLING, 1)),
        ("set a memory default", Words("default", Subject("a"), Check.MEMORY)),
        ("waive coverage tests", Words("waive", Subject("coverage"), Check.TESTS)),
        ("end w-3", Words("end", number=3)),
        ("here a", Words("here", Subject("a"))),
    ],
)  # fmt: skip
def test_words(typed: str, wanted: Words) -> None:
    assert read(typed) == wanted


@pytest.mark.parametrize(
    "typed", ["set", "set a", "set a covrage 3", "set a coverage", "set a coverage x", "end 3x",
              "here", "here all", "waive a", "!!"],
)  # fmt: skip
def test_words_that_mean_nothing_get_an_example(typed: str) -> None:
    with pytest.raises(UserFacingError) as refused:
        read(typed)
    assert refused.value.hint or "needs 0 to 100 %" in refused.value.text
