"""Loads the team that ships with the program, then lays a team's own files over it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.pattern import LANGUAGE_EXPERT, Pattern
from bot.domain.playbook import Card
from bot.domain.specialist import Specialist
from bot.errors import SettingInvalid
from bot.team.cards import parse_card
from bot.team.errors import TeamFileInvalid
from bot.team.front_matter import Source, read_markdown, read_yaml
from bot.team.team import Team

SHIPPED = Path(__file__).parent
LEAD = "lead"

ORDER = (
    "backend-architect",
    "database-architect",
    "api-architect",
    "microservices-expert",
    "python-backend-expert",
    "nodejs-backend-expert",
    "java-backend-expert",
    "golang-backend-expert",
    "rust-backend-expert",
)
"""The seed's order; specialists that a team adds follow."""


@dataclass
class _Files:
    """What has been read so far; later files of the same name replace earlier ones."""

    charters: dict[str, Specialist] = field(default_factory=dict)
    patterns: dict[str, Pattern] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)


def load_team(directory: Path | None = None) -> Team:
    """Return the shipped team, overlaid with `directory` (same layout) when given.

    Raises SettingInvalid when the directory is missing, TeamFileInvalid for a bad file in it.
    """
    files = _Files()
    _read(SHIPPED, files)
    if directory is not None:
        if not directory.is_dir():
            raise SettingInvalid("TEAMLEAD_TEAM_DIR", f"names {str(directory)!r}, not a folder.")
        _read(directory, files)
    _check_references(files)
    return Team(
        lead=files.charters[LEAD],
        specialists={name: files.charters[name] for name in _ordered(files.charters)},
        patterns=dict(sorted(files.patterns.items())),
        cards=dict(sorted(files.cards.items())),
        honesty=files.texts["honesty"],
        standards=files.texts["standards"],
    )


def _ordered(names: Iterable[str]) -> list[str]:
    others = [name for name in names if name not in ORDER and name != LEAD]
    return [name for name in ORDER if name in names] + sorted(others)


def _read(folder: Path, files: _Files) -> None:
    for path in _files(folder / "charters", ".md"):
        _read_charter(path, files)
    for path in _files(folder / "patterns", ".yaml"):
        source = read_yaml(path, path.read_text("utf-8"))
        pattern: Pattern = source.build(Pattern, source.data)
        _check_steps(source, pattern)
        files.patterns[pattern.name] = pattern
        files.sources[f"pattern {pattern.name}"] = source
    for path in _files(folder / "playbooks", ".md"):
        card = parse_card(path, path.read_text("utf-8"))
        files.cards[card.name] = card
    for name in ("honesty", "standards"):
        path = folder / f"{name}.md"
        if path.is_file():
            files.texts[name] = path.read_text("utf-8").strip()


def _files(folder: Path, suffix: str) -> Iterator[Path]:
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if path.suffix == suffix and path.name != "README.md":
                yield path


def _read_charter(path: Path, files: _Files) -> None:
    source = read_markdown(path, path.read_text("utf-8"))
    enabled = source.data.pop("enabled", True)
    name = source.data.get("name", path.stem)
    if name != path.stem:
        raise source.fail(f"name {name!r} differs from the file's", "name")
    if enabled is False:
        if name == LEAD:
            raise source.fail("the lead cannot be switched off", "enabled")
        files.charters.pop(name, None)
        return
    files.charters[name] = source.build(
        Specialist, {**source.data, "name": name, "charter": source.body.strip()}
    )
    files.sources[f"charter {name}"] = source


def _check_steps(source: Source, pattern: Pattern) -> None:
    if pattern.name != source.path.stem:
        raise source.fail(f"name {pattern.name!r} differs from the file's", "name")
    ids = [step.id for step in pattern.steps]
    done: set[str] = set()
    for phase_at, phase in enumerate(pattern.phases):
        for step_at, step in enumerate(phase.steps):
            where = ("phases", phase_at, "steps", step_at)
            if ids.count(step.id) > 1:
                raise source.fail(f"id {step.id!r} stands twice", *where)
            for need in step.needs:
                if need not in ids:
                    raise source.fail(f"{step.id} needs unknown {need!r}", *where)
                if need not in done:
                    raise source.fail(f"{step.id} needs {need!r}, which comes later", *where)
            done.add(step.id)


def _check_references(files: _Files) -> None:
    """Everybody who is named must exist; a specialist that was switched off is left out quietly."""
    known = frozenset(files.charters) | frozenset(ORDER) | {LANGUAGE_EXPERT}
    for pattern in files.patterns.values():
        _check_step_specialists(files.sources[f"pattern {pattern.name}"], pattern, known)
    for name, who in files.charters.items():
        for other in who.hands_over:
            if other not in known:
                source = files.sources[f"charter {name}"]
                raise source.fail(f"hands over to unknown {other!r}", "hands_over", other)
    for card in files.cards.values():
        for owner in card.specialists:
            if owner not in known:
                path = SHIPPED / "playbooks" / f"{card.name}.md"
                raise TeamFileInvalid(path, 1, f"specialist {owner!r} is unknown")


def _check_step_specialists(source: Source, pattern: Pattern, known: frozenset[str]) -> None:
    for phase_at, phase in enumerate(pattern.phases):
        for step_at, step in enumerate(phase.steps):
            if step.specialist not in known:
                where = ("phases", phase_at, "steps", step_at, "specialist")
                raise source.fail(f"specialist {step.specialist!r} is unknown", *where)
