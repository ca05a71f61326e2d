"""What a reader sees of a piece of Markdown: no struck-out words, comments, badges or marks."""

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_STRUCK_HTML = re.compile(r"<(del|s|strike)>.*?</\1>", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)|<--.*?-->", re.DOTALL)
_RST_LINK = re.compile(r":(?:doc|ref):`(?:(?P<t>[^`<]+?)\s*<)?(?P<d>[^`<>]+)>?`|`(?P<text>[^`<]+?)\s*<(?P<href>[^`>]+)>`_+")  # fmt: skip  # noqa: E501
_ADOC_LINK = re.compile(r"(?:link|xref):(?P<href>[^\[\s]+)\[(?P<text>[^\]]*)\]|<<(?P<x>[^,>]+?)#?(?:,(?P<t>[^>]*))?>>")  # fmt: skip  # noqa: E501


@lru_cache(maxsize=1)
def markdown() -> MarkdownIt:
    """Return the parser that all of this package shares."""
    return MarkdownIt("commonmark").enable(["strikethrough", "table"])


def uncommented(text: str) -> str:
    """Return `text` without HTML comments."""
    return _COMMENT.sub("", text)


def visible(text: str) -> str:
    """Return the words that a reader sees, each block on a line; links as their texts."""
    return "\n".join(
        line
        for token in markdown().parse(_STRUCK_HTML.sub("", uncommented(text)))
        if token.type == "inline" and (line := _words(token.children or [], links=False))
    )


def linked_lines(text: str) -> list[str]:
    """Return the visible blocks of `text`, a line each, links kept as `[text](target)`."""
    return [
        line
        for token in markdown().parse(_STRUCK_HTML.sub("", uncommented(text)))
        if token.type == "inline" and (line := _words(token.children or [], links=True))
    ]


def as_markdown_links(text: str) -> str:
    """Return reStructuredText's and AsciiDoc's links as Markdown's; all else as it was."""

    def rst(match: re.Match[str]) -> str:
        if match["d"]:
            return f"[{(match['t'] or match['d']).strip()}]({match['d'].strip()}.rst)"
        return f"[{match['text']}]({match['href'].strip()})"

    def adoc(match: re.Match[str]) -> str:
        href = match["href"] or match["x"]
        return f"[{match['text'] or match['t'] or href}]({href.strip()})"

    return _ADOC_LINK.sub(adoc, _RST_LINK.sub(rst, text))


def _words(tokens: Sequence[Token], *, links: bool) -> str:
    """Join what is seen of inline tokens; a badge counts by its alternative text if alone."""
    parts: list[str] = []
    struck, hrefs = 0, []
    for token in tokens:
        if token.type in ("s_open", "s_close"):
            struck += 1 if token.type == "s_open" else -1
        elif struck:
            continue
        elif token.type in ("text", "code_inline", "image"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append("\n" if not links else " ")
        elif links and token.type == "link_open":
            hrefs.append(str(token.attrGet("href") or ""))
            parts.append("[")
        elif links and token.type == "link_close":
            parts.append(f"]({hrefs.pop()})")
    return "".join(parts).strip()
