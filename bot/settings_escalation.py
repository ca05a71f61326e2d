"""Escalations' defaults: what happens after how long, who works when, incidents by webhook."""

from typing import Annotated
from zoneinfo import available_timezones

from annotated_types import Ge, Le
from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings

from bot.settings_outside import group as _group


def _zone(name: str) -> str:
    # Looking through all of them takes longer than the other settings together.
    if name != "UTC" and name not in available_timezones():
        raise ValueError("no time zone has that name; e.g. Europe/Berlin")
    return name


class EscalationSettings(BaseSettings):
    """What happens after how long, unless a workspace or channel says otherwise
    (docs/escalations.md).
    """

    model_config = _group("TEAMLEAD_ESCALATION_")

    escalate: str = Field("anyone", description="Who may escalate, acknowledge and resolve.")
    level1: str = Field("2-4", description="Hours: a reminder, then level 2.")
    level2: str = Field("8-24", description="Hours: a reminder, then level 3.")
    level3: Annotated[int, Ge(1)] = Field(48, description="Hours until level 4.")
    level2_people: str = Field("off", description="User ids of who leads the team.")
    level3_people: str = Field("off", description="User ids of who coordinates the teams.")
    status_hours: Annotated[int, Ge(1)] = Field(
        4, description="How often level 3 is asked how it stands."
    )
    page_minutes: Annotated[int, Ge(1)] = Field(
        15, description="How often level 4 is called until somebody acknowledges."
    )
    channel: str = Field("off", description="Channel id where level 4 is called.")
    group: str = Field("off", description="Id of the user group that level 4 mentions.")
    offer_days: Annotated[int, Ge(0), Le(60)] = Field(
        3, description="Days until an unanswered decision is offered to be escalated; 0: never."
    )
    failed: bool = Field(False, description="Whether a task that fails opens an escalation.")
    work_hours: str = Field("mon-fri 09:00-18:00", description="When people work.")
    holidays: str = Field("off", description="Whose public holidays, e.g. `DE-BY`.")
    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        "UTC", description="For whom Slack names no time zone."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Signs incidents; empty: no webhook is served."
    )
    webhook_channel: str = Field("", description="Channel id where incidents are opened.")
    webhook_workspace: str = Field(
        "", description="Workspace id of that channel; empty: the only one installed."
    )
