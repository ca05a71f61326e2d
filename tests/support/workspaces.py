"""A local workspace for tests: no rates, no pauses between retries, and patience."""

from typing import Any

from bot.manifest import load_manifest
from bot.workspace import Workspace

PATIENCE = 60.0
"""Seconds to wait for something that must happen; far above what it takes.

Slack's own three are tested where an app stays silent on purpose; elsewhere a busy machine would
only be taken for a slow bot.
"""


def patient_workspace(**more: Any) -> Workspace:
    """Return a workspace as the manifest describes the app; `more` as `Workspace` takes it."""
    given: dict[str, Any] = {
        "manifest": load_manifest(),
        "rate_scale": None,
        "retry_spacing": (0.0, 0.0, 0.0),
        "ack_seconds": PATIENCE,
    }
    return Workspace(**given | more)
