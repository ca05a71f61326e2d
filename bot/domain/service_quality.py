"""What was measured of a service's code: each figure with its tool and of how many, or why none."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure. Without a value `why` says what stood in the way."""

    title: str
    tool: str
    value: float | None = None
    n: int | None = None
    of: str = ""
    """What `n` counts, e.g. `functions`."""
    why: str = ""

    @property
    def text(self) -> str:
        """The figure as one line."""
        if self.value is None:
            return f"{self.title}: not measured ({self.why})"
        of = f", n = {self.n:,} {self.of}" if self.n is not None else ""
        return f"{self.title}: {self.value:g} ({self.tool}{of})"


@dataclass(frozen=True)
class ServiceQuality:
    """All figures of a service's repository at a commit."""

    service: str
    repository: str
    commit: str
    figures: tuple[Figure, ...]

    @property
    def title(self) -> str:
        """What they are figures of."""
        return f"Code quality of {self.service} ({self.repository} at {self.commit[:10]})"

    @property
    def text(self) -> str:
        """Everything, a line for each figure."""
        return "\n".join([self.title, *(figure.text for figure in self.figures)])
