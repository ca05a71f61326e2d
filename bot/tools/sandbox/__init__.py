"""Sandboxes: commands write to a throw-away worktree only, and reach no network."""

from bot.tools.sandbox.machine import Sandbox, Unavailable
from bot.tools.sandbox.runner import Ended, Run
from bot.tools.sandbox.worktree import Patch, Worktree

__all__ = ["Ended", "Patch", "Run", "Sandbox", "Unavailable", "Worktree"]
