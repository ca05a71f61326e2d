"""A decision's contents in MADR 4's terms: what is proposed, and all that can be on record."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field


class DecisionOption(BaseModel):
    """One way that was considered."""

    model_config = ConfigDict(frozen=True)

    title: str
    good: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()


class DecisionProposal(BaseModel):
    """What the lead proposes to decide, before anybody has."""

    model_config = ConfigDict(frozen=True)

    title: str = Field(description="the outcome as a noun phrase, at most 80 characters")
    context: str = Field(description="the problem, two or three sentences")
    drivers: tuple[str, ...] = ()
    options: tuple[DecisionOption, ...] = ()
    outcome: str = Field(description="chosen option and because, one or two sentences")
    consequences: tuple[str, ...] = ()
    confirmation: str = Field(default="", description="how one sees that it is followed")
    services: tuple[str, ...] = Field(default=(), description="affected services")
    specialists: tuple[str, ...] = Field(default=(), description="who implements it")


class RecordOption(DecisionOption):
    """A considered option with the text that stands under its heading."""

    description: str = ""


class DecisionRecord(DecisionProposal):
    """Everything that a record can say of itself: what `Decision.body` holds.

    Its state, its people's votes, its links and its dates of review and expiry are rows and
    columns of their own. People are names or Slack ids, as they were given.
    """

    options: tuple[RecordOption, ...] = ()
    more_information: str = ""
    dated: date | None = None
    """MADR's `date`, where a file or a person gave one."""
    decision_makers: tuple[str, ...] = ()
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()
    source_url: str = ""
    """The message that a person recorded it from."""
