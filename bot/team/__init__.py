"""The team as data: charters, patterns, playbook cards, and the loader that checks them."""

from bot.team.errors import TeamFileInvalid
from bot.team.loader import load_team
from bot.team.team import Team

__all__ = ["Team", "TeamFileInvalid", "load_team"]
