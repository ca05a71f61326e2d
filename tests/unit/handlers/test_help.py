"""`/lead help`: the whole, one subcommand, and what a person who mistyped probably meant."""

import pytest

from bot.errors import UserFacingError
from handlers.commands.examples import EXAMPLES
from handlers.commands.help import all_help, help_on, meant
from handlers.commands.lead import SUBCOMMANDS
from tests.support.stage import words


@pytest.mark.parametrize(
    ("typed", "rest", "said"),
    [
        ("sett", "", "Did you mean `/lead settings`?"),
        (
            "de",
            "",
            (
                "Did you mean one of `/lead decide`, `/lead decisions`, `/lead decision`, "
                "`/lead debt`?"
            ),
        ),
        ("st", "", "Did you mean one of `/lead stop`, `/lead standup`, `/lead status`?"),
        ("stauts", "", "Did you mean `/lead status`?"),
        ("d-3", "", "Did you mean `/lead decision D-3`?"),
        ("h-3", "", "Did you mean `/lead handoff H-3`?"),
        ("ra-2", "", "Did you mean `/lead retro done RA-2`?"),
        ("sp-1", "", "Did you mean `/lead sprint SP-1`?"),
        ("please", "design an API for us", "To ask for work: `/lead ask please …`."),
        ("xyzzy", "", "Try `/lead help`."),
    ],
)
def test_what_was_probably_meant(typed: str, rest: str, said: str) -> None:
    """A beginning counts before a likeness, and several beginnings are all named."""
    assert meant(SUBCOMMANDS, typed, rest).startswith(said)


@pytest.mark.parametrize("name", sorted(SUBCOMMANDS))
def test_each_subcommand_explains_itself(name: str) -> None:
    """Usage and one line, also when asked for with the slash."""
    shown = words(help_on(SUBCOMMANDS, f"/lead {name}").blocks)
    assert SUBCOMMANDS[name].help.replace("&", "&amp;")[:20] in shown
    assert f"/lead {name}" in shown


def test_the_whole_list_can_be_read() -> None:
    """Each subcommand is there; what takes more than half a line is told by its own help."""
    blocks = all_help(SUBCOMMANDS, {"Work": ("ask",)}).blocks
    shown = [
        line for b in blocks if b["type"] == "section" for line in b["text"]["text"].split("\n")
    ]
    usages = [line.split("`")[1] for line in shown if line.startswith("`/lead ")]
    assert {usage.split()[1] for usage in usages} == SUBCOMMANDS.keys()
    assert max(map(len, usages)) <= len("/lead ") + 28 + len("&lt;&gt;") * 2
    assert "/lead sprint …" in usages
    assert "burndown" in words(help_on(SUBCOMMANDS, "sprint").blocks)


def test_examples_are_of_their_subcommand() -> None:
    """What is shown to copy begins with a subcommand that exists."""
    assert EXAMPLES.keys() <= SUBCOMMANDS.keys()
    wrong = [line for name, lines in EXAMPLES.items() for line in lines if line.split()[0] != name]
    assert wrong == []


def test_help_on_nothing_known_says_what_was_meant() -> None:
    """And leads to the help on it."""
    with pytest.raises(UserFacingError) as refused:
        help_on(SUBCOMMANDS, "setings")
    assert "`/lead help settings`" in refused.value.sentence()
