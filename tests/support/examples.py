"""How many examples a property draws that costs more than most, or less."""

from typing import Any

from hypothesis import settings


def examples(everyday: int, **more: Any) -> settings:
    """Return settings for so many a run, and for as many more as HYPOTHESIS=thorough asks for."""
    times = settings().max_examples // settings.get_profile("teamlead").max_examples
    return settings(max_examples=everyday * times, **more)
