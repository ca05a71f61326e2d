"""Reports of tools, bytes in and values out: coverage, tests, complexity, security, load."""

from bot.reports.read import MOST_BYTES, read_report

__all__ = ["MOST_BYTES", "read_report"]
