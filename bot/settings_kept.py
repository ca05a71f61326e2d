"""Settings of what is kept: for how long, and what is kept from others."""

from typing import Annotated

from annotated_types import Ge
from pydantic import Field
from pydantic_settings import BaseSettings

from bot.settings_outside import group


class RedactionSettings(BaseSettings):
    """What is kept from a paid model and out of the logs (docs/security.md)."""

    model_config = group("TEAMLEAD_REDACT_")

    secrets: bool = Field(True, description="Tokens, keys, passwords; told to who wrote them.")
    numbers: bool = Field(True, description="Payment cards and bank accounts (IBAN).")
    emails: bool = Field(False, description="E-mail addresses.")
    phones: bool = Field(False, description="Phone numbers that begin with `+`.")


class RetentionSettings(BaseSettings):
    """How long things are kept; a daily clean-up removes what is older (docs/retention.md)."""

    model_config = group("TEAMLEAD_RETENTION_")

    engine_days: Annotated[int, Ge(1)] = Field(7, description="The engine's finished runs.")
    outbox_days: Annotated[int, Ge(1)] = Field(
        30, description="The contents of posts that were sent; their ids stay."
    )
    receipt_days: Annotated[int, Ge(2)] = Field(
        30, description="Proofs that a message was taken in; Slack repeats an event for minutes."
    )
    message_days: Annotated[int, Ge(0)] = Field(
        0, description="What people wrote, from the end of its task on; 0 keeps it."
    )
    standup_days: Annotated[int, Ge(0)] = Field(
        365, description="Standups that closed: answers, blockers that were solved; 0 keeps them."
    )
    retrospective_days: Annotated[int, Ge(0)] = Field(
        730, description="Cards and topics of retrospectives that closed; 0 keeps them."
    )
    sprint_days: Annotated[int, Ge(0)] = Field(
        730, description="Votes with reasons of sprints that ended; 0 keeps them."
    )
    measure_days: Annotated[int, Ge(0)] = Field(
        730, description="What other systems measured: deployments, runs, values; 0 keeps it."
    )
    audit_days: Annotated[int, Ge(0)] = Field(0, description="The audit log; 0 keeps it.")
    uninstalled_days: Annotated[int, Ge(0)] = Field(
        30, description="Everything of a workspace that removed the app; 0: at once."
    )
