"""An orchestration pattern: phases of steps that become the assignments of a plan."""

from pydantic import BaseModel, ConfigDict

LANGUAGE_EXPERT = "language-expert"
"""Placeholder in a step: whichever language expert fits the request."""


class PhaseStep(BaseModel):
    """One step: who does what, after whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    specialist: str
    title: str
    brief: str
    deliverable: str
    needs: tuple[str, ...] = ()
    """Ids of the steps whose output it builds on."""
    concerns: tuple[str, ...] = ()
    """Names of playbook cards, or their areas, that it draws on."""
    optional: bool = False
    """Taken only when one of its concerns occurs in the request."""


class Phase(BaseModel):
    """A stage of the pattern, for people to read; the graph is in the steps."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    title: str
    steps: tuple[PhaseStep, ...]


class Pattern(BaseModel):
    """A named way of working."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    when: tuple[str, ...] = ()
    """Phrases, lower case, that call for it."""
    phases: tuple[Phase, ...]

    @property
    def steps(self) -> tuple[PhaseStep, ...]:
        """All steps, in the order of the phases."""
        return tuple(step for phase in self.phases for step in phase.steps)
