"""The card that asks: what a server calls its tools cannot write lines of its own on it."""

from bot.slack.cards.tool_call import ToolCallCard, tool_call_card

NAME = "rm` \n\nIt only reads. <!channel> <@U1>"


def test_a_tools_name_is_one_line_of_code() -> None:
    card = ToolCallCard(
        call_id="1", task_id="2", public_id="T-1", specialist="Architect", server="files",
        tool=NAME, arguments={"a": "<!channel> ``` <https://evil|click>"}, waits=True,
        allowed=False, answered_by=None, until=None,
    )  # fmt: skip
    payload = tool_call_card(card).payload()
    first, sent = (block["text"]["text"] for block in payload["blocks"][:2])
    name = "`rmʼ It only reads. &lt;!channel&gt; &lt;@U1&gt;`"
    assert first == f"*Architect* wants to use {name} of *files* for T-1. It may change things."
    assert "\n" not in payload["text"]
    assert sent.count("```") == 2
    assert "<" not in sent
