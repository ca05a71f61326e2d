"""Bad input gets one clear sentence, only to the person, and starts nothing."""

import pytest

from bot.workspace.seed import MAYA
from tests.support.stage import Stage, words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "I see no words in that"),
        (":tada: :rocket:", "I see no words in that"),
        ("🎉🚀", "I see no words in that"),
        ("word " * 8000, "characters; I take up to"),
    ],
    ids=["empty", "emoji names", "emoji", "40,000 characters"],
)
async def test_a_mention_that_cannot_be_a_task(stage: Stage, text: str, said: str) -> None:
    """The answer is ephemeral and no task exists."""
    root = await stage.mention(text)

    await stage.wait_whisper(MAYA, said)
    await stage.workspace.settled()
    assert "T-1" not in words(await stage.lead("tasks"))
    assert stage.thread(root) == []
    assert len(stage.workspace.calls_of("chat.postEphemeral")) == 1
