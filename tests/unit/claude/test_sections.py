"""A prompt's sections are cleaned one by one: nothing may hide by lying across two of them."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.redaction import Options, redact
from bot.model.claude.body import written
from bot.model.claude.wire import Ask
from tests.support.examples import examples

EVERYTHING = Options(emails=True, phones=True)
_PIECES = st.sampled_from(
    (
        *(">\n\n<", ">", "<", "\n\n", "\n", " ", "=", "=>", '"', "\\", "plan", "</data>", "<data>"),
        *(
            "password",
            "token",
            "api_key",
            "bearer",
            "Basic",
            "https://ann:",
            "@host",
            "jdbc:oracle",
        ),
        *("hunter2horse", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "ann@example.com"),
        *("+49 151 23456789", "ghp_" + "a1B2" * 6, "xoxb-12345678", "q8Zr2Lk9Vw3Xt7Pb5Nc1Md6F"),
        *("-----BEGIN PRIVATE KEY-----", "MIIEvQ", "-----END PRIVATE KEY-----"),
    )
)


def cleaned(text: str) -> str:
    """Return what an ask of this text says when it leaves."""
    ask = Ask("m", 1, [], [{"role": "user", "content": [{"type": "text", "text": text}]}])
    said: str = json.loads(written(ask, EVERYTHING))["messages"][0]["content"][0]["text"]
    return said


@given(st.lists(_PIECES, max_size=12).map("".join))
@examples(60)
def test_cut_into_sections_a_text_is_cleaned_as_a_whole(text: str) -> None:
    assert cleaned(text) == redact(text, EVERYTHING)


def test_each_section_is_cleaned() -> None:
    sections = [f"<data>token {number}: ghp_{'a1B2' * 6}</data>" for number in range(4)]
    assert cleaned("\n\n".join(sections)).count("[secret: github token]") == 4
