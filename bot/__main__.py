"""The `teamlead` command; people's mistakes become one sentence on stderr and exit code 2."""

import sys

from bot.cli.app import app
from bot.cli.process import memory
from bot.cli.terminal import shown
from bot.errors import UserFacingError


def main() -> None:
    """Run the command line."""
    memory.load_in_peace()
    try:
        app()
    except UserFacingError as error:
        sys.stderr.write(f"teamlead: {shown(error.sentence())}\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
