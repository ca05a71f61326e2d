"""House rules as tests: what AGENTS.md asks for and ruff, mypy and import-linter cannot see."""

import re
from functools import cache
from pathlib import Path
from statistics import median

import pytest

from bot.cli.docs import generated

ROOT = Path(__file__).parents[3]
PROGRAM = ("bot", "handlers", "scheduler", "storage")
FOLDERS = (*PROGRAM, "tests", "benchmarks", "docs", ".ci")
PYTHON = sorted(
    file for folder in (*PROGRAM, "tests", "benchmarks") for file in (ROOT / folder).rglob("*.py")
)
CODE = (".py", ".js", ".css", ".html")
MOST_LINES = 400
MOST_MEDIAN_LINES = 110

# The words are put together here, so that this file is searched like any other.
_PLACES = tuple(f"/{folder}" for folder in ("work/", "root/", "home/", "Users/", "opt/py"))
_HOSTS = (
    *(".".join(parts) for parts in (("pypi", "org"), ("npmjs", "org"), ("proxy", "golang"))),
    *("".join(parts) for parts in (("python", "hosted"), ("index", "-url"))),
)
_OPEN_BINDS = (".".join("0000"),)
# This file and AGENTS.md name the reminders that are not to be written.
_RULES = ("tests/unit/project/test_architecture.py", "AGENTS.md")
_BEGINS = re.compile(r'\s*(#.*\n\s*)*r?"""[^"\s]')
_LATER = re.compile(r"\b(TODO|FIXME|XXX)\b")


def files() -> list[Path]:
    """Every text file that belongs to the project."""
    found = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*") if file.is_file()]
    found += [file for file in ROOT.iterdir() if file.is_file() and file.name != ".coverage"]
    binary = {".png", ".pyc", ".db", ".woff2"}
    return [
        file
        for file in sorted(found)
        if file.suffix not in binary and "__pycache__" not in file.parts
        # A machine's own settings and reports are no part of the project.
        if file.name != ".env" and not file.name.startswith(".coverage")
    ]


@cache
def text_of(file: Path) -> str:
    """Return what a file says: several rules ask each."""
    return file.read_text("utf-8")


def short(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def having(pattern: str, *, outside: tuple[str, ...] = ()) -> list[str]:
    """Return the Python files that match, except those named and this folder."""
    return [
        short(file)
        for file in PYTHON
        if not short(file).startswith(("tests/unit/project/", *outside))
        and re.search(pattern, text_of(file))
    ]


def test_only_the_clock_reads_the_time() -> None:
    """Everything else takes a Clock, so that any moment can be tested."""
    pattern = r"\b(datetime\.(now|utcnow|today)|date\.today|time\.(time|monotonic)|utcnow)\("
    # Tests and benchmarks may measure how long something took, but not ask what time it is.
    program = [name for name in having(pattern) if name.startswith(PROGRAM)]
    assert program == ["bot/clock.py"]
    assert having(r"\b(datetime\.(now|utcnow)|date\.today)\(", outside=("bot/clock.py",)) == []


def test_days_are_named_in_one_form() -> None:
    """`day_words` says "1 Oct"; strftime's "01 Oct" beside it looks like two programs."""
    found = [name for name in having(r":[^}\n]*%d %[bB][^}\n]*\}") if name.startswith(PROGRAM)]
    assert found == []


def test_nobody_sleeps_for_luck() -> None:
    """Blocking sleeps hide races; wait for the thing itself."""
    assert having(r"\btime\.sleep\(") == []


def test_only_sessions_commit() -> None:
    """One transaction per use case, ended at its edge."""
    assert having(r"\.commit\(", outside=("storage/sessions.py",)) == []


def test_files_are_short() -> None:
    """No file over 400 lines, and most far below: a file is read in one go."""
    lengths = {
        short(file): len(text_of(file).splitlines()) for file in files() if file.suffix in CODE
    }
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}
    assert median(lengths[short(file)] for file in PYTHON) < MOST_MEDIAN_LINES


@pytest.mark.parametrize("folder", [*PROGRAM, "tests"])
def test_every_module_says_why_it_exists(folder: str) -> None:
    """The first sentence of a module tells a reader whether to go on."""
    silent = [
        short(file)
        for file in PYTHON
        if short(file).startswith(f"{folder}/")
        # An empty file only marks a package.
        and text_of(file)
        and not _BEGINS.match(text_of(file))
    ]
    assert silent == []


def test_no_machine_and_no_registry_is_named() -> None:
    """What is true of one machine is false on the next; servers stay on loopback."""
    forbidden = (*_PLACES, *_HOSTS, *_OPEN_BINDS)
    found = [
        f"{short(file)}: {word}" for file in files() for word in forbidden if word in text_of(file)
    ]
    assert found == []


def test_nothing_is_left_for_later() -> None:
    """No reminders in the code: what is missing is an issue, or said in the documentation."""
    found = [
        short(file)
        for file in files()
        if short(file) not in _RULES and _LATER.search(text_of(file))
    ]
    assert found == []


def test_constraints_are_exact_pins() -> None:
    """Each line is one exact version, and every direct dependency has one."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    shape = re.compile(r'[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+( ; python_version [<>=]+ "3\.\d+")?')
    assert [line for line in pins if not shape.fullmatch(line)] == []
    pinned = {canonical(line.partition("==")[0]) for line in pins}
    assert {canonical(name) for name in direct_dependencies()} - pinned == set()


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def direct_dependencies() -> list[str]:
    """Return the names in pyproject.toml's lists of dependencies."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    return re.findall(r'^  "([A-Za-z0-9._-]+)[^"]*[<>=][^"]*",$', text, flags=re.MULTILINE)


@pytest.mark.parametrize("name", sorted(generated()))
def test_generated_files_are_current(name: str) -> None:
    """`make docs` was run after the last change of what they are generated from."""
    assert (ROOT / name).read_text("utf-8") == generated()[name]()


def test_readme_opens_with_commands_that_exist() -> None:
    """The first two commands of the README are targets of the Makefile."""
    commands = re.findall(r"^make (\w+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert commands[:2] == ["demo", "test"]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert [name for name in commands if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


def test_documentation_links_lead_somewhere() -> None:
    """Relative links in Markdown name files that are there."""
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{short(page)} -> {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_decisions_name_their_test() -> None:
    """Each ADR has the parts of the template, and the test that it refers to exists."""
    records = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert records
    for record in records:
        text = record.read_text("utf-8")
        for part in ("Context", "Decision", "Consequences", "Alternatives", "References"):
            assert f"\n## {part}\n" in text, f"{record.name} lacks {part}"
        tests = re.findall(r"`(tests/[\w/.]+)`", text.partition("## References")[2])
        assert tests, f"{record.name} names no test"
        assert [name for name in tests if not (ROOT / name).exists()] == [], record.name
