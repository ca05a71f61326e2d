"""One file's text as a record: Nygard, MADR 2 to 4, adr-tools, log4brains and their mixtures."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.adr.fields import nodes, read_fields
from bot.adr.front import Front, split_front
from bot.adr.header import NAMES, Header, read_header
from bot.adr.outline import Part, outline
from bot.adr.roles import Role, is_metadata, role_of
from bot.adr.text import as_markdown_links, linked_lines, uncommented, visible
from bot.domain.adr import (
    AdrFile,
    AdrSection,
    DateReading,
    Reference,
    SourceBody,
    read_date,
    read_references,
    read_status,
)
from bot.domain.decision import DecisionState, LinkKind

FORMS = {
    ".md": "md", ".markdown": "md", ".mdx": "md", ".rst": "rst", ".adoc": "adoc",
    ".asciidoc": "adoc",
}  # fmt: skip
_TITLE_NUMBER = re.compile(
    r"^\W*(?:(?:D?ADR|decision|record)[\s#:_-]*)?(?P<number>\d{1,5})\b\]?\s*(?:[.:)\]–—-]+\s*|\s+)"
    r"(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_TITLE_WORD = re.compile(r"^(?:D?ADR|architecture decision record)\s*[:–—-]\s*(?=\S)", re.I)
_FILE_NUMBER = re.compile(r"^\D{0,12}?(?P<number>\d{1,5})(?!\d)")
_PLACEHOLDER = re.compile(r"[\[{<][^\]}>]*\b(title|short|problem|name|number)\b|^NUMBER\b", re.I)
_FRONT_LINKS = {
    "supersedes": (LinkKind.SUPERSEDES, True),
    "superseded-by": (LinkKind.SUPERSEDES, False),
    "replaces": (LinkKind.SUPERSEDES, True),
    "replaced-by": (LinkKind.SUPERSEDES, False),
    "amends": (LinkKind.AMENDS, True),
    "amended-by": (LinkKind.AMENDS, False),
    "relates-to": (LinkKind.RELATES_TO, True),
}
OURS = ("affects-services", "implemented-by", "recorded-from", "teamlead-title", "teamlead-id")
DATES = ("review-by", "expires-on")
"""Keys that our exports add to MADR's."""


@dataclass(frozen=True)
class Pieces:
    """A file taken apart."""

    front: Front
    title: str
    header: Header
    sections: tuple[AdrSection, ...]


def read_adr(text: str, path: str) -> AdrFile | str:
    """Return what a file says, or why it is no decision record; `path` is within its folder."""
    form = FORMS[PurePosixPath(path).suffix.lower()]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    pieces = _pieces(text, form)
    roles = {node.role for node in nodes(pieces.sections)}
    status = _metadata(pieces, "status")
    if why := _why_not(pieces, roles, status, path):
        return why
    return _record(pieces, path)


def _pieces(text: str, form: str) -> Pieces:
    front, rest = split_front(text)
    lead, parts = outline(rest, form)
    title, opening = "", lead
    if parts and _is_title(parts):
        title, opening = parts[0].heading, f"{lead}\n\n{parts[0].text}".strip("\n")
        parts = parts[1:]
    return Pieces(front, title, read_header(opening), _levelled(parts))


def _is_title(parts: tuple[Part, ...]) -> bool:
    """A first heading that stands above all others is a title, even if it says "Validation"."""
    above_all = all(part.level > parts[0].level for part in parts[1:]) and len(parts) > 1
    return above_all or role_of(parts[0].heading) is None


def _levelled(parts: tuple[Part, ...]) -> tuple[AdrSection, ...]:
    """Return the parts as sections whose highest level is 2."""
    shift = 2 - min((part.level for part in parts), default=2)
    return tuple(
        AdrSection(level=min(part.level + shift, 6), heading=part.heading, text=part.text)
        for part in parts
    )


def _metadata(pieces: Pieces, kind: Role) -> str:
    """Return the raw words of one kind: from the front matter, the header or a section."""
    keys = [key for key, meaning in NAMES.items() if meaning == kind]
    if value := pieces.front.one(*keys):
        return value
    if kind in pieces.header.values:
        return pieces.header.values[kind]
    found = next((node for node in nodes(pieces.sections) if node.role == kind), None)
    if found:
        return _own_text(pieces, found.at, found.end)
    told = [read_header(part.text) for part in pieces.sections if is_metadata(part.heading)]
    return next((part.values[kind] for part in told if kind in part.values), "")


def _own_text(pieces: Pieces, at: int, end: int) -> str:
    texts = [pieces.sections[at].text]
    for section in pieces.sections[at + 1 : end]:
        texts += [f"{'#' * section.level} {section.heading}", section.text]
    return "\n\n".join(text for text in texts if text)


def _why_not(pieces: Pieces, roles: set[Role | None], status: str, path: str) -> str:
    title = pieces.title or pieces.front.one("title")
    stem = PurePosixPath(path).stem.lower()
    if _PLACEHOLDER.search(title) or re.fullmatch(r"[\d_-]*(?:d?adr[_-]?)?template", stem):
        return "a template"
    parts = roles & {"context", "outcome", "consequences"}
    if (status and parts) or len(parts) > 1 or (status and not pieces.sections):
        return ""
    if (status or parts) and _FILE_NUMBER.match(stem):
        return ""
    return "no decision record: no status, context or decision found"


def _record(pieces: Pieces, path: str) -> AdrFile:
    problems = [pieces.front.problem] if pieces.front.problem else []
    raw_status, sections = _status_out_of(pieces)
    seen = as_markdown_links(raw_status)
    status = read_status(visible(seen))
    raw_date = _metadata(pieces, "date").strip()
    dated = read_date(visible(uncommented(raw_date)))
    problems += [problem for problem in (status.problem, dated.problem) if problem]
    title, number = _title(pieces, path)
    if not pieces.title and not pieces.front.one("title"):
        problems.append("no title; its file name is taken")
    links = _links(pieces, seen)
    if status.state is DecisionState.SUPERSEDED and not any(
        link.kind is LinkKind.SUPERSEDES and not link.forward for link in links
    ):
        problems.append("superseded, but it does not say by what")
    review_by, expires_on = (read_date(pieces.front.one(key)).day for key in DATES)
    return AdrFile(
        path=path,
        number=number,
        record=read_fields(title, sections).model_copy(update=_people(pieces, dated)),
        state=status.state,
        raw_status=raw_status,
        review_by=review_by,
        expires_on=expires_on,
        decision_id=pieces.front.one("teamlead-id"),
        body=SourceBody(
            title=pieces.title,
            front=_unknown(pieces.front),
            preamble=pieces.header.rest,
            sections=sections,
            raw_date=raw_date,
            links=links,
        ),
        problems=tuple(problems),
    )


def _people(pieces: Pieces, dated: DateReading) -> dict[str, object]:
    front = pieces.front
    people = {
        "decision_makers": _names(pieces, "makers"),
        "consulted": _names(pieces, "consulted"),
        "informed": _names(pieces, "informed"),
    }
    return {
        **people,
        "dated": dated.day,
        "services": front.all("affects-services"),
        "specialists": front.all("implemented-by"),
        "source_url": front.one("recorded-from"),
    }


def _names(pieces: Pieces, kind: Role) -> tuple[str, ...]:
    keys = [key for key, meaning in NAMES.items() if meaning == kind]
    listed = pieces.front.all(*keys)
    if listed and pieces.front.lists & {*keys}:
        return listed
    raw = visible(listed[0] if listed else _metadata(pieces, kind))
    names = [name.strip(" -*{}[]\n") for name in re.split(r"[,;\n]", raw)]
    return tuple(name for name in names if name)


def _title(pieces: Pieces, path: str) -> tuple[str, int | None]:
    """Return the title without its number, and the number of the title or of the file name."""
    stem = PurePosixPath(path).stem
    in_name = _FILE_NUMBER.match(stem)
    number = int(in_name["number"]) if in_name else None
    if exact := pieces.front.one("teamlead-title"):
        return exact, number
    raw = " ".join(visible(pieces.title or pieces.front.one("title")).split())
    if match := _TITLE_NUMBER.match(raw):
        told = int(match["number"])
        if number in (None, told):  # "3 reasons for Go" in 0007-go.md keeps its 3
            return match["rest"].strip(), told
    plain = _TITLE_WORD.sub("", raw).strip()
    return plain or re.sub(r"[\s_-]+", " ", re.sub(r"^[\W\d]+", "", stem)).strip() or stem, number


def _status_out_of(pieces: Pieces) -> tuple[str, tuple[AdrSection, ...]]:
    """Return the raw status, and the sections without the one that it was taken from."""
    raw = _metadata(pieces, "status")
    found = next((node for node in nodes(pieces.sections) if node.role == "status"), None)
    if found is None or _own_text(pieces, found.at, found.end) != raw:
        return raw, pieces.sections
    return raw, pieces.sections[: found.at] + pieces.sections[found.end :]


def _links(pieces: Pieces, status: str) -> tuple[Reference, ...]:
    """Collect what is said of other records in status, front matter, header and link lists."""
    found = [ref for line in linked_lines(status) for ref in _of(line, bare=True)]
    for key, (kind, forward) in _FRONT_LINKS.items():
        found += [
            Reference(kind=kind, forward=forward, target=target)
            for value in pieces.front.all(key)
            if (target := value.strip("[]\"' "))
        ]
    told = [pieces.header.rest]
    told += [
        node.section.text for node in nodes(pieces.sections) if node.role in ("more", "status")
    ]
    for text in told:
        found += [ref for line in linked_lines(text) for ref in _of(line, bare=False)]
    return tuple(dict.fromkeys(found))


def _of(line: str, *, bare: bool) -> tuple[Reference, ...]:
    return read_references(line, bare_numbers=bare)


def _unknown(front: Front) -> tuple[tuple[str, str], ...]:
    known = {*NAMES, *_FRONT_LINKS, *OURS}
    known |= {key for key in DATES if read_date(front.one(key)).day}
    return tuple((key, lines) for key, lines in front.chunks if key not in known)
