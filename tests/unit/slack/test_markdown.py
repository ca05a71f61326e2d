"""Markdown to mrkdwn: what each mark becomes, and that no word gets lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.markdown import mrkdwn, mrkdwn_line, plain_line
from tests.unit.slack.samples import TEXT
from tests.unit.slack.validator import check_escaped


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("**bold** and *soft* and ~~gone~~", "*bold* and _soft_ and ~gone~"),
        ("***both***", "_*both*_"),
        ("**a\nb**", "*a*\n*b*"),
        ("foo**bar**baz", "foo\u200b*bar*\u200bbaz"),
        ("# Head **strong** *x*", "*Head strong x*"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("`a<b`", "`a&lt;b`"),
        ("`` a`b ``", "`aˋb`"),
        ("[docs](https://x.y/z)", "<https://x.y/z|docs>"),
        ("[a|b](https://x.y/?a=1&b=2)", "<https://x.y/?a=1&amp;b=2|a¦b>"),
        ("<https://x.y>", "<https://x.y>"),
        ("[here](./local.md)", "here (./local.md)"),
        ("![chart](https://x.y/c.png)", "<https://x.y/c.png|chart>"),
        ("- a\n  - b\n    - c\n- d", "• a\n    ◦ b\n        ▪︎ c\n• d"),
        ("3. c\n4. d", "3. c\n4. d"),
        ("- a\n\n  more", "• a\n    more"),
        ("> quoted\n> twice", "> quoted\n> twice"),
        ("```py\nx = 1 < 2\n```", "```\nx = 1 &lt; 2\n```"),
        ("    indented", "```\nindented\n```"),
        ("a\n\n---\n\nb", "a\n\n———\n\nb"),
        ("<b>html</b>", "&lt;b&gt;html&lt;/b&gt;"),
        ("snake_case_name stays", "snake_case_name stays"),
        ("", ""),
    ],
)
def test_marks(markdown: str, expected: str) -> None:
    assert mrkdwn(markdown) == expected


@pytest.mark.parametrize(
    "text",
    [
        "<!channel>",
        "<!here>",
        "<@U123>",
        "<!subteam^S1>",
        "<!everyone|x>",
        "`<!channel>`",
        "```\n<!channel>\n```",
        "[x](<!channel>)",
        "[<@U1>](https://x.y)",
        "| <@U1> |\n|---|",
    ],
)
def test_nobody_is_pinged(text: str) -> None:
    check_escaped(mrkdwn(text))
    check_escaped(mrkdwn_line(text))


def test_a_table_is_aligned_wide_letters_counted() -> None:
    shown = mrkdwn("| name | n |\n|---|---|\n| 日本 | 1 |\n| **ab** | 22 |")
    assert shown == "```\nname  n\n────  ──\n日本  1\nab    22\n```"


def test_a_wide_table_becomes_a_line_per_row() -> None:
    long = "many words " * 9
    shown = mrkdwn(f"| key | what | note |\n|---|---|---|\n| *a* | {long} | |\n| b | short | n |")
    assert shown == f"• *a* · what: {long.strip()}\n• *b* · what: short · note: n"


def test_one_line_of_markdown() -> None:
    assert mrkdwn_line("use `x` **now**\nplease") == "use `x` *now* please"
    assert plain_line("use `x` **now** & [more](https://x.y)") == "use x now & more"


@given(TEXT)
def test_any_text_converts_and_is_safe(text: str) -> None:
    check_escaped(mrkdwn(text))
    check_escaped(mrkdwn_line(text))
    assert "\n" not in plain_line(text)


_WORD = st.from_regex(r"[a-z]{1,8}[0-9]{2}", fullmatch=True)
_MARKED = st.tuples(_WORD, st.sampled_from(["{}", "**{}**", "*{}*", "`{}`", "~~{}~~"])).map(
    lambda pair: pair[1].format(pair[0])
)
_LINE = st.lists(_MARKED, min_size=1, max_size=6).map(" ".join)
_BLOCK = st.one_of(
    _LINE,
    _LINE.map("# {}".format),
    st.lists(_LINE, min_size=1, max_size=4).map(lambda lines: "\n".join(f"- {x}" for x in lines)),
    _LINE.map("> {}".format),
    _LINE.map("```\n{}\n```".format),
    st.lists(_WORD, min_size=2, max_size=2).map(lambda w: f"| {w[0]} | b |\n|--|--|\n| {w[1]} | |"),
)


@given(st.lists(_BLOCK, max_size=6))
def test_no_word_is_lost_and_their_order_stays(blocks: list[str]) -> None:
    markdown = "\n\n".join(blocks)
    words = re.compile(r"[a-z]{1,8}[0-9]{2}")
    assert words.findall(mrkdwn(markdown)) == words.findall(markdown)
