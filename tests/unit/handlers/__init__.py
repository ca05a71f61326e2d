"""The handlers' own rules."""
