"""What records say of each other, in the words that they use."""

import pytest

from bot.domain.adr import Reference, read_references
from bot.domain.decision import LinkKind

_K = LinkKind


def ref(kind: LinkKind, forward: bool, target: str) -> Reference:
    return Reference(kind=kind, forward=forward, target=target)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Superceded by [7. X](0007-x.md)", [ref(_K.SUPERSEDES, False, "0007-x.md")]),
        ("Supersedes [7](../b/0007-x.md#status)", [ref(_K.SUPERSEDES, True, "../b/0007-x.md")]),
        ("superseded by 7", [ref(_K.SUPERSEDES, False, "7")]),
        ("superseded by ADR-0007", [ref(_K.SUPERSEDES, False, "0007")]),
        ("Replaced by #7", [ref(_K.SUPERSEDES, False, "7")]),
        ("Superseded by [ADR 7](https://wiki.test/7)", [ref(_K.SUPERSEDES, False, "7")]),
        ("Superseded by 20230502-add-it", [ref(_K.SUPERSEDES, False, "20230502-add-it")]),
        ("Superseded by 0007-x.md", [ref(_K.SUPERSEDES, False, "0007-x.md")]),
        (
            "Accepted; supersedes ADR 3, amended by [9](0009-y.md)",
            [ref(_K.SUPERSEDES, True, "3"), ref(_K.AMENDS, False, "0009-y.md")],
        ),
        ("Accepted by 3 people on 2021-03-04", []),
        ("Superseded", []),
    ],
)
def test_a_status_points_at_others(line: str, found: list[Reference]) -> None:
    assert list(read_references(line, bare_numbers=True)) == found


def test_elsewhere_a_number_alone_is_an_issue() -> None:
    assert read_references("Relates to #41 and 42") == ()
    assert read_references("Refines ADR-41") == (ref(_K.RELATES_TO, True, "41"),)
