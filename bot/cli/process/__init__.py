"""The parts of a running process; `bot.cli.bot_process` puts them together."""
