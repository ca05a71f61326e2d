"""Bad input gets one clear sentence, only to the person, and starts nothing."""

from functools import partial

from bot.workspace.seed import MAYA
from bot.workspace.shapes import Json
from tests.support.stage import Stage, words

NO_WORDS, TOO_MANY = "I see no words in that", "characters; I take up to"
BAD = (
    ("", NO_WORDS),
    (":tada: :rocket:", NO_WORDS),
    ("🎉🚀", NO_WORDS),
    ("word " * 8000, TOO_MANY),
)


async def test_a_mention_that_cannot_be_a_task(stage: Stage) -> None:
    """The answer is ephemeral and no task exists."""
    for number, (text, said) in enumerate(BAD, start=1):
        root = await stage.mention(text)
        told = await stage.workspace.wait_for(partial(_after, stage, number - 1))
        assert said in words(told)
        await stage.workspace.settled()
        assert stage.thread(root) == []
        assert len(stage.workspace.calls_of("chat.postEphemeral")) == number
    assert "T-1" not in words(await stage.lead("tasks"))


def _after(stage: Stage, known: int) -> list[Json]:
    """The whispers that came after so many."""
    return stage.workspace.whispers(MAYA)[known:]
