"""Which limits count: the defaults of the settings, and what stands in for them."""

from bot.domain.quality_gate import Check, Policy
from bot.domain.quality_gate.checks import LEVELS
from bot.settings_gate import GateSettings


def default_policy(settings: GateSettings) -> Policy:
    """Return the policy of the settings; throughput and memory have no limit before one is set."""
    limits = {
        Check.COVERAGE: settings.coverage,
        Check.COMPLEXITY: settings.complexity,
        Check.DUPLICATION: settings.duplication,
        Check.VULNERABILITIES: settings.vulnerabilities,
        Check.TESTS: settings.tests,
        Check.LATENCY_P95: settings.latency_p95,
        Check.ERROR_RATE: settings.error_rate,
        Check.COUPLING: float(LEVELS.index(settings.coupling)),
        Check.DOCUMENTATION: settings.documentation,
        Check.API_VERSIONING: 1.0 if settings.api_versioning else None,
        Check.API_COMPLIANCE: settings.api_compliance,
        Check.MONITORING: settings.monitoring,
    }
    made = Policy(ratchet=settings.ratchet, tolerance=settings.tolerance)
    return made.with_limits(limits)
