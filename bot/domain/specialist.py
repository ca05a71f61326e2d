"""A member of the team: what it is called for, what it delivers, how it is recognised."""

from pydantic import BaseModel, ConfigDict


class Expertise(BaseModel):
    """Words that call this specialist: one strong word does, weak ones only add up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()


class Specialist(BaseModel):
    """One specialist, or the lead; `charter` is what it is told about itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    icon: str
    """Slack emoji shortname, e.g. `:card_file_box:`."""
    when: tuple[str, ...] = ()
    delivers: tuple[str, ...] = ()
    hands_over: dict[str, str] = {}
    """To whom -> what."""
    expertise: Expertise = Expertise()
    language: str | None = None
    """`python`, `nodejs`, `java`, `golang`, `rust` for a language expert."""
    technologies: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    """What it may use: capabilities (`bot.domain.tool_capability`), or tool servers by name."""
    charter: str = ""
