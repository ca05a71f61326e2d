"""A team's own folder adds, overrides and removes, and the rest stays whole."""

from pathlib import Path

import pytest

from bot.domain.fold import fold
from bot.domain.plan import Assignment, Plan, problems
from bot.errors import SettingInvalid, UserFacingError
from bot.team import Team, load_team
from tests.unit.team.folder import CHARTER, PATTERN, card, write

OFF = "---\nenabled: false\n---\n"


def switched_off(folder: Path, *names: str) -> Team:
    for name in names:
        write(folder, f"charters/{name}.md", OFF)
    return load_team(folder)


def test_an_empty_folder_changes_nothing(tmp_path: Path) -> None:
    assert load_team(tmp_path) == load_team()


def test_a_missing_folder_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="TEAMLEAD_TEAM_DIR"):
        load_team(tmp_path / "nowhere")


def test_new_files_are_added(tmp_path: Path) -> None:
    """A new specialist follows the nine; cards may use its language as their area."""
    write(tmp_path, "charters/php-expert.md", CHARTER)
    write(tmp_path, "patterns/audit.yaml", PATTERN)
    write(tmp_path, "playbooks/soap.md", card().replace("area: api", "area: php"))
    team = load_team(tmp_path)
    assert list(team.specialists)[-1] == "php-expert"
    assert len(team.specialists) == 10
    assert team.specialists["php-expert"].charter == "You build PHP services."
    assert [step.id for step in team.patterns["audit"].steps] == ["read", "report"]
    assert team.cards["soap"].headline == "Put a facade before the SOAP service."


def test_a_card_is_read_as_written(tmp_path: Path) -> None:
    write(tmp_path, "playbooks/soap.md", card())
    soap = load_team(tmp_path).cards["soap"]
    assert [bullet.text for bullet in soap.do] == ["Keep the contract."]
    assert soap.avoid[0].technologies == ("java", "spring")
    assert soap.avoid[0].text == "Parsing by hand."
    assert soap.check[0].facts == ("rps",)
    assert soap.detail == "One paragraph."
    assert soap.triggers.weak == ("xml",)


def test_a_file_of_the_same_name_overrides(tmp_path: Path) -> None:
    write(tmp_path, "playbooks/indexing.md", card("indexing"))
    write(tmp_path, "charters/rust-backend-expert.md", CHARTER)
    write(tmp_path, "honesty.md", "Say so.\n")
    team, shipped = load_team(tmp_path), load_team()
    assert team.cards["indexing"].title == "Soap"
    assert len(team.cards) == len(shipped.cards)
    assert team.specialists["rust-backend-expert"].title == "PHP Expert"
    assert list(team.specialists) == list(shipped.specialists)
    assert (team.honesty, team.standards) == ("Say so.", shipped.standards)


def test_accents_of_triggers_are_folded_as_requests_are(tmp_path: Path) -> None:
    """Routing compares with folded text: `größe` would never match as written."""
    text = card().replace("[wsdl]", "[größe, データ]").replace("[xml]", "[xml, índice]")
    write(tmp_path, "playbooks/soap.md", text)
    triggers = load_team(tmp_path).cards["soap"].triggers
    assert triggers.strong == ("grosse", fold("データ"))
    assert triggers.weak == ("xml", "indice")


def test_windows_files_and_strays_are_fine(tmp_path: Path) -> None:
    """Byte order mark, CRLF, hidden files and a README do not matter."""
    write(tmp_path, "playbooks/soap.md", b"\xef\xbb\xbf" + card().replace("\n", "\r\n").encode())
    write(tmp_path, "playbooks/._soap.md", b"\x00\x05")
    write(tmp_path, "playbooks/README.md", "Our cards.")
    write(tmp_path, "playbooks/notes.txt", "Nothing.")
    soap = load_team(tmp_path).cards["soap"]
    assert soap.detail == "One paragraph."


def test_cards_and_patterns_can_be_removed(tmp_path: Path) -> None:
    """Steps may go on naming a card that the team removed."""
    write(tmp_path, "playbooks/indexing.md", OFF)
    write(tmp_path, "patterns/greenfield.yaml", "enabled: false\n")
    team = load_team(tmp_path)
    assert "indexing" not in team.cards
    assert "greenfield" not in team.patterns


def test_a_specialist_that_is_switched_off_is_named_nowhere(tmp_path: Path) -> None:
    gone = "microservices-expert"
    team = switched_off(tmp_path, gone)
    assert gone not in team.specialists
    assert all(gone not in who.hands_over for who in team.specialists.values())
    assert all(gone not in owned.specialists for owned in team.cards.values())
    assert "saga" not in team.cards or team.cards["saga"].specialists


@pytest.mark.parametrize(
    "gone",
    [
        ("database-architect",),
        ("backend-architect", "api-architect"),
        tuple(f"{x}-backend-expert" for x in ("python", "nodejs", "java", "golang", "rust")),
    ],
)
def test_patterns_stay_workable_without_some_specialists(
    gone: tuple[str, ...], tmp_path: Path
) -> None:
    """Every step that is left can be planned: its needs exist, and so does whoever does it."""
    team = switched_off(tmp_path, *gone)
    for pattern in team.patterns.values():
        expert = next((who.name for who in team.specialists.values() if who.language), "nobody")
        steps = tuple(
            Assignment(
                id=step.id,
                specialist=expert if step.specialist == "language-expert" else step.specialist,
                title=step.title,
                brief=step.brief,
                deliverable=step.deliverable,
                depends_on=step.needs,
                reason="test",
            )
            for step in pattern.steps
        )
        plan = Plan(kind="pattern", title="x", pattern=pattern.name, assignments=steps)
        assert problems(plan, frozenset(team.specialists), frozenset(team.patterns)) == ()


def test_a_step_inherits_the_needs_of_the_one_that_is_gone(tmp_path: Path) -> None:
    """In greenfield the contract needs the model; without its maker it needs nothing."""
    before = load_team().patterns["greenfield"]
    after = switched_off(tmp_path, "api-architect").patterns["greenfield"]
    schema = next(step for step in before.steps if step.id == "schema")
    assert "contract" in schema.needs
    assert next(step for step in after.steps if step.id == "schema").needs == ("model",)


def test_the_lead_cannot_be_switched_off(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="line 2: the lead cannot be switched off"):
        switched_off(tmp_path, "lead")
