"""What is refused, what is mended, and what passes on its way to handlers."""

import json
from typing import Any

import pytest

from handlers.shapes import is_malformed, smooth

CLICK = {
    "type": "block_actions",
    "user": {"id": "U1", "team_id": "T1"},
    "team": {"id": "T1"},
    "trigger_id": "1.2.3",
    "actions": [{"action_id": "task.stop", "value": "{}"}],
}


def _smoothed(body: dict[str, Any]) -> dict[str, Any]:
    smooth(body)
    return body


def test_what_slack_adds_one_day_passes() -> None:
    """Only what is read has to have a form."""
    assert not is_malformed({**CLICK, "new_in_2031": [{"anything": None}]})
    assert not is_malformed({"type": "url_verification", "challenge": "c", "token": "t"})


@pytest.mark.parametrize(
    "change",
    [
        {"actions": []},
        {"actions": [{"action_id": 7}]},
        {"user": "U1\x00"},
        {"trigger_id": ""},
        {"channel": {"id": None}},
        {"response_urls": [{}, {}]},
        {"team": ["T1"]},
    ],
    ids=str,
)
def test_what_handlers_could_not_read_is_refused(change: dict[str, Any]) -> None:
    """Nothing of it reaches Bolt."""
    assert is_malformed({**CLICK, **change})
    assert is_malformed(None)


def test_what_no_database_stores_is_taken_out() -> None:
    """NUL and half a pair, which JSON can carry; all else stays as it was."""
    body = json.loads('{"event": {"text": "a\\u0000b \\ud83d c", "files": [{"name": "\\u0000"}]}}')
    body["event"]["user"] = "Zoë 🎉"
    event = _smoothed(body)["event"]
    assert event == {"text": "ab ? c", "files": [{"name": ""}], "user": "Zoë 🎉"}


def test_a_field_that_an_older_modal_lacks_reads_as_empty() -> None:
    """A modal that was open while the bot was updated is answered, not a bug."""
    state = {"values": {"title": {"text": {"type": "plain_text_input", "value": "Kafka"}}}}
    body = _smoothed({"type": "view_submission", "view": {"state": state}})
    values = body["view"]["state"]["values"]
    assert values["title"]["text"]["value"] == "Kafka"
    assert str(values["because"]["text"]["value"] or "") == ""
    assert values["because"]["choice"].get("selected_option") is None
