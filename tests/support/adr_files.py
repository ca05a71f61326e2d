"""Decision records as files, in every published form, with the statuses that people give them."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

STATUSES: tuple[tuple[str, str], ...] = (
    ("Accepted", "accepted"),
    ("accepted", "accepted"),
    ("Proposed", "proposed"),
    ("rejected", "rejected"),
    ("Deprecated", "deprecated"),
    ("depreciated", "deprecated"),
    ("pending", "proposed"),
    ("✅ Accepted (2021-03-04)", "accepted"),
    ("**Accepted**", "accepted"),
    ("~~proposed~~ accepted", "accepted"),
    ("![accepted](https://badges.test/accepted.svg)", "accepted"),
    ("Superseded by [1](0001-x.md)", "superseded"),
    ("Accepted, superseded by ADR-0001", "superseded"),
    ("proposed, accepted", "unclear"),
    ("on hold", "unclear"),
    ("Akzeptiert", "accepted"),
    ("", "missing"),
)
"""What stands in the file, and what it counts as."""


def nygard(number: int, status: str) -> str:
    """As the first article had it."""
    part = f"## Status\n\n{status}\n\n" if status else ""
    return (
        f"# ADR {number}: Use queue {number}\n\n{part}"
        "## Context\n\nCalls time out.\n\n## Decision\n\nWe will queue them.\n\n"
        "## Consequences\n\nThey arrive later.\n"
    )


def adr_tools(number: int, status: str) -> str:
    """As adr-tools writes it, with its date."""
    part = f"## Status\n\n{status}\n\n" if status else ""
    return (
        f"# {number}. Use queue {number}\n\nDate: 2021-03-{number % 28 + 1:02}\n\n{part}"
        "## Context\n\nThe issue motivating this decision.\n\n"
        "## Decision\n\nThe change that we're proposing.\n\n"
        "## Consequences\n\nWhat becomes easier.\n\n## Rollout\n\n1. Behind a flag\n2. For all\n"
    )


def madr2(number: int, status: str) -> str:
    """MADR 2: metadata as a list."""
    part = f"* Status: {status}\n" if status else ""
    return (
        f"# Use queue {number}\n\n{part}* Deciders: Ana, Ben <!-- optional -->\n"
        f"* Date: 04.03.2021\n\nTechnical Story: https://tracker.test/{number}\n\n"
        "## Context and Problem Statement\n\nCalls time out.\n\n"
        "## Decision Drivers <!-- optional -->\n\n* latency\n* cost\n\n"
        "## Considered Options\n\n* Queue\n* Retry\n\n"
        '## Decision Outcome\n\nChosen option: "Queue", because it is simple.\n\n'
        "### Positive Consequences <!-- optional -->\n\n* no timeouts\n\n"
        "### Negative Consequences <!-- optional -->\n\n* one part more\n\n"
        "## Pros and Cons of the Options <!-- optional -->\n\n"
        "### Queue\n\nA broker.\n\n* Good, because it buffers\n* Bad, because it is new\n\n"
        "### Retry\n\n* Good, because nothing is new\n* Bad, because it piles up\n\n"
        "## Links <!-- optional -->\n\n* the tracker\n"
    )


def madr4(number: int, status: str) -> str:
    """MADR 4: metadata in front."""
    part = f'status: "{status}"\n' if status else ""
    return (
        f"---\n{part}date: 2021-03-04\ndecision-makers: [Ana, Ben]\nconsulted:\n  - Cem\n"
        f"informed: everyone\ntags: [queue]\n---\n\n# Use queue {number}\n\n"
        "## Context and Problem Statement\n\nCalls time out.\n\n"
        "## Decision Drivers\n\n* latency\n\n## Considered Options\n\n* Queue\n* Retry\n\n"
        '## Decision Outcome\n\nChosen option: "Queue", because it is simple.\n\n'
        "### Consequences\n\n* Good, because no timeouts\n* Bad, because one part more\n\n"
        "### Confirmation\n\nA test stops the broker.\n\n"
        "## Pros and Cons of the Options\n\n### Queue\n\n* Good, because it buffers\n"
        "* Neutral, because known\n\n## More Information\n\nRevisit in a year.\n"
    )


def madr3(number: int, status: str) -> str:
    """MADR 3: as 4, with other names."""
    return (
        madr4(number, status)
        .replace("decision-makers:", "deciders:")
        .replace("### Confirmation", "## Validation")
    )


def log4brains(number: int, status: str) -> str:
    """As log4brains writes it."""
    part = f"- Status: {status}\n" if status else ""
    return (
        f"# Use queue {number}\n\n{part}- Deciders: Ana, Ben\n- Date: 2021-03-04\n"
        "- Tags: queue, dev\n\nTechnical Story: none\n\n"
        "## Context and Problem Statement\n\nCalls time out.\n\n"
        "## Decision Outcome\n\nA queue.\n\n## Links\n\n- the tracker\n"
    )


def bold(number: int, status: str) -> str:
    """Metadata in bold lines, with Windows' line ends and a byte order mark."""
    part = f"**Status**: {status}\n\n" if status else ""
    text = (
        f"# ADR-{number:04} Use queue {number}\n\n**Date**: March 4, 2021\n\n{part}"
        "## Context\n\nCalls time out.\n\n## Decision\n\nA queue.\n"
    )
    return "\ufeff" + text.replace("\n", "\r\n")


def restructured(number: int, status: str) -> str:
    """In reStructuredText."""
    title = f"{number}. Use queue {number}"
    part = f"Status\n------\n\n{status}\n\n" if status else ""
    return (
        f"{title}\n{'=' * len(title)}\n\n{part}Context\n-------\n\nCalls time out.\n\n"
        "Decision\n--------\n\nA queue::\n\n    put(call)\n"
    )


FORMS: dict[str, Callable[[int, str], str]] = {
    "nygard.md": nygard,
    "adr-tools.md": adr_tools,
    "madr2.md": madr2,
    "madr3.md": madr3,
    "madr4.md": madr4,
    "log4brains.md": log4brains,
    "bold.md": bold,
    "rst.rst": restructured,
}


@dataclass(frozen=True)
class Written:
    """What was put into a folder: how many files of which status, and how many are no records."""

    by_status: Counter[str]
    others: int

    @property
    def records(self) -> int:
        """How many files are records."""
        return sum(self.by_status.values())


def write_folder(
    folder: Path, *, each: int = 2 * len(STATUSES), forms: Collection[str] = FORMS
) -> Written:
    """Write `each` files in every form, with one status after another; no records beside them."""
    counts: Counter[str] = Counter()
    for form in forms:
        write = FORMS[form]
        place = folder / form.split(".")[0]
        place.mkdir(parents=True)
        for number in range(1, each + 1):
            status, counted = STATUSES[(number - 1) % len(STATUSES)]
            name = f"{number:04}-use-queue-{number}.{form.rsplit('.', 1)[1]}"
            (place / name).write_text(write(number, status), encoding="utf-8", newline="")
            counts[counted] += 1
    return Written(counts, _others(folder))


def _others(folder: Path) -> int:
    """Write what no importer must take for a record; returns how many."""
    others = {
        "README.md": "# Decisions\n\n## Status\n\nIn each.\n\n## Context\n\n## Decision\n",
        "nygard/index.md": "# Index\n\n* [1](0001-use-queue-1.md)\n",
        "madr4/adr-template.md": "# {short title}\n\n## Context and Problem Statement\n\n{why}\n",
        "templates/short.md": "# Title\n\n## Status\n\naccepted\n\n## Context\n\nNone.\n",
        "notes/retro.md": "# Retro of May\n\n* went well\n",
        "notes/empty.md": "",
    }
    for name, text in others.items():
        place = folder / name
        place.parent.mkdir(exist_ok=True, parents=True)
        place.write_text(text, encoding="utf-8")
    return len(others)
