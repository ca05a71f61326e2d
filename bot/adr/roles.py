"""Which heading means what, in the forms that are published and in some languages."""

import re
from typing import Literal

Role = Literal[
    "status", "date", "makers", "consulted", "informed", "context", "drivers", "options", "details",
    "outcome", "consequences", "confirmation", "more",
]  # fmt: skip

_NAMES: dict[Role, str] = {
    "status": "status, state, decision status, 状态, statut, estado, ステータス, stato",
    "date": "date, decision date, 日期",
    "makers": "deciders, decision makers, decision-makers, decision owners",
    "consulted": "consulted",
    "informed": "informed",
    "context": "context, context and problem statement, problem, problem statement, background,"
    " issue, context and background, motivation, 背景, 上下文, kontext, contexte,"
    " contexte et énoncé du problème, contexto, contexto y problema, コンテキスト, контекст,"
    " kontext und problemstellung, contexto y planteamiento del problema, the problem",
    "drivers": "decision drivers, drivers, forces, facteurs de décision, entscheidungstreiber,"
    " factores de decisión, decision criteria, requirements and constraints",
    "options": "considered options, options considered, options, alternatives considered,"
    " alternatives, considered alternatives, positions, options envisagées, opciones consideradas,"
    " betrachtete optionen, alternatives evaluated, rejected alternatives",
    "details": "pros and cons of the options, pros and cons of the options | evaluation of options,"
    " avantages et inconvénients des options, evaluation of options, options analysis,"
    " pros y contras de las opciones, vor- und nachteile der optionen",
    "outcome": "decision, decision outcome, decisions, outcome, résultat de la décision, décision,"
    " 决策, 决定, decisión, resultado de la decisión, entscheidung, entscheidungsergebnis, 決定,"
    " решение, decisione, decisão, the decision, resolution",
    "consequences": "consequences, consequence of, implications, 后果, 结果, konsequenzen,"
    " conséquences, consecuencias, 影響, последствия, conseguenze, consequências,"
    " positive consequences, negative consequences, consequence, impact",
    "confirmation": "confirmation, validation, compliance",
    "more": "more information, links, references, related decisions, related, notes,"
    " related decision records, plus d'informations, más información, weitere informationen",
}
_ROLES: dict[str, Role] = {
    name.strip(): role for role, names in _NAMES.items() for name in names.split(",")
}
_AROUND = re.compile(r"^[\W_\d]+|[\W_]+$")

_METADATA = {"metadata", "meta data", "meta", "document information", "adr metadata", "info"}

CANONICAL: dict[str, str] = {
    "context": "Context and Problem Statement",
    "decision": "Decision Outcome",
}
"""Headings that an export writes as MADR 4 has them; the others already are, or are the file's."""


def role_of(heading: str) -> Role | None:
    """Return what a heading means, whatever stands around its words; None: something else."""
    plain = re.sub(r"<!--.*?-->|\((?:optional|if any)\)", "", heading, flags=re.IGNORECASE)
    plain = re.sub(r"[*_`]+", "", plain)
    return _ROLES.get(_folded(plain))


def is_metadata(heading: str) -> bool:
    """Return whether a heading stands over status, date and people, as some have it."""
    return _folded(heading) in _METADATA


def _folded(heading: str) -> str:
    return " ".join(_AROUND.sub("", heading).lower().split()).removeprefix("the ")
