"""What a model says at each step of planning a sprint; items are named by their number."""

from pydantic import BaseModel, ConfigDict, Field

MOST_ITEMS = 40
"""Ours: more is two sprints, and more than a card or a form can show."""


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True)


class NewItem(_Said):
    """One piece of work that the requirements ask for."""

    title: str = Field(description="what is done, at most 80 characters")
    about: str = Field(default="", description="when it is done, one or two sentences")
    service: str = Field(default="", description="the service it changes, if one is named")


class Breakdown(_Said):
    """Step 1: what the sprint is for and the pieces it takes."""

    goal: str = Field(description="what is true when the sprint is over, at most 120 characters")
    items: tuple[NewItem, ...]


class Staffed(_Said):
    """Who does one item."""

    item: int
    specialists: tuple[str, ...] = Field(description="names of specialists, the first one leads")
    reason: str = Field(description="one sentence")


class Staffing(_Said):
    """Step 2: who does what."""

    items: tuple[Staffed, ...]


class Needed(_Said):
    """One dependency."""

    item: int
    needs: int = Field(description="the item that must be done before")
    why: str = Field(description="what of it is needed, one sentence")


class Dependencies(_Said):
    """Step 3: what must be done before what."""

    links: tuple[Needed, ...]


class Estimated(_Said):
    """What one specialist thinks that an item takes."""

    item: int
    value: float = Field(description="a value of the scale that was given")
    reason: str = Field(description="one sentence: what makes it so large")


class Estimates(_Said):
    """Step 4, once for each specialist."""

    items: tuple[Estimated, ...]


class RiskSaid(_Said):
    """What may go wrong, and what helps."""

    text: str = Field(description="one sentence")
    mitigation: str = Field(description="what is done about it, half a sentence")


class RiskPlan(_Said):
    """Step 5: risks beside those that the rows show, worst first, at most five."""

    risks: tuple[RiskSaid, ...]
