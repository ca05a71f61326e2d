"""The list of a folder's records, as a page that Git hosts show."""

from collections.abc import Sequence

from bot.domain.adr import AdrFile

MARK = "<!-- teamlead: list of decisions -->"
"""The first line of a page that an export may write anew."""


def index(files: Sequence[AdrFile]) -> str:
    """Return the page: one row a record, by number."""
    rows = [
        f"| D-{file.number} | [{_cell(file.record.title)}]({_href(file.path)})"
        f" | {file.state.value} | {file.record.dated or ''} |"
        for file in files
    ]
    head = [MARK, "# Decisions", "", "| No. | Decision | Status | Date |", "|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def _cell(text: str) -> str:
    for sign in ("\\", "|", "[", "]", "<"):
        text = text.replace(sign, f"\\{sign}")
    return text


def _href(path: str) -> str:
    return f"<{path}>" if any(sign in path for sign in " ()") else path
