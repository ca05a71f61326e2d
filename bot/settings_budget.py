"""What work may cost, when somebody hears of it, and how a month is forecast."""

from typing import Annotated

from annotated_types import Ge, Le
from pydantic import AllowInfNan, Field
from pydantic_settings import BaseSettings

from bot.settings_outside import group as _group

Money = Annotated[float, Ge(0), AllowInfNan(False)]
"""US dollars."""


class BudgetSettings(BaseSettings):
    """Money, in US dollars; reserved before each call, settled after it."""

    model_config = _group("TEAMLEAD_BUDGET_")

    per_task: Money = Field(2.00, description="One task.")
    per_channel_day: Money = Field(5.00, description="One channel in one UTC day.")
    per_day: Money = Field(25.00, description="The whole workspace in one UTC day.")
    warn_percent: Annotated[int, Ge(0), Le(100)] = Field(
        80, description="When so much of a budget is gone its thread is told, once; 0: never."
    )
    forecast_days: Annotated[int, Ge(3), Le(90)] = Field(
        14, description="The month's forecast is the average of so many full days."
    )
    approve_above: Money = Field(
        1.00, description="A plan whose estimate is higher waits for a person's yes."
    )
