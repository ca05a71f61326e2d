"""The slash commands as the manifest and the reference show them, from the one table."""

from bot.manifest import SlashCommand
from handlers.commands.lead import COMMAND, SUBCOMMANDS


def slash_commands() -> list[SlashCommand]:
    """Return every slash command that `register` attaches."""
    hint = " | ".join(item.usage for item in SUBCOMMANDS.values())
    return [SlashCommand(COMMAND, "Tasks, decisions and the backend team.", hint)]


def subcommands() -> list[tuple[str, str]]:
    """Return (what to type, what it does) for each line of the table."""
    return [(f"{COMMAND} {item.usage}", item.help) for item in SUBCOMMANDS.values()]
