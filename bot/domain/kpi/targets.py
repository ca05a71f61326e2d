"""Targets that people chose in Slack, as one text: `on-time 97, mttr 1.5`."""

import difflib
import re

from bot.domain.kpi.kpi import Kpi
from bot.domain.kpi.table import KPIS
from bot.errors import UserFacingError

EXPECTS = "KPIs with their numbers, e.g. on-time 97, mttr 1.5, or off"
_OFF = ("", "off")
_ONE = re.compile(r"([a-z0-9-]+)[ :=]+([0-9]{1,7}(?:\.[0-9]{1,4})?)\s*(\D*)", re.IGNORECASE)
_MOST = {"%": 100.0, "of 5": 5.0}


def read_targets(text: str) -> str | None:
    """Return the text as it is kept, None for none; raises UserFacingError."""
    found = targets_of(text)
    return ", ".join(f"{name} {value:g}" for name, value in found.items()) or None


def targets_of(text: str) -> dict[str, float]:
    """Return the targets by the KPIs' names, in the KPI's unit; raises UserFacingError."""
    if text.strip().casefold() in _OFF:
        return {}
    return dict(_one(part.strip()) for part in re.split(r"[,;\n]+", text) if part.strip())


def _one(part: str) -> tuple[str, float]:
    match = _ONE.fullmatch(part)
    if match is None:
        raise UserFacingError(f"“{part[:40]}” does not fit here.", hint=f"Give {EXPECTS}.")
    kpi, value, unit = _kpi(match[1]), float(match[2]), match[3].strip()
    if unit and unit != kpi.unit:
        raise UserFacingError(
            f"{kpi.title} is not told in “{unit[:20]}”.",
            hint=f"Give the number alone{f'; its unit is {kpi.unit}' if kpi.unit else ''}.",
        )
    most = _MOST.get(kpi.unit)
    if most is not None and value > most:
        raise UserFacingError(f"{kpi.title} cannot be {value:g}.", hint=f"It is {most:g} at most.")
    return kpi.name, value


def _kpi(word: str) -> Kpi:
    known = {name: kpi for name, kpi in KPIS.items() if kpi.target}
    kpi = known.get(word.casefold())
    if kpi is not None:
        return kpi
    if word.casefold() in KPIS:
        raise UserFacingError(f"{KPIS[word.casefold()].title} has no target.")
    close = difflib.get_close_matches(word.casefold(), known, n=1)
    hint = f"Did you mean `{close[0]}`?" if close else "docs/kpis.md names all of them."
    raise UserFacingError(f"I know no KPI “{word[:40]}”.", hint=hint)
