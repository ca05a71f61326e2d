"""What another team's system may send: a request to us, or its answer to one of ours."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.domain.hand_off import HandOffState
from bot.domain.hand_off_words import DAY_ENDS, LONGEST, Asked, read_team
from bot.errors import UserFacingError

_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
_NUMBER = re.compile(r"H-(?P<number>\d{1,9})", re.IGNORECASE)


class HookRequest(BaseModel):
    """A request; `id` is the sender's own: the same again changes nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: _Word
    team: _Word
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
    due: date | None = None

    def asked(self, *, now: datetime) -> Asked:
        """Return what is asked; raises UserFacingError for a day that has passed."""
        if self.due is not None and self.due < now.astimezone(UTC).date():
            raise UserFacingError(f"{self.due.isoformat()} has passed.")
        due = None if self.due is None else datetime.combine(self.due, DAY_ENDS)
        return Asked(" ".join(self.text.split()), due)


class HookAnswer(BaseModel):
    """An answer to the hand-off that we call `answer`, e.g. H-3."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer: _Word
    team: _Word
    state: Literal["accepted", "done", "declined"]
    reason: str = Field(default="", max_length=500)

    @property
    def number(self) -> int:
        """The hand-off's number; raises UserFacingError."""
        match = _NUMBER.fullmatch(self.answer)
        if match is None:
            raise UserFacingError(f"“{self.answer}” is no hand-off's id.", hint="E.g. H-3.")
        return int(match["number"])

    @property
    def target(self) -> HandOffState:
        """Where it goes."""
        return HandOffState(self.state)


def read_hook(body: Any) -> HookRequest | HookAnswer:
    """Return what a body says; raises UserFacingError with the first thing that is wrong."""
    if not isinstance(body, dict):
        raise UserFacingError("The body is no JSON object.")
    kind: type[HookRequest] | type[HookAnswer] = HookAnswer if "answer" in body else HookRequest
    try:
        found = kind.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "body"
        raise UserFacingError(f"{place}: {first['msg']}.") from None
    return found.model_copy(update={"team": read_team(found.team)})
