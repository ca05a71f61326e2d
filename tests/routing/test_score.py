"""The scorer must be trusted before its numbers are, and so must the labels."""

from pathlib import Path
from typing import get_args

import pytest

from bot.errors import UserFacingError
from tests.routing.score import Case, Outcome, Pattern, Specialist, load, score

CASES = Path(__file__).parent / "cases"
FILES = ("development.yaml", "test.yaml")

THANKS = Case(
    id="thanks", text="thx", lang="en", kind=("reaction",), primary=None, also=(), pattern=None,
    note="n",
)  # fmt: skip
INDEX = Case(
    id="index", text="which index?", lang="en", kind=("specialist",),
    primary="database-architect", also=("python-backend-expert",), pattern=None, note="n",
)  # fmt: skip
SPLIT = Case(
    id="split", text="split it", lang="en", kind=("pattern",), primary="microservices-expert",
    also=("backend-architect",), pattern="microservices-decomposition", note="n",
)  # fmt: skip
SLOW = Case(
    id="slow", text="slow page", lang="en", kind=("specialist", "pattern"),
    primary="java-backend-expert", also=(), pattern="performance-optimization", note="n",
)  # fmt: skip


def test_right_outcomes_have_no_misses() -> None:
    result = score(
        [THANKS, INDEX, SPLIT, SLOW],
        {
            "thanks": Outcome(kind="reaction"),
            "index": Outcome(
                kind="specialist", specialists=("python-backend-expert", "database-architect")
            ),
            "split": Outcome(
                kind="pattern",
                specialists=("microservices-expert",),
                pattern="microservices-decomposition",
            ),
            "slow": Outcome(kind="specialist", specialists=("java-backend-expert",)),
        },
    )
    assert result.misses == ()
    assert (result.n, result.kind_right, result.primary_found) == (4, 1.0, 1.0)
    assert (result.needless_per_request, result.pattern_right) == (0.0, 1.0)


def test_every_deviation_is_counted_and_named() -> None:
    result = score(
        [THANKS, INDEX, SPLIT, SLOW],
        {
            "thanks": Outcome(kind="specialist", specialists=("rust-backend-expert",)),
            "index": Outcome(kind="answer"),
            "split": Outcome(
                kind="pattern",
                specialists=("microservices-expert", "api-architect", "java-backend-expert"),
                pattern="greenfield",
            ),
            "slow": Outcome(kind="pattern", specialists=("java-backend-expert",), pattern=None),
        },
    )
    assert result.kind_right == 0.5
    assert result.primary_found == pytest.approx(2 / 3)
    assert result.needless_per_request == 0.75
    assert result.pattern_right == 0.0
    assert [(miss.case_id, miss.problem) for miss in result.misses] == [
        ("thanks", "kind"),
        ("thanks", "needless"),
        ("index", "kind"),
        ("index", "primary"),
        ("split", "needless"),
        ("split", "pattern"),
        ("slow", "pattern"),
    ]
    assert result.misses[4].got == "api-architect, java-backend-expert"


def test_a_specialist_named_twice_is_needless_once() -> None:
    twice = Outcome(kind="reaction", specialists=("api-architect", "api-architect"))
    assert score([THANKS], {"thanks": twice}).needless_per_request == 1.0


def test_an_optional_pattern_is_judged_only_when_taken() -> None:
    alone = Outcome(kind="specialist", specialists=("java-backend-expert",))
    wrong = alone.model_copy(update={"kind": "pattern", "pattern": "greenfield"})
    assert score([SLOW], {"slow": alone}).pattern_right == 1.0
    assert score([SLOW], {"slow": wrong}).pattern_right == 0.0


def test_unpaired_outcomes_are_refused_by_id() -> None:
    with pytest.raises(UserFacingError, match="index, split"):
        score([INDEX], {"split": Outcome(kind="answer")})
    with pytest.raises(UserFacingError, match="no cases"):
        score([], {})


GOOD = "id: a, text: t, lang: en, note: n"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("kind: [answer], primary: null, also: [], pattern: null, extra: 1", "case a: extra"),
        ("kind: [maybe], primary: null, also: [], pattern: null", "case a: kind.0"),
        ("kind: [specialist], primary: cobol-expert, also: [], pattern: null", "case a: primary"),
        ("kind: [specialist], primary: null, also: [], pattern: null", "primary is for cases"),
        ("kind: [answer], primary: api-architect, also: [], pattern: null", "primary is for cases"),
        ("kind: [answer], primary: null, also: [api-architect], pattern: null", "also must be"),
        ("kind: [answer], primary: null, also: [], pattern: greenfield", "pattern is for cases"),
        ("kind: [answer, answer], primary: null, also: [], pattern: null", "repeat a value"),
        (
            "kind: [specialist], primary: api-architect, also: [api-architect], pattern: null",
            "listed in also",
        ),
    ],
)
def test_a_bad_case_is_named_by_id(tmp_path: Path, row: str, complaint: str) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(f"- {{{GOOD}, {row}}}\n", encoding="utf-8")
    with pytest.raises(UserFacingError) as caught:
        load(file)
    assert "cases.yaml: case a: " in caught.value.text
    assert complaint in caught.value.text


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("a: b", "must hold a list"), ("- [", "is not YAML"), ("- hello", "case number 1")],
)
def test_a_bad_file_is_refused(tmp_path: Path, content: str, complaint: str) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UserFacingError, match=complaint):
        load(file)


def test_ids_and_texts_are_unique_across_both_files() -> None:
    cases = [case for name in FILES for case in load(CASES / name)]
    ids = [case.id for case in cases]
    texts = [" ".join(case.text.casefold().split()) for case in cases if case.text.strip()]
    assert sorted(ids) == sorted(set(ids))
    assert sorted(texts) == sorted(set(texts))
    assert len({case.text for case in cases}) == len(cases)


@pytest.mark.parametrize("name", FILES)
def test_each_file_asks_every_specialist_and_every_pattern(name: str) -> None:
    cases = load(CASES / name)
    assert {case.primary for case in cases} == {None, *get_args(Specialist)}
    assert {case.pattern for case in cases} == {None, *get_args(Pattern)}
    assert {kind for case in cases for kind in case.kind} == {
        "reaction",
        "answer",
        "specialist",
        "pattern",
    }
