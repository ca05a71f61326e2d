"""A record as MADR 4 Markdown; sections that nobody changed since the import stay verbatim."""

import re
from collections.abc import Callable, Mapping, Sequence

from bot.adr.fields import Node, list_items, nodes, read_fields
from bot.adr.front import dump
from bot.adr.outline import outline
from bot.adr.reader import read_adr
from bot.adr.roles import CANONICAL, Role
from bot.adr.text import as_markdown_links, uncommented, visible
from bot.domain.adr import AdrFile, AdrSection, read_date, read_status
from bot.domain.decision import DecisionRecord, DecisionState

Sections = tuple[AdrSection, ...]


def render(file: AdrFile, links: Mapping[str, Sequence[str]]) -> str:
    """Return the Markdown of a record.

    `links` are file names by what is said of them: `supersedes`, `superseded-by`, `amends`,
    `amended-by`, `relates-to`.
    """
    body = [_block(section, file.record) for section in _sections(file)]
    text = "\n\n".join(part for part in (_heading(file), file.body.preamble, *body) if part)
    front = _front(file, links)
    written = f"---\n{front}\n---\n\n{text}\n" if front else f"{text}\n"
    again = read_adr(written, file.path)
    if isinstance(again, AdrFile) and again.record.title == file.record.title:
        return written
    exact = dump("teamlead-title", file.record.title)
    return f"---\n{exact}\n{front}\n---\n\n{text}\n"


def _heading(file: AdrFile) -> str:
    """Return the title's line: the file's own while it says the same."""
    said = " ".join(visible(file.body.title).split())
    if said and said.endswith(file.record.title):
        return f"# {' '.join(file.body.title.split())}"
    return "# " + re.sub(r"([\\`*_{}<>\[\]#~|!&$])", r"\\\1", " ".join(file.record.title.split()))


def _front(file: AdrFile, links: Mapping[str, Sequence[str]]) -> str:
    record = file.record
    dated = file.body.raw_date
    if read_date(visible(uncommented(dated))).day != record.dated or not dated:
        dated = record.dated.isoformat() if record.dated else ""
    values: list[tuple[str, str | Sequence[str]]] = [
        ("status", _status(file, links)),
        ("date", dated),
        ("decision-makers", record.decision_makers),
        ("consulted", record.consulted),
        ("informed", record.informed),
        ("review-by", file.review_by.isoformat() if file.review_by else ""),
        ("expires-on", file.expires_on.isoformat() if file.expires_on else ""),
        *links.items(),
        ("affects-services", record.services),
        ("implemented-by", record.specialists),
        ("recorded-from", record.source_url),
    ]
    lines = [dump(key, value) for key, value in values if value]
    lines += [chunk for key, chunk in file.body.front if key != "teamlead-id"]
    if file.decision_id:
        lines.append(dump("teamlead-id", file.decision_id))
    return "\n".join(lines)


def _status(file: AdrFile, links: Mapping[str, Sequence[str]]) -> str:
    """Return the file's own words while they still say the state."""
    said = read_status(visible(as_markdown_links(file.raw_status))).state
    if file.raw_status and said is file.state:
        return file.raw_status
    by = links.get("superseded-by", ())
    if file.state is DecisionState.SUPERSEDED and by:
        return "superseded by " + ", ".join(f"[{name}]({name})" for name in by)
    if file.state is DecisionState.UNCLEAR and not file.raw_status:
        return ""
    return file.state.value


def _sections(file: AdrFile) -> Sections:
    """Put the fields that differ from the kept sections in their places."""
    sections = file.body.sections
    was = read_fields(file.record.title, sections)
    for roles, field, write in _FIELDS:
        now, before = getattr(file.record, field), getattr(was, field)
        if now != before:
            sections = _replaced(sections, roles, write(file.record))
    return sections


def _replaced(sections: Sections, roles: tuple[Role, ...], new: Sections) -> Sections:
    """Put `new` where the sections of these roles began, or at the end."""
    found = [node for node in nodes(sections) if node.role in roles]
    if not found:
        return sections + new
    gone: set[int] = set()
    for node in found:
        gone |= {node.at, *_roleless(sections, node)}
    first = found[0]
    kept = list(sections)
    if len(roles) == 1 and new:  # its heading stays what it was
        new = (new[0].model_copy(update=_place(first)), *new[1:])
    before = [section for at, section in enumerate(kept[: first.at]) if at not in gone]
    after = [section for at, section in enumerate(kept) if at > first.at and at not in gone]
    return (*before, *new, *after)


def _place(node: Node) -> dict[str, object]:
    return {"heading": node.section.heading, "level": node.section.level}


def _roleless(sections: Sections, node: Node) -> set[int]:
    """Return the subsections of a node that belong to its field."""
    inside, skip = set(), -1
    for below in nodes(sections)[node.at + 1 : node.end]:
        if below.at < skip:
            continue
        if below.role is not None and below.role != node.role:
            skip = below.end
        else:
            inside.add(below.at)
    return inside


def _block(section: AdrSection, record: DecisionRecord) -> str:
    heading = CANONICAL.get(section.heading.strip().lower(), section.heading)
    text = contained(section.text, section.level)
    return f"{'#' * section.level} {heading}" + (f"\n\n{text}" if text else "")


def contained(text: str, level: int) -> str:
    """Return `text` so that it neither begins a section of `level` nor swallows what follows."""
    text = _demoted(text.strip("\n").rstrip(), level)
    if _holds(text):
        return text
    for end in ("\n```", "\n~~~", "\n-->", "\n\n"):
        if _holds(text + end):
            return text + end
    escaped = text.replace("<", "&lt;")
    return escaped if _holds(escaped) else re.sub(r"^", "    ", text, flags=re.MULTILINE)


def _holds(text: str) -> bool:
    parts = outline(f"{text}\n\n# end of it", "md")[1]
    return bool(parts) and parts[-1].heading == "end of it"


def _demoted(text: str, level: int) -> str:
    lead, parts = outline(text, "md")
    if all(part.level > level for part in parts):
        return text
    again = [lead]
    for part in parts:
        again += [f"{'#' * min(max(part.level, level + 1), 6)} {part.heading}", part.text]
    return "\n\n".join(piece for piece in again if piece)


def bullets(items: Sequence[str], sign: str = "") -> str:
    """Return a list of items, each read back as it was."""
    return "\n".join(_bullet(f"{sign}{item.strip()}") for item in items if item.strip())


def _bullet(item: str) -> str:
    written = "* " + re.sub(r"\n(?=[^\n])", "\n  ", item)
    return written if list_items(written) == (item,) else f"* \\{written[2:]}"


def _options(record: DecisionRecord) -> Sections:
    listed = AdrSection(
        level=2,
        heading="Considered Options",
        text=bullets([option.title for option in record.options]),
    )
    weighed = [
        AdrSection(
            level=3,
            heading=" ".join(option.title.split()),
            text="\n\n".join(
                part
                for part in (
                    contained(option.description, 3),
                    "\n".join(
                        bullets(items, sign)
                        for items, sign in (
                            (option.good, "Good, because "),
                            (option.neutral, "Neutral, because "),
                            (option.bad, "Bad, because "),
                        )
                        if items
                    ),
                )
                if part
            ),
        )
        for option in record.options
        if option.description or option.good or option.neutral or option.bad
    ]
    if not record.options:
        return ()
    if not weighed:
        return (listed,)
    return (listed, AdrSection(level=2, heading="Pros and Cons of the Options"), *weighed)


def _field(
    heading: str, level: int, said: Callable[[DecisionRecord], str]
) -> Callable[[DecisionRecord], Sections]:
    def write(record: DecisionRecord) -> Sections:
        text = said(record)
        return (AdrSection(level=level, heading=heading, text=text),) if text else ()

    return write


def _outcome(record: DecisionRecord) -> Sections:
    """The outcome's section is there for what stands under it, too."""
    if not (record.outcome or record.consequences or record.confirmation):
        return ()
    return (AdrSection(level=2, heading="Decision Outcome", text=record.outcome),)


_consequences = _field("Consequences", 3, lambda r: bullets(r.consequences))
_FIELDS: tuple[tuple[tuple[Role, ...], str, Callable[[DecisionRecord], Sections]], ...] = (
    (("context",), "context", _field("Context and Problem Statement", 2, lambda r: r.context)),
    (("drivers",), "drivers", _field("Decision Drivers", 2, lambda r: bullets(r.drivers))),
    (("outcome",), "outcome", _outcome),
    (("consequences",), "consequences", _consequences),
    (("confirmation",), "confirmation", _field("Confirmation", 3, lambda r: r.confirmation)),
    (("options", "details"), "options", _options),
    (("more",), "more_information", _field("More Information", 2, lambda r: r.more_information)),
)  # fmt: skip
