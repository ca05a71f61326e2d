"""Why a name was not understood: Slack links those that it knows, and leaves others as text."""

from bot.errors import UserFacingError

_MOST = 60


def refused(word: str, expects: str) -> UserFacingError:
    """Return what is wrong with a word that should be a link to a person, group or channel."""
    shown = word.strip()[:_MOST]
    if shown[:1] in ("#", "@") and shown[1:]:
        return UserFacingError(
            f"Slack knows nothing called “{shown}” here.",
            hint="Choose it from the list that opens when you type `#` or `@`.",
        )
    return UserFacingError(f"“{shown}” does not fit here.", hint=f"Give {expects}.")
