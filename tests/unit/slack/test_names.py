"""People who are named by id get their names, at no more room, and nobody is called."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.blocks import header, sections
from bot.slack.names import people_in, with_names, with_people
from bot.slack.text import escape, size

SAID = "ask <@U0TOM00001|tom> and <@W0LI000001>, not <!channel> or <#C1|x>"
BLOCKS = header(f"D-1 · {SAID}") + sections(escape(SAID) + " for <@U0MAYA0001>")


def text_of(blocks: Any, number: int) -> str:
    return str(blocks[number]["text"]["text"])


def test_ids_become_names_where_they_are_only_shown() -> None:
    assert people_in(BLOCKS) == {"U0TOM00001", "W0LI000001"}
    shown = with_names(BLOCKS, {"U0TOM00001": "Tom  Berg", "W0LI000001": "Li <b>"})
    assert text_of(shown, 0) == "D-1 · ask @Tom Berg and @Li <b>, not <!channel> or <#C1|x>"
    assert text_of(shown, 1) == (
        "ask @Tom Berg and @Li &lt;b&gt;, not &lt;!channel&gt; or <#C1> for <@U0MAYA0001>"
    )
    assert text_of(BLOCKS, 0).startswith("D-1 · ask <@U0TOM00001|tom>")


def test_a_channel_alone_is_shown_too_and_a_name_changes_no_form() -> None:
    assert text_of(with_names(sections("&lt;#C1|x&gt;"), {}), 0) == "<#C1>"
    assert text_of(with_people(sections("&lt;#C1|x&gt;")), 0) == "<#C1>"
    titled = sections("*&lt;@U0TOM00001&gt; owns it*")
    assert text_of(with_names(titled, {"U0TOM00001": "T*m `"}), 0) == "*@T∗m ˋ owns it*"


def test_without_a_name_slack_s_label_serves_then_the_id() -> None:
    assert text_of(with_names(BLOCKS, {}), 0).startswith("D-1 · ask @tom and <@W0LI000001>")


def test_one_person_alone_sees_people_as_slack_shows_them() -> None:
    shown = with_people(BLOCKS)
    assert text_of(shown, 1).startswith("ask <@U0TOM00001> and <@W0LI000001>, not &lt;!channel&gt;")
    assert text_of(shown, 1).endswith(" or <#C1> for <@U0MAYA0001>")
    assert text_of(shown, 0) == text_of(BLOCKS, 0)
    typed = [{"type": "input", "element": {"initial_value": escape(SAID)}}]
    assert with_people(typed) == typed == with_names(typed, {"U0TOM00001": "Tom"})


@given(st.text(max_size=60))
def test_a_name_takes_no_more_room_than_its_id(name: str) -> None:
    for number, before in enumerate(BLOCKS):
        after = text_of(with_names(BLOCKS, {"U0TOM00001": name}), number)
        assert size(after) <= size(before["text"]["text"])
        assert "<!channel>" not in after or number == 0
