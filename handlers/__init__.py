"""Slack in: one file per entry point, each parses, calls a service and renders."""
