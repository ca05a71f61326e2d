"""What an assessment says: figures with how many they are made of, what follows, how it is read."""

from pydantic import BaseModel, ConfigDict, Field

NOT_ENOUGH = "not enough data"


class Figure(BaseModel):
    """One number as people read it; `was` is the same of the time before, empty if not told."""

    model_config = ConfigDict(frozen=True)

    part: str
    name: str
    value: str
    was: str = ""
    trend: tuple[str, ...] = ()
    """The same of each step, oldest first."""

    @property
    def is_told(self) -> bool:
        """Whether there is something to tell, now or in the time before."""
        return any(_says(text) for text in (self.value, self.was))


def _says(text: str) -> bool:
    """Whether a value is neither nothing nor too little: all its numbers are 0, or it says so."""
    if text.startswith(NOT_ENOUGH) or text in ("", "none"):
        return False
    return any(digit in text for digit in "123456789")


class Findings(BaseModel):
    """Everything that is stored of an assessment."""

    model_config = ConfigDict(frozen=True)

    headline: str = ""
    figures: tuple[Figure, ...] = ()
    proposals: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    """What retrospectives of the time voted for most."""


class AssessmentReading(BaseModel):
    """How a model reads the figures."""

    model_config = ConfigDict(frozen=True)

    headline: str = Field(description="what matters most about this time, one sentence")
    observations: tuple[str, ...] = Field(
        default=(), description="at most four, each naming the figures it rests on"
    )
    proposals: tuple[str, ...] = Field(
        default=(), description="at most four actions that somebody can take, each one sentence"
    )
