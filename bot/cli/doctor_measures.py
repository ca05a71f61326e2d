"""Check of `teamlead doctor`: whether what other systems report would be heard."""

from bot.cli.doctor_check import Check
from bot.settings import Settings

_NAME = "Reports"
_SECRETS = {
    "github_secret": "GitHub",
    "gitlab_secret": "GitLab",
    "sentry_secret": "Sentry",
    "alertmanager_secret": "Alertmanager",
    "pagerduty_secret": "PagerDuty",
    "ingest_token": "whoever has the token of /ingest",
}


def check_measures(settings: Settings) -> list[Check]:
    """Whether those with a secret can reach a port; nothing where nobody has one."""
    measure = settings.measure
    known = [who for name, who in _SECRETS.items() if getattr(measure, name).get_secret_value()]
    checks = [_listening(settings, ", ".join(known))] if known else []
    if bool(measure.prometheus_url) != bool(measure.prometheus_queries):
        missing = "QUERIES" if measure.prometheus_url else "URL"
        found = "Prometheus is set up by half and not asked."
        advice = f"Set TEAMLEAD_MEASURE_PROMETHEUS_{missing}, too (docs/measures.md)."
        checks.append(Check(_NAME, "note", found, advice))
    return checks


def _listening(settings: Settings, known: str) -> Check:
    if settings.many_workspaces and not settings.measure.workspace:
        found = f"{known} may report, but nobody said for which workspace."
        return Check(_NAME, "fix", found, "Name it in TEAMLEAD_MEASURE_WORKSPACE.")
    if settings.http.port is None:
        found = f"{known} may report, but `run` listens on no port."
        return Check(_NAME, "note", found, "Set TEAMLEAD_HTTP_PORT, or start `serve`.")
    return Check(_NAME, "ok", f"{known} may report on port {settings.http.port}.")
