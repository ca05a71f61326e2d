"""Loads the team that ships with the program, then lays a team's own files over it."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from bot.domain.pattern import Pattern
from bot.domain.specialist import Specialist
from bot.errors import SettingInvalid
from bot.team.absent import (
    without_absent_hand_overs,
    without_absent_speakers,
    without_absent_steps,
)
from bot.team.cards import parse_card
from bot.team.files import Files, Folder
from bot.team.front_matter import Source, read_markdown, read_text, read_yaml
from bot.team.references import check_references, check_steps
from bot.team.team import Team

SHIPPED = Path(__file__).parent
LEAD = "lead"
_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ICON = re.compile(r":[a-z0-9_+'-]+:")

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


def load_team(directory: Path | None = None) -> Team:
    """Return the shipped team, overlaid with `directory` (same layout) when given.

    A file of the same name replaces the shipped one; with `enabled: false` it removes it. Raises
    SettingInvalid when the directory is missing, TeamFileInvalid for a bad file in it.
    """
    files = _shipped().copy()
    if directory is not None:
        if not directory.is_dir():
            raise SettingInvalid("TEAMLEAD_TEAM_DIR", f"names {str(directory)!r}, not a folder.")
        _read(directory, files)
    check_references(files)
    return _assemble(files)


@cache
def _shipped() -> Files:
    """Return what the package ships, read once a process (180 files, 0.2 s); copy to change it."""
    files = Files()
    _read(SHIPPED, files)
    return files


def _assemble(files: Files) -> Team:
    there = files.charters
    language = any(who.language for who in there.values())
    patterns = {
        name: without_absent_steps(pattern, there, language=language)
        for name, pattern in sorted(files.patterns.items())
    }
    cards = {
        name: without_absent_speakers(card, there) for name, card in sorted(files.cards.items())
    }
    return Team(
        lead=without_absent_hand_overs(there[LEAD], there),
        specialists={
            name: without_absent_hand_overs(there[name], there) for name in _ordered(there)
        },
        patterns={name: pattern for name, pattern in patterns.items() if pattern.phases},
        cards={name: card for name, card in cards.items() if card.specialists},
        honesty=files.texts["honesty"],
        standards=files.texts["standards"],
    )


def _ordered(names: Iterable[str]) -> list[str]:
    others = [name for name in names if name not in ORDER and name != LEAD]
    return [name for name in ORDER if name in names] + sorted(others)


def _read(folder: Path, files: Files) -> None:
    for path in _paths(folder / "charters", ".md"):
        source = read_markdown(path)
        if _enabled(source, "charters", files):
            files.charters[path.stem] = _charter(source)
        elif path.stem == LEAD:
            raise source.fail("the lead cannot be switched off", "enabled")
        else:
            files.charters.pop(path.stem, None)
    for path in _paths(folder / "patterns", ".yaml", ".yml"):
        source = read_yaml(path)
        if _enabled(source, "patterns", files):
            pattern = source.build(Pattern)
            check_steps(source, pattern)
            files.patterns[path.stem] = pattern
        else:
            files.patterns.pop(path.stem, None)
    for path in _paths(folder / "playbooks", ".md"):
        source = read_markdown(path)
        if _enabled(source, "playbooks", files):
            files.cards[path.stem] = parse_card(source)
        else:
            files.cards.pop(path.stem, None)
    for name in ("honesty", "standards"):
        if (path := folder / f"{name}.md").is_file():
            files.texts[name] = read_text(path).strip()


def _paths(folder: Path, *suffixes: str) -> Iterator[Path]:
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            hidden = path.name.startswith(".") or path.name == "README.md"
            if path.suffix in suffixes and not hidden:
                yield path


def _enabled(source: Source, folder: Folder, files: Files) -> bool:
    """Note that the file exists and return whether it is in force; its name must be its `name`."""
    enabled = source.data.pop("enabled", True)
    if not isinstance(enabled, bool):
        raise source.fail("enabled must be true or false", "enabled")
    stem = source.path.stem
    if not _KEBAB.fullmatch(stem):
        raise source.fail("the file's name must be lower case words joined by hyphens")
    name = source.data.setdefault("name", stem)
    if name != stem:
        raise source.fail(f"name {name!r} differs from the file's, {stem!r}", "name")
    files.made[folder].add(stem)
    files.sources[folder, stem] = source
    return enabled


def _charter(source: Source) -> Specialist:
    who = source.build(Specialist, charter=source.body.strip())
    source.require_lower_case(who.expertise.strong, "expertise", "strong")
    source.require_lower_case(who.expertise.weak, "expertise", "weak")
    source.require_lower_case(who.technologies, "technologies")
    if not _ICON.fullmatch(who.icon):
        raise source.fail("the icon must be an emoji's short name such as :gear:", "icon")
    if not who.charter:
        raise source.fail("the charter has no text below its front matter")
    return who
