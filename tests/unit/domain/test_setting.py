"""Settings: what each kind takes, and which of several values counts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.setting import SETTINGS, Scope, effective, find
from bot.domain.setting.kinds import Choice, Kind, Money, People, Switch, Whole
from bot.domain.setting.resolve import Resolved, resolve
from bot.errors import SettingInvalid, UserFacingError
from bot.settings import (
    AccessSettings,
    BudgetSettings,
    DecisionSettings,
    ModelSettings,
    Settings,
    groups,
)


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (Money(10), "2.5", 2.5),
        (Money(10), " $10 ", 10.0),
        (Money(10), "0", 0.0),
        (Whole(1, 20), "07", 7),
        (Choice(("all", "mentions")), "ALL", "all"),
        (Switch(), "Off", False),
        (Switch(), "yes", True),
        (People(), "everyone", ("anyone",)),
        (People(), "anyone <@U1>", ("anyone",)),
        (People(), "<@UGFSZPKWRQL|nora>, <#CTO>", ("CTO", "UGFSZPKWRQL")),
        (
            People(),
            "admins, <@U1|maya> <!subteam^S1|@leads> <#C1|ops>",
            ("C1", "S1", "U1", "admins"),
        ),
        (People(), "U0MAYA0001 U0MAYA0001", ("U0MAYA0001",)),
    ],
)
def test_what_is_read(kind: Kind, typed: str, value: Any) -> None:
    assert kind.parse(typed) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Money(10), "10.01"),
        (Money(10), "-1"),
        (Money(10), "1e1"),
        (Money(10), "nan"),
        (Money(10), "2,50"),
        (Money(10), "٢"),
        (Whole(1, 20), "0"),
        (Whole(1, 20), "21"),
        (Whole(1, 20), "1.5"),
        (Choice(("all", "mentions")), "some"),
        (Switch(), "perhaps"),
        (Switch(), ""),
        (People(), ""),
        (People(), "CTO"),
        (People(), "<@XTO1>"),
        (People(), "maya"),
        (People(), "<!channel>"),
        (People(), " ".join(f"U{number}" for number in range(51))),
    ],
)
def test_what_is_refused_says_what_to_give(kind: Kind, typed: str) -> None:
    with pytest.raises(UserFacingError) as refused:
        kind.parse(typed)
    assert kind.expects in refused.value.hint


KINDS = st.sampled_from([setting.kind for setting in SETTINGS.values()])


@given(KINDS, st.text(max_size=40))
def test_no_text_breaks_a_kind(kind: Kind, typed: str) -> None:
    """Any text is read or refused; what was read is whole after JSON and can be shown."""
    try:
        value = kind.parse(typed)
    except UserFacingError:
        return
    stored = list(value) if isinstance(value, tuple) else value
    assert kind.check(stored) == value
    assert kind.show(value)


JSON = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


@given(KINDS, JSON)
def test_no_stored_value_breaks_a_kind(kind: Kind, stored: Any) -> None:
    try:
        assert kind.show(kind.check(stored))
    except UserFacingError:
        return


PLAIN = SETTINGS["review_days"]
DAYS = st.integers(1, 3_650)
STORED = st.dictionaries(st.sampled_from(Scope), DAYS | st.just(0) | st.just("junk"))


@given(STORED)
def test_the_narrower_place_counts(chosen: dict[Scope, Any]) -> None:
    """Channel before workspace before the operator; what does not fit counts as not chosen."""
    base = Resolved(180, "default")
    found = resolve(PLAIN, base, chosen)
    fitting = {
        scope: value for scope, value in chosen.items() if isinstance(value, int) and value > 0
    }
    fitting.pop(Scope.USER, None)  # not a setting of persons
    for scope in (Scope.CHANNEL, Scope.WORKSPACE):
        if scope in fitting:
            assert (found.value, found.source) == (fitting[scope], scope.value)
            return
    assert found == base


MONEY = st.floats(0, 1_000)


@given(st.dictionaries(st.sampled_from(Scope), MONEY))
def test_a_person_only_makes_a_threshold_lower(chosen: dict[Scope, float]) -> None:
    setting, base = SETTINGS["approve_above"], Resolved(1.0, "default")
    others: dict[Scope, float] = {
        scope: value for scope, value in chosen.items() if scope is not Scope.USER
    }
    without, found = resolve(setting, base, others), resolve(setting, base, chosen)
    assert float(str(found.value)) <= float(str(without.value))
    assert (found.source == "user") == (
        Scope.USER in chosen and chosen[Scope.USER] < float(str(without.value))
    )


@pytest.mark.parametrize(
    ("channel", "mine", "wanted", "only_offline"),
    [
        (None, None, "", False),
        (None, "offline", "offline", False),
        (None, "claude", "", False),
        ("offline", "claude", "offline", True),
        ("offline", "offline", "offline", True),
        ("claude", "offline", "offline", False),
        ("auto", None, "", False),
    ],
)
def test_nobody_takes_a_channel_s_work_to_claude_alone(
    channel: str | None, mine: str | None, wanted: str, only_offline: bool
) -> None:
    chosen = {Scope.CHANNEL: channel, Scope.USER: mine}
    found = effective(Settings(), {"model": {k: v for k, v in chosen.items() if v}})
    assert (found.model, found.only_offline) == (wanted, only_offline)


def test_the_operator_s_values_say_so() -> None:
    environment = Settings(
        budget=BudgetSettings(per_task=20_000),
        decision=DecisionSettings(approvers="U1, S1"),
        model=ModelSettings(provider="offline"),
    )
    found = effective(environment, {})
    assert found.values["task_budget"] == Resolved(20_000, "environment")  # beyond Slack's limits
    assert found.values["decide"] == Resolved(("S1", "U1"), "environment")
    assert found.values["day_budget"].source == "default"
    assert found.budget.per_task == 20_000
    assert found.model == ""  # the operator's own choice is made where models are built


def test_unreadable_people_of_the_environment_name_their_variable() -> None:
    environment = Settings(access=AccessSettings(configure="the boss"))
    with pytest.raises(SettingInvalid) as refused:
        effective(environment, {})
    assert refused.value.variable == "TEAMLEAD_ACCESS_CONFIGURE"


def test_every_setting_has_its_default_in_the_environment() -> None:
    """And its default fits the limits that people in Slack are held to."""
    found = effective(Settings(), {})
    for setting in SETTINGS.values():
        assert setting.field in groups()[setting.group].model_fields
        default = found.values[setting.name].value
        assert setting.kind.check(default) == default
        assert setting.about.endswith(".")


@pytest.mark.parametrize(
    ("typed", "name"), [("task-budget", "task_budget"), (" Task_Budget ", "task_budget")]
)
def test_names_are_found_as_people_write_them(typed: str, name: str) -> None:
    assert find(typed).name == name


@pytest.mark.parametrize(
    ("typed", "hint"), [("aproves", "approve"), ("budget", "_budget"), ("zzz", "lists them")]
)
def test_a_wrong_name_is_guessed_at(typed: str, hint: str) -> None:
    with pytest.raises(UserFacingError) as refused:
        find(typed)
    assert hint in refused.value.hint
