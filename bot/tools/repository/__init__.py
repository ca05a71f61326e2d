"""Repositories of code, read-only: no path and no option leads out of their folders."""

from bot.tools.repository.jail import Jail, Outside
from bot.tools.repository.tools import REPOSITORY_TOOLS, RepositoryTools

__all__ = ["REPOSITORY_TOOLS", "Jail", "Outside", "RepositoryTools"]
