"""`/lead help`: the whole, one subcommand, and what a person who mistyped probably meant."""

import re

import pytest

from bot.errors import UserFacingError
from handlers.commands.examples import EXAMPLES
from handlers.commands.help import EVERY_DAY, GROUPS, help_for, help_on, meant
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


def usages(asked: str) -> list[str]:
    """The subcommands' lines of an answer, as `/lead name …`."""
    shown = [
        line
        for block in help_for(SUBCOMMANDS, asked).blocks
        if block["type"] == "section"
        for line in block["text"]["text"].split("\n")
    ]
    return [line.split("`")[1] for line in shown if line.startswith("`/lead ")]


def test_the_whole_list_can_be_read() -> None:
    """Each subcommand is there; what takes more than half a line is told by its own help."""
    found = usages("all")
    assert {usage.split()[1] for usage in found} == SUBCOMMANDS.keys()
    assert len(found) == len(SUBCOMMANDS)
    assert max(map(len, found)) <= len("/lead ") + 28 + len("&lt;&gt;") * 2
    assert "/lead sprint …" in found
    assert "burndown" in words(help_on(SUBCOMMANDS, "sprint").blocks)


def test_the_first_answer_is_a_screen_that_leads_to_all() -> None:
    """Ten of every day, then each other one by its name, under a word that shows it."""
    found = usages("")
    assert [usage.split()[1] for usage in found[:10]] == list(EVERY_DAY)
    assert found[10:] == [f"/lead help {word}" for word in GROUPS]
    shown = words(help_for(SUBCOMMANDS, "").blocks)
    for name in SUBCOMMANDS:
        assert re.search(rf"\b{name}\b", shown), name
    assert shown.count("\n") < 36


@pytest.mark.parametrize("word", GROUPS)
def test_a_group_is_shown_by_its_word(word: str) -> None:
    assert word not in SUBCOMMANDS, "the subcommand's help would never be seen"
    _, names = GROUPS[word]
    found = [usage.split()[1] for usage in usages(word.upper())]
    assert found[: len(names)] == list(names)
    assert found


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
