"""A team's own folder, written file by file."""

from pathlib import Path

CARD = """\
---
name: {name}
title: Soap
area: api
specialists: [api-architect]
triggers:
  strong: [wsdl]
  weak: [xml]
calculations: [littles_law]
questions:
  - How many SOAP clients are left?
---
Put a facade before the SOAP service.

## Do
- Keep the contract.

## Avoid
- (java|spring) Parsing by hand.

## Check
- At {{rps}} requests/s, {{rps*86400}} a day.

## Detail
One paragraph.
"""

CHARTER = """\
---
title: PHP Expert
icon: ':elephant:'
when: [PHP services]
language: php
hands_over: {database-architect: queries}
expertise:
  strong: [laravel]
  weak: [composer]
technologies: [php]
---
You build PHP services.
"""

PATTERN = """\
title: Audit
when: [audit]
phases:
  - number: 1
    title: Reading
    steps:
      - id: read
        specialist: backend-architect
        title: Reading
        brief: Read it.
        deliverable: Notes
        concerns: [security]
      - id: report
        specialist: database-architect
        title: Report
        brief: Report.
        deliverable: A report
        needs: [read]
"""


def card(name: str = "soap") -> str:
    """Return a good card of that name."""
    return CARD.format(name=name)


def write(folder: Path, name: str, text: str | bytes) -> Path:
    """Write one file of a team's folder, e.g. `charters/x.md`; returns its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
