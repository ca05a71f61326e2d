"""Settings of sandboxes: whether specialists may write and run code, and how far."""

from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le
from pydantic import Field
from pydantic_settings import BaseSettings

from bot.settings_outside import group


class SandboxSettings(BaseSettings):
    """Throw-away worktrees in which specialists write and run (docs/sandbox.md)."""

    model_config = group("TEAMLEAD_SANDBOX_")

    enabled: bool = Field(
        False,
        description="Whether specialists may ask to change code; each repository needs a yes, too.",
    )
    commands: str = Field(
        "",
        description="Comma-separated programs that may be run, e.g. `pytest,make`; empty: any.",
    )
    seconds: Annotated[float, Gt(0), Le(3_600)] = Field(120, description="One command at most.")
    memory_mb: Annotated[int, Ge(64)] = Field(
        2_048, description="Memory that a command and all that it starts may hold."
    )
    processes: Annotated[int, Ge(8), Le(4_096)] = Field(
        256, description="Processes and threads of one command at once."
    )
    file_mb: Annotated[int, Ge(1)] = Field(256, description="Largest file that is written.")
    disk_mb: Annotated[int, Ge(1)] = Field(
        1_024, description="Disk that one command may fill; its /tmp is memory, a quarter of that."
    )
    output_mb: Annotated[int, Ge(1), Le(1_000)] = Field(
        20, description="A command that says more is ended."
    )
    patch_kb: Annotated[int, Ge(10), Le(50_000)] = Field(
        1_000, description="Largest patch that is kept and attached."
    )
    rounds: Annotated[int, Ge(1), Le(100)] = Field(
        24, description="How often a specialist with a worktree may use tools before it hands in."
    )
    at_once: Annotated[int, Ge(1), Le(64)] = Field(2, description="Commands at work at once.")
    branch: Literal["off", "local", "push"] = Field(
        "off",
        description="Whether a task's changes become a branch `teamlead/t-12` in the repository,"
        " and whether it is pushed to `origin`.",
    )
    folder: Path | None = Field(
        None, description="Where worktrees stand; under TEAMLEAD_HOME, for root under /var/tmp."
    )
    mounts: str = Field(
        "",
        description="Comma-separated folders that commands see read-only, e.g. `/opt/go`; their"
        " `bin` is searched for programs.",
    )

    @property
    def allowed(self) -> frozenset[str]:
        """Return the programs that may be run; empty for any."""
        return _listed(self.commands)

    @property
    def seen(self) -> tuple[Path, ...]:
        """Return the folders that commands see beside the system's."""
        return tuple(Path(each) for each in sorted(_listed(self.mounts)))


def _listed(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(",") if word.strip())
