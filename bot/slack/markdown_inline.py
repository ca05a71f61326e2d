"""Inline Markdown as mrkdwn: marks that Slack recognises only at the edge of a word."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markdown_it.tree import SyntaxTreeNode

from bot.slack.text import escape

_MARKS = {"strong": "*", "em": "_", "s": "~"}
_EDGE = "\u200b"
"""Zero-width space: Slack formats `*b*` only where no letter touches the marks."""
_LONGEST_LINK = 1000
"""Ours: a link must never be cut in two, so one that fills a section is shown as text."""
_SAFE_URL = re.compile(r"(?:https?|mailto):[^\s<>|]+", re.IGNORECASE)


@dataclass(frozen=True)
class _Span:
    text: str
    marked: bool = False


def inline(nodes: Iterable[SyntaxTreeNode], *, within: frozenset[str] = frozenset()) -> str:
    """Return the nodes as mrkdwn; `within` names the marks that are on already."""
    out = ""
    after_mark = False
    for node in nodes:
        span = _span(node, within)
        if not span.text:
            continue
        touches = out[-1:].isalnum() if span.marked else after_mark and span.text[0].isalnum()
        out += (_EDGE if touches else "") + span.text
        after_mark = span.marked
    return out


def _span(node: SyntaxTreeNode, within: frozenset[str]) -> _Span:
    match node.type:
        case "text":
            return _Span(escape(node.content))
        case "softbreak" | "hardbreak":
            return _Span("\n")
        case "code_inline":
            code = escape(node.content.replace("`", "ˋ")).strip()
            return _Span(f"`{code}`" if code else "", marked=True)
        case "strong" | "em" | "s":
            return _marked(node, within)
        case "link" | "image":
            return _Span(_link(node))
        case _:
            return _Span(escape(node.content))


def _marked(node: SyntaxTreeNode, within: frozenset[str]) -> _Span:
    inside = inline(node.children, within=within | {node.type})
    if node.type in within:
        return _Span(inside)
    mark = _MARKS[node.type]
    # Marks do not reach over a line's end, nor may spaces stand inside them.
    lines = [f"{mark}{line.strip()}{mark}" if line.strip() else line for line in inside.split("\n")]
    return _Span("\n".join(lines), marked=True)


def _link(node: SyntaxTreeNode) -> str:
    url = str(node.attrs.get("href") or node.attrs.get("src") or "")
    children = node.children or []
    label = " ".join((plain(children) or node.content).split())
    safe = url.replace("|", "%7C")
    if not _SAFE_URL.fullmatch(safe) or len(safe) + len(label) > _LONGEST_LINK:
        return escape(f"{label} ({url})" if label and url else label or url)
    if not label or label == url:
        return f"<{escape(safe)}>"
    return f"<{escape(safe)}|{escape(label).replace('|', '¦')}>"


def plain(nodes: Iterable[SyntaxTreeNode]) -> str:
    """Return the words alone, not escaped."""
    parts = []
    for node in nodes:
        if node.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif node.children:
            parts.append(plain(node.children))
        else:
            parts.append(node.content)
    return "".join(parts)
