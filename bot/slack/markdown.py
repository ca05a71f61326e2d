"""Turns a model's Markdown into Slack's mrkdwn, which knows neither headings nor tables."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.slack.markdown_inline import inline, plain
from bot.slack.markdown_table import table
from bot.slack.text import escape

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_BULLETS = ("•", "◦", "▪︎")
_INDENT = "    "
_RULE = "———"
_MARKED = re.compile(r"[\\`*_~!<&\[\]\x00]")
"""What may mean something within a line; most lines have none, and to parse one takes 80 µs."""


def mrkdwn(markdown: str) -> str:
    """Return mrkdwn that shows what the Markdown says; it cannot ping anybody."""
    tree = SyntaxTreeNode(_PARSER.parse(markdown))
    return _blocks(tree.children, depth=0)


def mrkdwn_line(markdown: str) -> str:
    """Return one line of mrkdwn of one line of Markdown, such as a bullet's text."""
    if not _MARKED.search(markdown):
        return escape(" ".join(markdown.split())).strip()
    return _mrkdwn_of(markdown)


def plain_line(markdown: str) -> str:
    """Return the words of one line of Markdown without any marks, not escaped."""
    if not _MARKED.search(markdown):
        return " ".join(markdown.split())
    return _words_of(markdown)


def _mrkdwn_of(markdown: str) -> str:
    return inline(_inline_nodes(markdown)).replace("\n", " ").strip()


def _words_of(markdown: str) -> str:
    return " ".join(plain(_inline_nodes(markdown)).split())


def _inline_nodes(markdown: str) -> list[SyntaxTreeNode]:
    tree = SyntaxTreeNode(_PARSER.parseInline(" ".join(markdown.split())))
    return [child for node in tree.children for child in node.children]


def _blocks(nodes: list[SyntaxTreeNode], *, depth: int, tight: bool = False) -> str:
    parts = [part for node in nodes if (part := "\n".join(_block(node, depth))).strip()]
    return ("\n" if tight else "\n\n").join(parts)


def _block(node: SyntaxTreeNode, depth: int) -> Iterator[str]:
    """Yield the lines of one block."""
    match node.type:
        case "paragraph":
            yield inline(_spans(node))
        case "heading":
            yield _heading(node)
        case "bullet_list" | "ordered_list":
            yield from _list(node, depth)
        case "fence" | "code_block":
            yield code_block(node.content) or escape(node.info.strip())
        case "blockquote":
            quoted = _blocks(node.children, depth=depth)
            yield from (f"> {line}".rstrip() for line in quoted.split("\n"))
        case "table":
            yield table(_rows(node))
        case "hr":
            yield _RULE
        case _:
            yield escape(node.content)


def _spans(node: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    return [span for child in node.children for span in child.children]


def _heading(node: SyntaxTreeNode) -> str:
    text = escape(" ".join(plain(_spans(node)).split())).replace("*", "∗")
    return f"*{text}*" if text else ""


def _list(node: SyntaxTreeNode, depth: int) -> Iterator[str]:
    number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    bullet = _BULLETS[min(depth, len(_BULLETS) - 1)]
    for item in node.children:
        mark = bullet if number is None else f"{number}."
        text = _blocks(item.children, depth=depth + 1, tight=True)
        first, *rest = text.split("\n")
        yield f"{mark} {first}".rstrip()
        yield from (f"{_INDENT}{line}" if line else "" for line in rest)
        number = None if number is None else number + 1


def code_block(code: str) -> str:
    """Return code in a fence; a fence inside it is broken up invisibly, or it would end there."""
    inside = escape(code.removesuffix("\n")).replace("```", "`\u200b`\u200b`")
    return f"```\n{inside}\n```" if inside.strip() else ""


def _rows(node: SyntaxTreeNode) -> list[list[str]]:
    return [
        [" ".join(plain(_spans_of_cell(cell)).split()) for cell in row.children]
        for part in node.children
        for row in part.children
    ]


def _spans_of_cell(cell: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    return [span for child in cell.children for span in child.children]
