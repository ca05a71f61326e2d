"""Who could take a blocker: the owner of the service that it names, or the team that it names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.hand_off import TEAMS

_ASKED = tuple(team for team in TEAMS if team != "main-orchestrator")


@dataclass(frozen=True)
class Proposal:
    """What is proposed; empty fields for what is not."""

    service: str = ""
    owner_id: str = ""
    team: str = ""


NOTHING = Proposal()


def propose(text: str, owners: Mapping[str, str], *, named_by: str) -> Proposal:
    """Return who could take a blocker; `owners` are services' owners by the services' names.

    Nothing is proposed to whoever named it. Of several services the longest name counts.
    """
    service = next(
        (
            name
            for name in sorted(owners, key=len, reverse=True)
            if owners[name] != named_by and _names(text, name)
        ),
        "",
    )
    team = next((team for team in _ASKED if _names(text, team)), "")
    return Proposal(service, owners.get(service, ""), team)


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE) is not None
