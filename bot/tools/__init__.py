"""Tools that specialists may use: servers that speak MCP, and repositories of code."""

from bot.tools.port import Target, Told, ToolFailed, Tools

__all__ = ["Target", "Told", "ToolFailed", "Tools"]
