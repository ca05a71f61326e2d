"""Whatever script a model writes in: nothing is lost, and nothing is torn."""

import re
import unicodedata
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from bot.slack import markdown
from bot.slack.markdown import mrkdwn, mrkdwn_line, plain_line
from bot.slack.split import SMALLEST, split
from bot.slack.text import clip, size
from tests.support.examples import examples
from tests.unit.slack.validator import check_escaped

_SCRIPTS = {
    "latin": "abcdefgh",
    "cyrillic": "абвгдежз",
    "hebrew": "אבגדהוזח",
    "arabic": "ابتثجحخد",
    "cjk": "日本語設計版数庫",
    "thai": "กขคงจฉชซ",
    "devanagari": "कखगघङचछज",
}
_WORD = st.sampled_from(sorted(_SCRIPTS)).flatmap(
    lambda script: st.text(_SCRIPTS[script], min_size=2, max_size=9)
)
_EMOJI = st.sampled_from(
    [":tada:", ":white_check_mark:", ":+1::skin-tone-3:", "🧾", "👩🏽‍💻", "🇩🇪"]
)
_MENTION = st.sampled_from(["@maya", "<@U0MAYA0001>", "<!channel>", "#backend"])
_TOKEN = st.one_of(_WORD, _WORD, _WORD, _EMOJI, _MENTION)
_LINE = st.lists(_TOKEN, min_size=1, max_size=8).map(" ".join)


def _nested(depth: int) -> st.SearchStrategy[str]:
    mark = st.sampled_from(["-", "*", "1."])
    item = st.tuples(mark, _LINE).map(" ".join)
    if depth == 0:
        return item
    inner = st.lists(_nested(depth - 1), max_size=2)
    return st.tuples(item, inner).map(
        lambda parts: "\n".join([parts[0], *(_indent(child) for child in parts[1])])
    )


def _indent(text: str) -> str:
    return "\n".join("   " + line for line in text.split("\n"))


def _table(rows: list[tuple[str, str]]) -> str:
    body = "\n".join(f"| {left} | {right} |" for left, right in rows)
    return f"| 1 | 2 |\n|---|:--|\n{body}"


_FENCE = st.tuples(st.sampled_from(["", "py", "sql"]), st.lists(_LINE, max_size=9)).map(
    lambda parts: f"```{parts[0]}\n" + "\n".join(parts[1]) + "\n```"
)
_TABLE = st.lists(st.tuples(_LINE, _LINE), min_size=1, max_size=6).map(_table)
_BLOCK = st.one_of(
    _LINE,
    _LINE.map("## {}".format),
    _LINE.map("> {}".format),
    _LINE.map("**{}**".format),
    st.lists(_nested(3), min_size=1, max_size=3).map("\n".join),
    _FENCE,
    _TABLE,
)
DOCUMENT = st.lists(_BLOCK, min_size=1, max_size=6).map("\n\n".join)
_WORDS = re.compile(rf"[{''.join(_SCRIPTS.values())}]{{2,}}")
_LIMITS = st.integers(SMALLEST, 600)


@examples(15)
@given(DOCUMENT)
def test_every_script_survives_in_order(markdown: str) -> None:
    """Tables, nested lists, fences: each word of each script, once, where it stood."""
    shown = mrkdwn(markdown)
    assert _WORDS.findall(shown) == _WORDS.findall(markdown)
    check_escaped(shown)


@examples(15)
@given(DOCUMENT, _LIMITS)
def test_pieces_stand_alone(markdown: str, limit: int) -> None:
    """No piece is too long, none ends within a fence, and no line of one is torn."""
    shown = mrkdwn(markdown)
    pieces = split(shown, limit)
    assert all(size(piece) <= limit for piece in pieces)
    for piece in pieces:
        marks = [line for line in piece.split("\n") if line.startswith("```")]
        assert len(marks) % 2 == 0
    kept = [line for piece in pieces for line in piece.split("\n") if line.strip()]
    short = [line for line in shown.split("\n") if line.strip() and size(line) + 8 <= SMALLEST]
    lost = [line for line in short if line not in kept]
    assert lost == []


@examples(15)
@given(DOCUMENT, _LIMITS)
def test_words_stay_whole_in_every_script(markdown: str, limit: int) -> None:
    """Also an emoji of several code points, a mention and an escaped character."""
    shown = mrkdwn(markdown)
    pieces = [token for piece in split(shown, limit) for token in _tokens(piece)]
    assert pieces == _tokens(shown)


def _tokens(text: str) -> list[str]:
    """Return the words; a fence is none, nor is a table's rule, which is cut where it must be."""
    return [token for token in text.split() if token != "```" and set(token) != {"─"}]


_CLUSTERS = st.lists(
    st.sampled_from(["e\u0301", "👩🏽‍💻", "🇩🇪", "👨‍👩‍👧", "✔️", "日", "ก็", "क्षि", "a"]),
    min_size=30,
    max_size=90,
)


@examples(15)
@given(_CLUSTERS, st.integers(SMALLEST, 120))
def test_a_word_too_long_is_never_cut_within_a_letter(clusters: list[str], limit: int) -> None:
    """What people see as one letter or one emoji stays one, also where a word has to be cut."""
    text = "".join(clusters)
    pieces = split(text, limit)
    assert "".join(pieces) == text
    for before, piece in pairwise(pieces):
        assert not _continues(piece[0])
        assert not before.endswith("\u200d")
        assert _flags(before) % 2 == 0


@examples(15)
@given(_CLUSTERS, st.integers(16, 60))
def test_what_is_clipped_ends_with_a_whole_letter(clusters: list[str], limit: int) -> None:
    """Titles and buttons, too."""
    shown = clip("".join(clusters), limit)
    assert size(shown) <= limit
    kept = shown.removesuffix("…")
    rest = "".join(clusters)[len(kept) :]
    assert not rest or not _continues(rest[0]) or not kept
    assert not kept.endswith("\u200d")
    assert _flags(kept) % 2 == 0 or not kept


def _continues(char: str) -> bool:
    is_tone = "\U0001f3fb" <= char <= "\U0001f3ff"
    return char in "\u200d\ufe0f" or is_tone or unicodedata.category(char) in ("Mn", "Mc", "Me")


def _flags(text: str) -> int:
    """Return how many halves of flags stand at the end."""
    return len(text) - len(text.rstrip("".join(map(chr, range(0x1F1E6, 0x1F200)))))


_ANYTHING = st.one_of(
    st.text(max_size=40), st.text(" -+#.:|\"'()=^$/>@1a\t\n\r\u2067\u202e", max_size=20), _LINE
)


@given(_ANYTHING)
@example("0 \u202e")
@examples(200)
def test_a_line_that_is_not_parsed_reads_as_if_it_were(line: str) -> None:
    assert mrkdwn_line(line) == markdown._mrkdwn_of(line)
    assert plain_line(line) == markdown._words_of(line)
