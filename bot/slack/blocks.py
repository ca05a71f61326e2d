"""Small makers of Block Kit parts that cannot exceed Slack's limits, whatever the text."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from bot.slack import limits
from bot.slack.fields import field, options_of, plain
from bot.slack.payloads import Payload
from bot.slack.post import Block
from bot.slack.split import split
from bot.slack.text import ELLIPSIS, clip, size

Style = Literal["primary", "danger"]
SHORTENED = "_Shortened to fit here._"


def sections(text: str) -> list[Block]:
    """Return mrkdwn as sections, as many as it takes; none for empty text."""
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": piece}, "expand": True}
        for piece in split(text.strip(), limits.SECTION_TEXT)
        if piece.strip()
    ]


def context(text: str) -> list[Block]:
    """Return small grey text; none for empty text."""
    if not text.strip():
        return []
    shown, *rest = split(text.strip(), limits.CONTEXT_TEXT - 1)
    element = {"type": "mrkdwn", "text": f"{shown}{ELLIPSIS}" if rest else shown}
    return [{"type": "context", "elements": [element]}]


def header(text: str) -> list[Block]:
    """Return a heading."""
    shown = {"type": "plain_text", "text": clip(text, limits.HEADER_TEXT)}
    return [{"type": "header", "text": shown}] if text.strip() else []


def button(
    text: str, action_id: str, payload: Payload, *, about: str = "", style: Style | None = None
) -> Block:
    """Return a button; `about` names the thing for screen readers, e.g. "T-142"."""
    made: Block = {
        "type": "button",
        "text": {"type": "plain_text", "text": clip(text, limits.BUTTON_TEXT)},
        "action_id": action_id,
        "value": payload.value(),
    }
    if about:
        made["accessibility_label"] = clip(f"{text}: {about}", limits.BUTTON_TEXT)
    if style:
        made["style"] = style
    return made


def actions(*buttons: Block) -> list[Block]:
    """Return a row of buttons; none without buttons."""
    return [{"type": "actions", "elements": list(buttons)}] if buttons else []


def text_input(
    label: str,
    *,
    block_id: str,
    placeholder: str,
    optional: bool = False,
    initial: str = "",
    lines: bool = True,
    most: int = limits.INPUT_TEXT,
) -> Block:
    """Return a field, by default for several lines; its action id is always `text`."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": "text",
        "multiline": lines,
        "max_length": most,
        "placeholder": plain(placeholder),
    }
    if initial.strip():
        element["initial_value"] = clip(initial.strip(), most)
    return field(label, block_id, element, optional=optional)


def choice(label: str, *, block_id: str, options: Sequence[tuple[str, str]]) -> Block:
    """Return a choice of (value, what people read), the first chosen; its action id is `choice`."""
    shown = options_of(options)
    element: Block = {
        "type": "static_select",
        "action_id": "choice",
        "options": shown,
        "initial_option": shown[0],
    }
    return field(label, block_id, element, optional=False)


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str = "",
    callback_id: str = "",
    payload: Payload | None = None,
) -> dict[str, Any]:
    """Return a modal; without `submit` it can only be closed."""
    view: dict[str, Any] = {
        "type": "modal",
        "title": {"type": "plain_text", "text": clip(title, limits.VIEW_TITLE)},
        "close": {"type": "plain_text", "text": "Cancel" if submit else "Close"},
        "blocks": fit(blocks, most=limits.VIEW_BLOCKS, chars=limits.VIEW_CHARS),
    }
    if submit:
        view["submit"] = {"type": "plain_text", "text": submit}
        view["callback_id"] = callback_id
    if payload is not None:
        view["private_metadata"] = payload.value()
    return view


def message(body: Iterable[Block], tail: Iterable[Block] = ()) -> list[Block]:
    """Return a message's blocks; too long a body is shortened and says so, the tail stays."""
    return fit(list(body), list(tail), most=limits.MESSAGE_BLOCKS, chars=limits.MESSAGE_CHARS)


def fit(body: Sequence[Block], tail: Sequence[Block] = (), *, most: int, chars: int) -> list[Block]:
    """Return the blocks that fit into a number of blocks and of characters, tail included."""
    blocks = [*body, *tail]
    if len(blocks) <= most and weight(blocks) <= chars:
        return blocks
    note = context(SHORTENED)
    room = chars - weight([*note, *tail])
    kept: list[Block] = []
    for block in body:
        room -= weight([block])
        if room < 0 or len(kept) + len(note) + len(tail) >= most:
            break
        kept.append(block)
    return [*kept, *note, *tail]


def weight(value: Any) -> int:
    """Return how many characters of text blocks hold, those on buttons included."""
    if isinstance(value, dict):
        own = value.get("text")
        inner = sum(weight(v) for v in value.values() if isinstance(v, (dict, list)))
        return inner + (size(own) if isinstance(own, str) else 0)
    return sum(weight(item) for item in value) if isinstance(value, list) else 0
