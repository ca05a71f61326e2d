"""Settings of what other systems report: who may, which of it counts, what Prometheus is asked."""

import json
from typing import Annotated

from annotated_types import Ge, Gt, Le
from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings

from bot.settings_outside import group

SAMPLED = {
    "latency.p50": "ms",
    "latency.p95": "ms",
    "latency.p99": "ms",
    "availability": "%",
    "error.rate": "%",
    "throughput": "/s",
    "memory": "MB",
    "cpu": "%",
}
"""What Prometheus can be asked for, and the unit that its answer must have."""


def _queries(text: str) -> str:
    read_queries(text)
    return text


def read_queries(text: str) -> dict[str, str]:
    """Return PromQL by the name of what it measures; raises ValueError for anything else."""
    if not text:
        return {}
    found = json.loads(text)
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise ValueError('that is no JSON object of texts, e.g. {"latency.p95": "…"}')
    if unknown := found.keys() - SAMPLED.keys():
        raise ValueError(f"{min(unknown)} is not asked for; take {', '.join(SAMPLED)}")
    return found


class MeasureSettings(BaseSettings):
    """What other systems report (docs/measures.md); each path is served once its secret is set."""

    model_config = group("TEAMLEAD_MEASURE_")

    github_secret: SecretStr = Field(SecretStr(""), description="Signs GitHub's webhooks.")
    gitlab_secret: SecretStr = Field(
        SecretStr(""), description="GitLab's signing token (`whsec_…`) or its older secret token."
    )
    sentry_secret: SecretStr = Field(
        SecretStr(""), description="Client secret of Sentry's integration."
    )
    alertmanager_secret: SecretStr = Field(
        SecretStr(""), description="Bearer token, or password of basic authorization."
    )
    pagerduty_secret: SecretStr = Field(SecretStr(""), description="Signs PagerDuty's webhooks.")
    ingest_token: SecretStr = Field(SecretStr(""), description="Bearer token of `/ingest`.")
    workspace: str = Field(
        "", description="Whose facts they are, where there are several workspaces."
    )
    production: str = Field(
        "production, prod, live", description="Environments to which a deployment counts."
    )
    deploy_workflows: str = Field(
        "", description="Workflows of GitHub each run of which deploys to production."
    )
    releases: bool = Field(False, description="Whether a published release is a deployment.")
    fix_branches: str = Field(
        "hotfix/, hotfix-, revert-", description="How a branch or tag begins that mends production."
    )
    fix_labels: str = Field(
        "hotfix, revert, incident", description="Labels of a change that mends production."
    )
    defect_labels: str = Field("bug, defect", description="Labels and types of a defect.")
    escape_labels: str = Field(
        "production, escaped, customer", description="Labels of a defect found in production."
    )
    bots: str = Field(
        "dependabot, renovate, renovate-bot, github-actions",
        description="Accounts that are no people; GitHub's and GitLab's own marks count as well.",
    )
    main_branches: str = Field(
        "main, master, trunk",
        description="Main branches: gates compare with them, KPIs count their reports first.",
    )
    upload_mb: Annotated[int, Ge(1), Le(100)] = Field(
        10, description="Largest report as it is sent; unpacked it has at most 32 MB."
    )
    prometheus_url: str = Field("", description="Prometheus that is asked once an hour.")
    prometheus_token: SecretStr = Field(SecretStr(""), description="Its bearer token, if any.")
    prometheus_queries: Annotated[str, AfterValidator(_queries)] = Field(
        "", description="JSON: what is measured -> PromQL with a label `service`."
    )
    prometheus_seconds: Annotated[float, Gt(0), Le(60)] = Field(
        10, description="How long an answer may take."
    )

    @property
    def branches(self) -> frozenset[str]:
        """The names of main branches, in lower case."""
        return frozenset(filter(None, map(str.strip, self.main_branches.casefold().split(","))))
