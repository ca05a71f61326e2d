"""An answer in several messages: what its writer says next goes on with it, until somebody talks.

An answer by a reply is marked so; the mark goes when anybody says anything that is no answer.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from storage.models import StandupAnswer
from storage.uow import UnitOfWork

GOES_ON = timedelta(minutes=5)
"""Ours: who answers in several messages has written the next by then."""
_MARK = "goes_on"
Answers = Mapping[int, StandupAnswer]


def goes_on(own: Answers, *, now: datetime) -> bool:
    """Return whether what a person says now belongs to what they answered."""
    return any(
        said.history.get(_MARK) and now - (said.edited_at or said.answered_at) <= GOES_ON
        for said in own.values()
    )


def added(own: Answers, texts: Mapping[int, str]) -> dict[int, str]:
    """Return texts behind what was answered before, each to its question."""
    return {
        place: "\n".join([own[place].text, text]) if place in own and own[place].text else text
        for place, text in texts.items()
    }


async def mark(uow: UnitOfWork, standup_id: str, user_id: str) -> None:
    """Note that the person who has just replied may go on."""
    for said in (await uow.standup_rows.answers_by(standup_id, user_id)).values():
        said.history = {**said.history, _MARK: True}


async def talked(uow: UnitOfWork, standup_id: str) -> None:
    """Note that people talk now: what anybody says next may be to one another."""
    for said in await uow.standup_rows.answers(standup_id):
        if _MARK in said.history:
            said.history = {key: said.history[key] for key in said.history if key != _MARK}
