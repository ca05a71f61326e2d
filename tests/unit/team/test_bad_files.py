"""Each kind of bad file is named with its path, the line that is wrong and the reason."""

from pathlib import Path

import pytest

from bot.errors import UserFacingError
from bot.team import TeamFileInvalid, load_team
from tests.unit.team.folder import CHARTER, PATTERN, card, write

LONG = "x" * 181
DECISION = """\
decision:
  title: x
  options:
    - {title: a, good: b, bad: c}
  choose: z
  because: y"""

CARDS = [
    ("no front matter", "# Soap", "# Soap", 1, "must begin with front matter"),
    ("never closed", "---\nPut", "Put", 1, "no closing ---"),
    ("YAML slip", "title: Soap", "title: [Soap", 4, "flow sequence begun in line 3"),
    ("a key twice", "title: Soap", "name: soap", 3, "'name' stands twice"),
    ("no mapping", "", "", 2, "`key: value` lines"),
    ("control character", "title: Soap", "title: So\x07ap", 3, "does not allow"),
    ("other name", "name: soap", "name: sope", 2, "differs from the file's"),
    ("unknown key", "title: Soap", "titel: Soap", 2, "title: field required"),
    ("extra key", "area: api", "area: api\nsubject: x", 5, "subject: extra inputs"),
    ("key of the body", "area: api", "area: api\ndo: [x]", 5, "'do' belongs below"),
    ("long title", "title: Soap", f"title: {LONG}", 3, "at most 50"),
    ("unknown area", "area: api", "area: apis", 4, "area 'apis' is unknown"),
    ("unknown specialist", "[api-architect]", "[api-architekt]", 5, "'api-architekt' is unknown"),
    ("nobody", "[api-architect]", "[]", 5, "nobody speaks"),
    ("upper case", "strong: [wsdl]", "strong: [xsd, WSDL]", 7, "'WSDL' is not lower case"),
    ("empty word", "weak: [xml]", "weak: ['']", 8, "an empty word"),
    ("no list", "weak: [xml]", "weak: yes", 8, "triggers.weak: input should be a valid"),
    ("no text", "weak: [xml]", "weak:\n    - soap\n    - no", 10, "valid string"),
    ("unknown calculation", "[littles_law]", "[big_law]", 9, "'big_law' is unknown"),
    ("no headline", "Put a facade before the SOAP service.\n", "\n", 13, "headline is missing"),
    ("unknown section", "## Avoid", "## Never", 18, "unknown section '## Never'"),
    ("no bullet", "- Keep the contract.", "Keep it.", 16, "starts with a dash"),
    ("long bullet", "Keep the contract.", LONG, 16, "181 characters, at most 180"),
    ("empty bullet", "(java|spring) Parsing by hand.", "(java) ", 19, "bullet is empty"),
    ("unknown fact", "{rps}", "{speed}", 22, "unknown fact 'speed'"),
    ("no arithmetic", "{rps}", "{rps +}", 22, "is not arithmetic"),
    ("a call", "{rps}", "{rps.real}", 22, "is not arithmetic"),
    ("a string", "{rps}", "{'x'}", 22, "is not arithmetic"),
    ("open brace", "{rps}", "{rps", 22, "no partner|not arithmetic"),
    (
        "chosen nothing",
        "area: api",
        f"area: api\n{DECISION}",
        9,
        "choose names none",
    ),
    (
        "half an option",
        "area: api",
        f"area: api\n{DECISION.replace(', bad: c', '')}",
        8,
        "decision.options.0.bad: field required",
    ),
]

CHARTERS = [
    ("no charter", "You build PHP services.", "", 2, "no text below"),
    ("hands over", "database-architect: queries", "dba: queries", 6, "unknown 'dba'"),
    ("icon", "':elephant:'", "elephant", 3, "such as :gear:"),
    ("upper case", "[laravel]", "[Laravel]", 8, "'Laravel' is not lower case"),
    ("upper case technology", "[php]", "[PHP]", 10, "'PHP' is not lower case"),
    ("enabled", "language: php", "enabled: maybe", 5, "true or false"),
    ("enabled wrongly", "language: php", "enabled: 0", 5, "true or false"),
]

PATTERNS = [
    ("unknown specialist", "backend-architect", "backend-architct", 8, "'backend-architct' is unk"),
    ("unknown concern", "[security]", "[sekurity]", 12, "no area or card is named 'sekurity'"),
    ("unknown need", "[read]", "[red]", 18, "report needs unknown 'red'"),
    ("needs itself", "[read]", "[report]", 18, "wait for each other: report"),
    ("cycle", "concerns: [security]", "needs: [report]", 12, "wait for each other: re"),
    ("an id twice", "id: report", "id: read", 13, "stands twice"),
    ("upper case", "[audit]", "[Audit]", 2, "not lower case"),
    ("no step", PATTERN.partition("    steps:")[2], " []\n", 3, "has no step"),
    ("no deliverable", "        deliverable: Notes\n", "", 7, "deliverable: field required"),
    ("no number", "number: 1", "number: one", 4, "phases.0.number"),
]


def bad(path: Path, line: int, reason: str) -> None:
    """Assert that loading names `path`, `line` and something that matches `reason`."""
    folder = path.parent.parent
    with pytest.raises(TeamFileInvalid, match=reason) as caught:
        load_team(folder)
    assert (caught.value.path, caught.value.line) == (path, line)
    assert caught.value.sentence().startswith(f"{path}, line {line}: ")
    assert isinstance(caught.value, UserFacingError)


@pytest.mark.parametrize(("what", "old", "new", "line", "reason"), CARDS, ids=lambda x: str(x)[:20])
def test_a_bad_card(what: str, old: str, new: str, line: int, reason: str, tmp_path: Path) -> None:
    text = card()
    if what == "no front matter":
        text = new
    elif what == "no mapping":
        text = "---\n- soap\n---\nText.\n"
    else:
        assert old in text
        text = text.replace(old, new, 1)
    bad(write(tmp_path, "playbooks/soap.md", text), line, reason)


@pytest.mark.parametrize(("what", "old", "new", "line", "reason"), CHARTERS)
def test_a_bad_charter(
    what: str, old: str, new: str, line: int, reason: str, tmp_path: Path
) -> None:
    assert old in CHARTER, what
    bad(write(tmp_path, "charters/php-expert.md", CHARTER.replace(old, new)), line, reason)


@pytest.mark.parametrize(("what", "old", "new", "line", "reason"), PATTERNS)
def test_a_bad_pattern(
    what: str, old: str, new: str, line: int, reason: str, tmp_path: Path
) -> None:
    assert old in PATTERN, what
    bad(write(tmp_path, "patterns/audit.yaml", PATTERN.replace(old, new)), line, reason)


def test_a_step_before_what_it_needs(tmp_path: Path) -> None:
    """Steps stand in the order in which they can be read."""
    head, read, report = PATTERN.partition("      - id: read")[0], *_steps()
    path = write(tmp_path, "patterns/audit.yaml", head + report + read)
    bad(path, 12, "report needs 'read', which comes later")


def _steps() -> tuple[str, str]:
    steps = PATTERN[PATTERN.index("      - id: read") :]
    cut = steps.index("      - id: report")
    return steps[:cut], steps[cut:]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = write(tmp_path, "playbooks/soap.md", b"---\nname: soap\ntitle: \xff\n---\n")
    bad(path, 3, "not UTF-8")


def test_text_files_are_checked_too(tmp_path: Path) -> None:
    path = write(tmp_path, "standards.md", b"fine\n\xff")
    with pytest.raises(TeamFileInvalid) as caught:
        load_team(tmp_path)
    assert (caught.value.path, caught.value.line) == (path, 2)


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "playbooks" / "soap.md").mkdir(parents=True)
    bad(tmp_path / "playbooks" / "soap.md", 1, "cannot be read")


def test_a_name_that_is_not_kebab_case(tmp_path: Path) -> None:
    bad(write(tmp_path, "playbooks/My Soap.md", card("My Soap")), 2, "lower case words")


def test_an_overlay_cannot_take_a_specialist_that_nobody_made(tmp_path: Path) -> None:
    """The overlay's own file is blamed, also when it replaces a shipped card."""
    text = card("indexing").replace("[api-architect]", "[database-architect, dba]")
    bad(write(tmp_path, "playbooks/indexing.md", text), 5, "'dba' is unknown")
