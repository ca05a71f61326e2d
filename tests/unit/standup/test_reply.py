"""What replies, question lists and named days mean."""

from datetime import date

import pytest

from bot.domain.days import Span
from bot.domain.standup import (
    DEFAULT_QUESTIONS,
    Kind,
    Question,
    is_talk,
    questions_text,
    read_questions,
    read_reply,
)
from bot.domain.standup.days import read_days
from bot.errors import UserFacingError

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "answered", "talk"),
    [
        ("the ledger's tests", (), False),
        ("the ledger's tests", (0, 2), False),
        ("no, the billing tests", (1,), True),
        ("next: the billing tests", (1,), False),
        ("2. the billing tests", (1,), False),
        ("Yesterday I was at the fair", (0, 1), True),
        ("Yesterday I was at the fair", (1,), False),
        ("I'm blocked by the database", (1,), False),
        ("I’m blocked by the database", (1,), False),
        ("still blocked?", (), True),
        ("", (), True),
        (":tada: 🚀", (), True),
        ("<@U1> I have the key", (), True),
        ("<@U1> and I pair on the ledger", (), False),
        ("<!here> anybody?", (), True),
        ("thanks!", (), True),
        ("which key?", (), True),
        ("tests. Can somebody review #12?", (), False),
    ],
)
def test_talk_is_no_answer(text: str, answered: tuple[int, ...], talk: bool) -> None:
    assert is_talk(text, DEFAULT_QUESTIONS, answered) is talk


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the ledger's tests", {1: "the ledger's tests"}),
        ("yesterday: reviews\ntoday: tests", {0: "reviews", 1: "tests"}),
        ("Yesterday I reviewed.\nToday we test", {0: "Yesterday I reviewed.", 1: "Today we test"}),
        ("Yesterday: reviews. Today: tests", {0: "reviews.", 1: "tests"}),
        ("yesterday I reviewed, and today I test", {0: "yesterday I reviewed", 1: "today I test"}),
        ("1. reviews\n2) tests\n3. no owner", {0: "reviews", 1: "tests", 2: "no owner"}),
        ("tests\nblocked: no owner\nno database", {1: "tests", 2: "no owner\nno database"}),
        ("*Blockers:* none", {2: "none"}),
        ("tests\nI'm blocked by the database", {1: "tests", 2: "I'm blocked by the database"}),
        ("we’re stuck on the key", {2: "we’re stuck on the key"}),
        ("blockers:\nno owner", {2: "no owner"}),
        ("Note: the page moved", {1: "Note: the page moved"}),
        ("9. floor", {1: "9. floor"}),
        ("", {}),
    ],
)
def test_a_reply_answers_questions(text: str, said: dict[int, str]) -> None:
    assert read_reply(text, DEFAULT_QUESTIONS) == said


def test_one_question_takes_everything() -> None:
    assert read_reply("yesterday: x\ny", [Question(0, Kind.TEXT, "How is it?")]) == {
        0: "yesterday: x\ny"
    }
    only = [Question(0, Kind.BLOCKER, "What blocks you?")]
    assert read_reply("blocked by it", only) == {0: "blocked by it"}


def test_questions_are_read_as_they_are_shown() -> None:
    text = "What is next?\nblockers: What blocks you?\nmood: How are you?"
    assert [q.kind for q in read_questions(text)] == [Kind.TEXT, Kind.BLOCKER, Kind.MOOD]
    assert questions_text(read_questions(text)) == text
    assert read_questions(questions_text(DEFAULT_QUESTIONS)) == DEFAULT_QUESTIONS


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "one to 8"),
        ("a?\n" * 9, "one to 8"),
        ("mood: a?\nmood: b?", "Only one line"),
        ("mood: a?", "besides the mood"),
        ("x" * 151, "at most 150"),
        ("blockers:", "is missing"),
    ],
)
def test_what_is_no_list_of_questions(text: str, told: str) -> None:
    with pytest.raises(UserFacingError, match=told):
        read_questions(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", TODAY, TODAY),
        ("yesterday", date(2026, 11, 24), date(2026, 11, 24)),
        ("Monday", date(2026, 11, 23), date(2026, 11, 23)),
        ("wed", TODAY, TODAY),
        ("last wed", date(2026, 11, 18), date(2026, 11, 18)),
        ("24 Dec", date(2025, 12, 24), date(2025, 12, 24)),
        ("Mon to Tue", date(2026, 11, 23), date(2026, 11, 24)),
        ("5 days", date(2026, 11, 21), TODAY),
        ("last 1d", TODAY, TODAY),
        ("14 days to today", date(2026, 11, 12), TODAY),
        ("2026-11-02 to yesterday", date(2026, 11, 2), date(2026, 11, 24)),
    ],
)
def test_days_have_passed(text: str, first: date, last: date) -> None:
    assert read_days(text, today=TODAY) == Span(first, last)


@pytest.mark.parametrize(
    "text", ["soon", "Tue to Mon", "1 Jan to today", "a to b to c", "0 days", "99 days"]
)
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(UserFacingError):
        read_days(text, today=TODAY)
