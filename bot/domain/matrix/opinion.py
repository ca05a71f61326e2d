"""What a specialist says of a matrix: a score for each cell, or why it has none."""

from pydantic import BaseModel, ConfigDict, Field

NO_OPINION = "no opinion"


class CellOpinion(BaseModel):
    """One cell; without a score the reason says what is not known."""

    model_config = ConfigDict(frozen=True)

    option: str = Field(description="the option, exactly as given")
    criterion: str = Field(description="the criterion, exactly as given")
    score: int | None = Field(
        default=None, ge=1, le=5, description="5 is best; null when you cannot know"
    )
    reason: str = Field(description="one sentence")
    source: str = Field(default="", description="the playbook card it rests on, if one does")


class MatrixOpinion(BaseModel):
    """A specialist's scores."""

    model_config = ConfigDict(frozen=True)

    cells: tuple[CellOpinion, ...]
