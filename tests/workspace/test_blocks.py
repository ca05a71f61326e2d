"""The block rules: what passes, what is refused and in which words."""

from typing import Any

import pytest

from bot.workspace import SlackError
from bot.workspace.blocks.check import checked_blocks
from bot.workspace.blocks.views import checked_view

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**changes: object) -> Json:
    return {"type": "button", "text": plain("Go"), **changes}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def rich(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


CARD = {"type": "task_card", "task_id": "1", "title": "Look", "status": "complete"}
CELL = {"type": "raw_text", "text": "x"}

GOOD: list[Json] = [
    {"type": "section", "text": mrkdwn("x" * 3000), "accessory": button()},
    {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "context", "elements": [mrkdwn("x")] * 10},
    actions(*[button(action_id=str(n), value="x" * 2000) for n in range(25)]),
    {"type": "divider"},
    {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"},
    {"type": "markdown", "text": "x" * 12_000},
    rich("x"),
    {"type": "table", "rows": [[CELL] * 20] * 100},
    {"type": "plan", "title": "Plan", "tasks": [{**CARD, "details": rich("x")}]},
    CARD,
    {"type": "container", "title": plain("More"), "child_blocks": [rich("x")] * 10},
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "positive_button": {"text": plain("Good"), "value": "1"},
                "negative_button": {"text": plain("Bad"), "value": "0"},
            }
        ],
    },
    {"type": "alert", "text": plain("Careful"), "level": "warning"},
    {"type": "card", "title": plain("x"), "body": mrkdwn("x" * 200), "actions": [button()]},
    {"type": "input", "label": plain("Name"), "element": {"type": "plain_text_input"}},
]

BAD: list[tuple[Json, str]] = [
    ({"type": "song"}, "unsupported type: song [json-pointer:/blocks/0]"),
    ({"text": "x"}, "missing required field: type [json-pointer:/blocks/0]"),
    ({"type": "section"}, "missing required field: text or fields [json-pointer:/blocks/0]"),
    ({"type": "header"}, "missing required field: text [json-pointer:/blocks/0]"),
    (
        {"type": "header", "text": plain("x" * 151)},
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        {"type": "section", "text": mrkdwn("")},
        "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        {"type": "section", "fields": [mrkdwn("x")] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    (
        actions(button(text=plain("x" * 76))),
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (
        actions(button(value="x" * 2001)),
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    (
        actions(button(action_id="x" * 256)),
        "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
    ),
    (
        actions(*[button()] * 26),
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        actions(button(), {"type": "static_select", "placeholder": plain("x")}),
        "missing required field: options [json-pointer:/blocks/0/elements/1]",
    ),
    (
        {"type": "divider", "text": "x"},
        "invalid additional property: text [json-pointer:/blocks/0/text]",
    ),
    (
        {"type": "markdown", "text": "x" * 12_001},
        "must be less than 12001 characters [json-pointer:/blocks/0/text]",
    ),
    (
        {"type": "table", "rows": [[CELL] * 21]},
        "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]",
    ),
    (
        {"type": "container", "title": plain("x"), "child_blocks": [rich("x")] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/child_blocks]",
    ),
    (
        actions(button(action_id="same"), button(action_id="same")),
        "`action_id` 'same' already exists [json-pointer:/blocks/0]",
    ),
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_blocks_at_their_limits_pass(block: Json) -> None:
    """Everything that the facts allow is taken, and gets its ids."""
    (kept,) = checked_blocks([block])
    assert kept["block_id"]
    assert "block_id" not in block


@pytest.mark.parametrize(("block", "problem"), BAD, ids=lambda value: str(value)[:40])
def test_blocks_beyond_their_limits_are_refused(block: Json, problem: str) -> None:
    """The problem is named with its place."""
    with pytest.raises(SlackError, match="invalid_blocks") as caught:
        checked_blocks([block])
    assert caught.value.extra["errors"] == [problem]


def test_whole_messages() -> None:
    """Fifty blocks, one table, ids once, 13,200 characters of markdown, a list of objects."""
    divider = {"type": "divider"}
    assert len(checked_blocks([divider] * 50)) == 50
    with pytest.raises(SlackError) as caught:
        checked_blocks([divider] * 51)
    assert caught.value.extra["errors"] == ["no more than 50 items allowed [json-pointer:/blocks]"]
    table = {"type": "table", "rows": [[CELL]]}
    with pytest.raises(SlackError) as caught:
        checked_blocks([table, table])
    assert "only_one_table_allowed" in caught.value.extra["errors"][0]
    named = {"type": "divider", "block_id": "same"}
    with pytest.raises(SlackError) as caught:
        checked_blocks([named, named])
    assert "already exists" in caught.value.extra["errors"][0]
    half = {"type": "markdown", "text": "x" * 6_700}
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        checked_blocks([half, half])
    for broken in ("{", {"type": "divider"}, ["x"]):
        with pytest.raises(SlackError, match="invalid_blocks_format"):
            checked_blocks(broken)


def test_json_text_is_taken() -> None:
    """Form-encoded calls send blocks as JSON text."""
    assert checked_blocks('[{"type": "divider", "block_id": "d"}]') == [
        {"type": "divider", "block_id": "d"}
    ]


def modal(**changes: object) -> Json:
    return {"type": "modal", "title": plain("T"), "blocks": [], **changes}


@pytest.mark.parametrize(
    ("view", "problem"),
    [
        (modal(title=plain("x" * 25)), "25 characters [json-pointer:/view/title/text]"),
        (modal(private_metadata="x" * 3001), "must be less than 3001 characters"),
        (modal(blocks=[GOOD[-1]]), "missing required field: submit"),
        (modal(blocks=[{"type": "markdown", "text": "x"}]), "unsupported type: markdown"),
        (modal(blocks=[{"type": "divider"}] * 101), "no more than 100 items allowed"),
        ({"type": "home", "blocks": []}, "must be of type modal"),
    ],
)  # fmt: skip
def test_views_beyond_their_limits_are_refused(view: Json, problem: str) -> None:
    """Modals have their own limits."""
    with pytest.raises(SlackError, match="invalid_arguments") as caught:
        checked_view(view, kind="modal")
    assert problem in caught.value.extra["errors"][0]


def test_a_view_too_large() -> None:
    """Above 250 kB."""
    blocks = [{"type": "section", "text": mrkdwn("x" * 3000)}] * 100
    with pytest.raises(SlackError, match="view_too_large"):
        checked_view(modal(blocks=blocks), kind="modal")


def test_what_stays_in_a_view_keeps_its_ids() -> None:
    """Known by what it says, wherever it stands; an id that the app gives is the app's."""
    line, again = ({"type": "section", "text": mrkdwn("x")} for _ in range(2))
    go = actions(button(action_id="go"))
    stop = actions(button(action_id="stop"))
    before = checked_view({"type": "home", "blocks": [line, again, go, stop]}, kind="home")
    first, second, going, _ = (block["block_id"] for block in before["blocks"])
    new = [mine := {**stop, "block_id": first}, go, line, again, {"type": "divider"}]
    after = checked_view({"type": "home", "blocks": new}, kind="home", before=before)
    ids = [block["block_id"] for block in after["blocks"]]
    assert ids[:3] == [mine["block_id"], going, second]
    assert len({*ids}) == len(ids)
    assert not {*ids[3:]} & {block["block_id"] for block in before["blocks"]}
