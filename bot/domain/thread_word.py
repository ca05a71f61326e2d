"""Words that steer a task when they are all that somebody says in its thread."""

import re
from enum import StrEnum

from bot.domain.fold import fold
from bot.domain.task import ENDED, TaskState


class Word(StrEnum):
    """What a message that is nothing else asks for."""

    STOP = "stop"
    YES = "yes"
    NO = "no"
    RETRY = "retry"


_SAID: dict[str, Word] = {
    said: word
    for word, several in {
        Word.STOP: "stop|stop it|stop this|stop that|stop working|stop the task|cancel|cancel it"
        "|cancel this|cancel that|cancel the task|abort|halt|never mind|nevermind|nvm|forget it"
        "|drop it|stopp|abbrechen|alto|para|arrete",
        Word.YES: "yes|yes go ahead|yes do it|yep|yeah|go|go ahead|go on|go for it|do it|ok go"
        "|ok go ahead|proceed|approve|approved|i approve|ja|si|oui",
        Word.NO: "no|nope|no dont|dont|do not|dont do it|no thanks|too expensive|reject|nein",
        Word.RETRY: "retry|retry it|try again|try it again|once more|continue|resume|go on"
        "|carry on|proceed",
    }.items()
    for said in several.split("|")
}
"""Ours: what people answer to "Shall I go ahead?", and say to whoever should stop."""
_FITS: dict[Word, frozenset[TaskState]] = {
    Word.YES: frozenset({TaskState.AWAITING_APPROVAL}),
    Word.NO: frozenset({TaskState.AWAITING_APPROVAL}),
    Word.RETRY: frozenset({TaskState.PAUSED, TaskState.FAILED, TaskState.STOPPED}),
    Word.STOP: frozenset(TaskState),
}
_BOTH = frozenset({"go on", "proceed"})
"""They say yes or retry, whichever the task waits for."""
_NODS = frozenset({"never mind", "nevermind", "nvm", "forget it", "drop it"})
"""With nothing at work they are a nod like any other."""
_LONGEST = 40
_STRUCK = re.compile(r"~\S(?:.*\S)?~")
"""Slack shows it crossed out: it is said no more."""
_POLITE = re.compile(r"^(?:please |pls )|(?: please| pls| lead| thanks)+$")


def spoken(text: str) -> str:
    """Return what was said without case, marks and politeness; empty for more than a word or so,
    and for what is crossed out."""
    if len(text) > _LONGEST or "?" in text or _STRUCK.search(text):
        return ""
    bare = re.sub(r"[.!,;:*_~`…]+", " ", re.sub(r"['’]", "", fold(text)))
    return _POLITE.sub("", " ".join(bare.split()))


def is_word(text: str) -> bool:
    """Return whether a text may be such a word, whatever its task does."""
    return spoken(text) in _SAID


def word_for(text: str, state: TaskState) -> Word | None:
    """Return what a text asks of a task in that state; None for what is no such word."""
    said = spoken(text)
    if state in ENDED and said in _NODS:
        return None
    words = (Word.YES, Word.RETRY) if said in _BOTH else (_SAID.get(said),)
    return next((word for word in words if word is not None and state in _FITS[word]), None)


def needs_thread(text: str) -> bool:
    """Return whether a text means a task, so that outside of its thread it says too little."""
    said = spoken(text)
    return said not in _NODS | _BOTH and _SAID.get(said) in (Word.STOP, Word.RETRY)
