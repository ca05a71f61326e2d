"""What is wrong with a team's file: which file, which line, why."""

from pathlib import Path

from bot.errors import UserFacingError


class TeamFileInvalid(UserFacingError):
    """A charter, pattern or card cannot be used."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}, line {line}: {reason}.")
        self.path = path
        self.line = line
        self.reason = reason
