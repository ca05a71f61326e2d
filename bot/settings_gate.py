"""What quality gates ask for, unless a workspace, a service or a policy file says otherwise."""

from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le
from pydantic import Field
from pydantic_settings import BaseSettings

from bot.settings_outside import group

Percent = Annotated[float, Ge(0), Le(100)]
Amount = Annotated[float, Ge(0), Le(1e9)]


class GateSettings(BaseSettings):
    """What quality gates ask for; the numbers are the seed's (docs/quality-gates.md)."""

    model_config = group("TEAMLEAD_GATE_")

    coverage: Percent = Field(80, description="Least percent of lines that tests cover.")
    complexity: Amount = Field(10, description="Highest cyclomatic complexity of a function.")
    duplication: Percent = Field(5, description="Most percent of duplicated code.")
    vulnerabilities: Amount = Field(0, description="Most high and critical vulnerabilities.")
    tests: Amount = Field(0, description="Most tests that may fail.")
    latency_p95: Annotated[float, Gt(0), Le(1e9)] = Field(
        200, description="Milliseconds under which p95 of the response time must stay."
    )
    error_rate: Percent = Field(
        0.1, description="Percent under which the failed requests must stay."
    )
    coupling: Literal["low", "medium", "high"] = Field(
        "low", description="How closely a service may hang together with others."
    )
    documentation: Percent = Field(90, description="Percent of documentation to be above.")
    api_versioning: bool = Field(True, description="Whether every API must name its version.")
    api_compliance: Percent = Field(90, description="Percent of API rules to be above.")
    monitoring: Percent = Field(100, description="Least percent of services that are monitored.")
    ratchet: bool = Field(True, description="Never worse than the main branch's last result.")
    tolerance: Percent = Field(
        0.5, description="How much worse still counts as the same, in percentage points or percent."
    )
    coupling_medium: Annotated[int, Ge(1)] = Field(
        5, description="Connections (in and out) from which a service's coupling is medium."
    )
    coupling_high: Annotated[int, Ge(2)] = Field(
        10, description="Connections (in and out) from which a service's coupling is high."
    )
    keep: bool = Field(
        False, description="Whether `teamlead gate` keeps its results in the database."
    )
    waive: str = Field("admins", description="Who may waive a missed check.")
