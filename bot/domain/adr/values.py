"""One record as its file has it: the fields that were understood, and all else verbatim."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from bot.domain.adr.references import Reference
from bot.domain.decision import DecisionRecord, DecisionState


class AdrSection(BaseModel):
    """A heading with its own text, as they stand in the file; `level` 2 is a main section."""

    model_config = ConfigDict(frozen=True)

    level: int
    heading: str
    text: str = ""


class SourceBody(BaseModel):
    """What is kept of a file so that it can be written again without a loss."""

    model_config = ConfigDict(frozen=True)

    title: str = ""
    """The heading as it stands there: `1. Use Go`."""
    front: tuple[tuple[str, str], ...] = ()
    """Front matter that no field holds: key, and the lines it stands on."""
    preamble: str = ""
    """What stands between the title and the first section and is no field."""
    sections: tuple[AdrSection, ...] = ()
    raw_date: str = ""
    links: tuple[Reference, ...] = ()


class AdrFile(BaseModel):
    """What one file says."""

    model_config = ConfigDict(frozen=True)

    path: str
    """Within the folder, with `/`."""
    number: int | None = None
    """The file's own number; None where it has none (or a date, as log4brains names them)."""
    record: DecisionRecord
    state: DecisionState
    raw_status: str = ""
    review_by: date | None = None
    expires_on: date | None = None
    decision_id: str = ""
    """Our own id, in a file that we exported."""
    body: SourceBody = SourceBody()
    problems: tuple[str, ...] = ()

    @property
    def status_label(self) -> str:
        """What it counts as in a report: its state, or `missing` where it names none."""
        if self.state is DecisionState.UNCLEAR and not self.raw_status:
            return "missing"
        return self.state.value
