"""Teamlead: a Slack bot that leads a backend team."""

__version__ = "0.1.0"
