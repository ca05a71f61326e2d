"""What a specialist hands in and what the lead makes of it all."""

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.decision import DecisionProposal

MAX_BULLETS = 5
"""EXPERIENCE.md: at most five bullets; the long form opens on demand."""
MAX_MESSAGE_CHARS = 1200


class Calculation(BaseModel):
    """A number with its inputs, so that a reader can check it."""

    model_config = ConfigDict(frozen=True)

    label: str = Field(description="what is calculated, e.g. Storage growth")
    formula: str = Field(description="inputs and operation, e.g. 500 rps x 3 rows x 180 B")
    result: str = Field(description="value with unit, e.g. 23 GB a month")
    assumed: tuple[str, ...] = Field(default=(), description="inputs that are assumptions")


class SpecialistOutput(BaseModel):
    """One specialist's message: the recommendation first, detail on demand."""

    model_config = ConfigDict(frozen=True)

    headline: str = Field(description="the recommendation in one sentence, at most 140 characters")
    bullets: tuple[str, ...] = Field(description="at most five, each at most 180 characters")
    questions: tuple[str, ...] = Field(default=(), description="what cannot be known and matters")
    assumptions: tuple[str, ...] = Field(default=(), description="what was assumed")
    calculations: tuple[Calculation, ...] = ()
    sources: tuple[str, ...] = Field(default=(), description="names of the playbook cards used")
    detail: str = Field(default="", description="the long form in Markdown")


class Disagreement(BaseModel):
    """Two specialists who want different things, and whom the lead follows."""

    model_config = ConfigDict(frozen=True)

    between: tuple[str, ...] = Field(description="names of the specialists")
    point: str = Field(description="who wants what, one sentence")
    resolution: str = Field(description="what the lead recommends and why, one sentence")


class Synthesis(BaseModel):
    """One recommendation out of the specialists' work."""

    model_config = ConfigDict(frozen=True)

    headline: str = Field(description="the recommendation in one sentence")
    summary: str = Field(description="two to five sentences")
    disagreements: tuple[Disagreement, ...] = ()
    risks: tuple[str, ...] = Field(default=(), description="risk -> mitigation, at most four")
    next_steps: tuple[str, ...] = Field(default=(), description="in order, at most five")
    questions: tuple[str, ...] = Field(default=(), description="open, and they change the plan")
    decisions: tuple[DecisionProposal, ...] = Field(default=(), description="at most three")


class Answer(BaseModel):
    """A direct answer by the lead, no team involved."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(description="Markdown, as short as the question allows")
    sources: tuple[str, ...] = ()
