"""Threads whose first message is still to be posted: a stand-in holds the place of its ts."""

PREFIX = "ask:"


def provisional(unique: str) -> str:
    """Return the stand-in made from something unique; it is the key of the root's outbox row."""
    return f"{PREFIX}{unique}"[:32]


def is_provisional(root_ts: str) -> bool:
    """Return whether this is a stand-in rather than the ts of a message."""
    return root_ts.startswith(PREFIX)
