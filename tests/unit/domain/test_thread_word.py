"""Words that steer a task: what counts as one, in which state."""

import pytest

from bot.domain.task import TaskState
from bot.domain.thread_word import Word, is_word, needs_thread, word_for


@pytest.mark.parametrize(
    ("text", "state", "word"),
    [
        ("stop", "working", Word.STOP),
        ("STOP!!", "planning", Word.STOP),
        ("Please stop.", "paused", Word.STOP),
        ("never mind, thanks", "working", Word.STOP),
        ("never mind", "done", None),
        ("stop", "done", Word.STOP),
        ("yes", "awaiting-approval", Word.YES),
        ("Yes, go ahead please", "awaiting-approval", Word.YES),
        ("yes", "working", None),
        ("no, don't", "awaiting-approval", Word.NO),
        ("no", "working", None),
        ("go on", "awaiting-approval", Word.YES),
        ("go on", "failed", Word.RETRY),
        ("go on", "done", None),
        ("try again", "stopped", Word.RETRY),
        ("try again", "done", None),
        ("stop the webhook consumer", "working", None),
        ("should we stop?", "working", None),
        ("~yes~", "awaiting-approval", None),
        ("yes~", "awaiting-approval", Word.YES),
        ("> yes", "awaiting-approval", None),
        ("yes, but on PostgreSQL", "awaiting-approval", None),
        ("", "working", None),
    ],
)
def test_a_word_is_all_that_is_said_and_fits_the_state(
    text: str, state: str, word: Word | None
) -> None:
    assert word_for(text, TaskState(state)) is word


def test_only_what_means_a_task_needs_its_thread() -> None:
    assert needs_thread("stop")
    assert needs_thread("retry")
    assert not any(map(needs_thread, ("never mind", "yes", "no", "go on", "stop the world", "")))
    assert is_word("Yes.")
    assert not is_word("yes, with Kafka")
