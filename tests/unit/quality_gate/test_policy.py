"""Policy files: what they change, and the sentence when one is wrong."""

from datetime import date

import pytest

from bot.domain.quality_gate import Check, Policy, read_policy
from bot.errors import UserFacingError
from bot.reports.yaml_text import load_yaml

BASE = Policy({Check.COVERAGE: 80.0, Check.TESTS: 0.0})
_WAIVER = "waivers: [{check: tests, owner: anna, reason: flaky, until: 2027-01-31}]"


def _read(text: str) -> Policy:
    return read_policy(load_yaml(text.encode()), BASE)


def test_a_file_changes_what_it_names() -> None:
    policy = _read(
        "coverage: 85 %\ncoupling: medium\napi-versioning: true\nmemory: 512\ntests: off\n"
        f"ratchet: false\ntolerance: 2\nrequired: [coverage]\n{_WAIVER}"
    )
    assert policy.limits == {
        Check.COVERAGE: 85, Check.COUPLING: 1, Check.API_VERSIONING: 1, Check.MEMORY: 512,
    }  # fmt: skip
    assert (policy.ratchet, policy.tolerance) == (False, 2)
    assert policy.required == {Check.COVERAGE}
    assert policy.waivers[0].until == date(2027, 1, 31)


def test_an_empty_file_changes_nothing() -> None:
    assert _read("") == BASE
    assert _read("duplication: 0").limits[Check.DUPLICATION] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- 1", "A policy is a list of names and limits."),
        ("covrage: 3", "There is no check `covrage`."),
        ("coverage: .nan", "`coverage` needs 0 to 100 %, or `off`."),
        ("coverage: 101", "`coverage` needs 0 to 100 %, or `off`."),
        ("coverage: -1", "`coverage` needs 0 to 100 %, or `off`."),
        ("coverage: yes", "`coverage` needs 0 to 100 %, or `off`."),
        ("coupling: 3", "`coupling` needs low, medium or high, or `off`."),
        ("ratchet: 3", "`ratchet` needs true or false."),
        ("required: coverage", "`required` needs a list of checks."),
        ("waivers: [{check: tests}]", "A waiver is not complete."),
        (_WAIVER.replace("2027-01-31", "soon"), "A waiver's `until` is no day."),
        (_WAIVER.replace("anna", "''"), "A waiver is not complete."),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str) -> None:
    with pytest.raises(UserFacingError) as refused:
        _read(text)
    assert refused.value.text == said


@pytest.mark.parametrize(
    "text",
    [
        "a: [1",
        "a: !!python/object/apply:os.system [ls]",
        "\n".join(
            [
                "a0: &a0 [x]",
                *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 30)}]" for n in range(1, 9)),
            ]
        ),
        "a: &a {" + ", ".join(f"k{n}: 1" for n in range(5_001)) + "}\nb: {<<: *a, c: 1}",
        # Each is within its own count of aliases, not in what they stand for.
        "a0: &a0 [x]\n"
        + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)),
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [[[*a{n - 1}]]]\n" for n in range(1, 30)),
        "a: &a [*a]",
        "a: &a {b: {c: *a}}",
        "[" * 200,
        "a: \x00",
    ],
)
def test_hostile_yaml_is_refused(text: str) -> None:
    with pytest.raises(UserFacingError, match=r"valid YAML|alias|nested|merges"):
        load_yaml(text.encode())


def test_aliases_that_stand_for_little_are_read() -> None:
    text = "a: &a {k: &b [1, 2]}\nb: [*a, *b]\nc: {<<: *a, d: *b}"
    assert load_yaml(text.encode())["c"] == {"k": [1, 2], "d": [1, 2]}
