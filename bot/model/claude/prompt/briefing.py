"""Writes the team down once, as the text that every prompt of a process begins with."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.pattern import LANGUAGE_EXPERT, Pattern, PhaseStep
from bot.domain.playbook import Bullet, Card
from bot.domain.specialist import Specialist
from bot.model.claude.prompt.data import section
from bot.model.claude.prompt.house import HOUSE
from bot.team import Team


@dataclass(frozen=True)
class Briefing:
    """`shared` begins all prompts; `charters` has the lead's under the empty name."""

    shared: str
    charters: dict[str, str]

    def charter(self, name: str) -> str:
        """Return a specialist's charter, the lead's for an empty name; raises KeyError."""
        return self.charters[name]


def brief(team: Team) -> Briefing:
    """Return a team's briefing; the same team gives the same bytes."""
    everybody = "\n".join(_member(who) for who in team.specialists.values())
    patterns = "\n\n".join(_pattern(pattern) for pattern in team.patterns.values())
    charters = {name: _charter(who) for name, who in team.specialists.items()}
    return Briefing(
        shared="\n\n".join(
            [
                HOUSE,
                team.honesty,
                team.standards,
                section("team", f"{everybody}\n\nPatterns\n\n{patterns}"),
            ]
        ),
        charters={**charters, "": _charter(team.lead)},
    )


def card_text(card: Card) -> str:
    """Return a card as Markdown; what matters most stands first, because cards are trimmed."""
    decision = card.decision
    parts = [
        f"{card.title}: {card.headline}",
        _bullets("Do", card.do),
        _bullets("Avoid", card.avoid),
        _bullets("Check", card.check),
        f"Usually decided: {decision.choose}, because {decision.because}" if decision else "",
        card.detail,
    ]
    return "\n".join(part for part in parts if part)


def _member(who: Specialist) -> str:
    text = f"- {who.name} ({who.title}): {_listed(who.when)}"
    if who.delivers:
        text += f" | delivers {_listed(who.delivers)}"
    return text + (f" | {_listed(who.technologies)}" if who.technologies else "")


def _charter(who: Specialist) -> str:
    handed = "; ".join(f"{what} to {name}" for name, what in who.hands_over.items())
    parts = [f"You are {who.name}, {who.title}.", who.charter]
    return "\n\n".join([*parts, *([f"You hand over {handed}."] if handed else [])])


def _pattern(pattern: Pattern) -> str:
    lines = [f"{pattern.name} ({pattern.title}): {_listed(pattern.when)}"]
    for phase in pattern.phases:
        lines.append(f"  Phase {phase.number}: {phase.title}")
        lines += [f"  - {_step(step)}" for step in phase.steps]
    return "\n".join(lines)


def _step(step: PhaseStep) -> str:
    who = "the fitting language expert" if step.specialist == LANGUAGE_EXPERT else step.specialist
    needs = f", after {_listed(step.needs)}" if step.needs else ""
    return f"{step.id}: {who}: {step.title}{needs}{' (if it matters)' if step.optional else ''}"


def _bullets(title: str, bullets: Sequence[Bullet]) -> str:
    lines = [f"- {_condition(bullet)}{bullet.text}" for bullet in bullets]
    return "\n".join([f"{title}:", *lines]) if lines else ""


def _condition(bullet: Bullet) -> str:
    return f"({' or '.join(bullet.technologies)}) " if bullet.technologies else ""


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)
