"""Whatever is written: no error, the same result twice, right places, no quadratic time."""

import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.redaction import Options, patterns, redact
from bot.domain.redaction.redact import _named, find
from tests.unit.redaction.test_found import SAMPLES

EVERYTHING = Options(secrets=True, numbers=True, emails=True, phones=True)
PIECES = [secret for found in SAMPLES.values() for secret in found]
TEXTS = st.lists(
    st.one_of(
        st.text(),
        st.sampled_from(
            [*PIECES, "4111 1111 1111 1111", "a@b.example.com", "+49 170 123456", "password is "]
        ),
        st.sampled_from(["[secret: jwt]", "[secret: ", "-----BEGIN PRIVATE KEY-----", "://a:"]),
        st.text(alphabet="abcXYZ019=:@.-_/ \"'[]"),
    ),
    max_size=12,
).map("".join)

NAMES = st.lists(
    st.sampled_from(
        [
            *("password", "PassWd", "pass", "API-KEY", "api_key", "authKEY", "sEcReTs", "tokens"),
            *(" is ", ": ", "=", " := ", '"', " ", "_", "\u0130", "hunter2!xyz", "A1b2C3d4e5f6"),
        ]
    ),
    max_size=16,
).map("".join)


@given(st.one_of(NAMES, TEXTS))
def test_names_are_found_as_if_every_place_were_tried(text: str) -> None:
    found = [match.span() for match in _named(text, text.lower())]
    assert found == [match.span() for match in patterns.NAMED.finditer(text)]


@given(TEXTS)
def test_the_second_time_changes_nothing(text: str) -> None:
    once = redact(text, EVERYTHING)
    assert redact(once, EVERYTHING) == once


@given(TEXTS)
def test_places_are_in_the_text_and_apart(text: str) -> None:
    at = 0
    for found in find(text, EVERYTHING):
        assert at <= found.start < found.end <= len(text)
        at = found.end


@given(st.text(alphabet="abc \n", max_size=40), st.sampled_from(PIECES))
def test_what_stands_around_a_secret_stays(text: str, secret: str) -> None:
    result = redact(f"{text} {secret} {text}")
    assert secret not in result
    assert result.startswith(f"{text} ")
    assert result.endswith(f" {text}")


def _events(work: Callable[[], object]) -> int:
    """Count calls into Python and C while `work` runs: no clock is asked."""
    seen = 0

    def note(*_: object) -> None:
        nonlocal seen
        seen += 1

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return seen


HARD = [
    "a",
    "a:",
    "eyJa.",
    "-----BEGIN PRIVATE KEY-----",
    "password",
    "password=",
    "http://a:",
    "1 ",
    "DE12",
    "a@b.",
    "xoxb-",
    "token is ",
    "A1b",
    "[secret: a",
    "[secret: jwt]",
    "sk-",
]


@pytest.mark.again
@pytest.mark.parametrize("piece", HARD)
def test_a_long_text_ends(piece: str) -> None:
    """Backtracking that multiplies would take hours here, so ending is the proof."""
    text = (piece * (200_000 // len(piece) + 1))[:200_000]
    assert len(redact(text, EVERYTHING)) > 0


def test_work_grows_with_the_length() -> None:
    text = "password=ab12cd34 [secret: jwt] 4111 1111 1111 1111 "
    few = _events(lambda: redact(text * 100, EVERYTHING))
    many = _events(lambda: redact(text * 1_000, EVERYTHING))
    assert many < 11 * few
