"""Finds secrets and personal numbers in a text and puts `[secret: …]` in their place."""

from bot.domain.redaction.redact import Options, kinds, redact

__all__ = ["Options", "kinds", "redact"]
