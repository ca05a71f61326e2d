"""A document cut at its headings, each with its own text as it stands in the file."""

import re
from dataclasses import dataclass

from markdown_it.token import Token

from bot.adr.text import markdown

_RST_RULE = re.compile(r"^([=\-`:'\"~^_*+#<>.])\1{2,}\s*$")
_ADOC_HEADING = re.compile(r"^(={1,6})\s+(\S.*?)\s*$")
_ADOC_TERM = re.compile(r"^([A-Z][\w ]{2,40})::\s*$")
_ADOC_BLOCK = re.compile(r"^(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|--|```.*)\s*$")


@dataclass(frozen=True)
class Part:
    """A heading of `level` (1 is the highest), and the text up to the next one."""

    level: int
    heading: str
    text: str


@dataclass(frozen=True)
class Heading:
    """Where a heading stands: its first line, and the line after it."""

    begin: int
    end: int
    level: int
    text: str


def outline(text: str, form: str) -> tuple[str, tuple[Part, ...]]:
    """Return what stands before the first heading, and the parts; `form` is md, rst or adoc."""
    lines = text.split("\n")
    headings = {"rst": _rst, "adoc": _adoc}.get(form, _markdown)(lines)
    if not headings:
        return text.strip("\n"), ()
    ends = [heading.begin for heading in headings[1:]] + [len(lines)]
    parts = tuple(
        Part(heading.level, heading.text, _block(lines[heading.end : end]))
        for heading, end in zip(headings, ends, strict=True)
    )
    return _block(lines[: headings[0].begin]), parts


def _block(lines: list[str]) -> str:
    """Join lines without the empty ones around them."""
    return re.sub(r"\A(?:[^\S\n]*\n)+|\s+\Z", "", "\n".join(lines))


def _markdown(lines: list[str]) -> list[Heading]:
    tokens: list[Token] = markdown().parse("\n".join(lines))
    return [
        Heading(token.map[0], token.map[1], int(token.tag[1:]), tokens[at + 1].content.strip())
        for at, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0 and token.map
    ]


def _rst(lines: list[str]) -> list[Heading]:
    """Headings by underlines, with an overline or without; levels in the order of their looks."""
    looks: list[str] = []
    found: list[Heading] = []
    for at in range(len(lines) - 1):
        title, rule = lines[at].rstrip(), lines[at + 1]
        if not title or not _RST_RULE.match(rule) or _RST_RULE.match(title):
            continue
        over = at > 0 and bool(_RST_RULE.match(lines[at - 1]))
        # docutils takes a rule of four that is shorter than its title, with a warning.
        if len(rule.strip()) < min(4, len(title)) or (title[0].isspace() and not over):
            continue
        if at > 0 and lines[at - 1].strip() and not over:
            continue
        look = f"{rule[0]}{over}"
        if look not in looks:
            looks.append(look)
        found.append(Heading(at - over, at + 2, looks.index(look) + 1, title.strip()))
    return found


def _adoc(lines: list[str]) -> list[Heading]:
    """Headings by equals signs, and terms such as `Status::` that head a paragraph."""
    found: list[Heading] = []
    fence = ""
    for at, line in enumerate(lines):
        if fence:
            fence = "" if line.strip() == fence else fence
        elif match := _ADOC_HEADING.match(line):
            found.append(Heading(at, at + 1, len(match[1]), match[2]))
        elif match := _ADOC_TERM.match(line):
            found.append(Heading(at, at + 1, 6, match[1]))
        elif match := _ADOC_BLOCK.match(line):
            fence = match[1]
    return found
