"""The settings as a list and as a form: valid for Slack whatever was chosen."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.setting import SETTINGS, Scope, effective
from bot.settings import Settings
from bot.slack.cards import AuditLine, audit_list, setting_details, settings_list, settings_modal
from bot.slack.payloads import SettingsAction
from tests.unit.slack.samples import NOON
from tests.unit.slack.validator import check_post, check_view, words

NOTHING = effective(Settings(), {})
MAYA = "U0MAYA0001"
CHOSEN: dict[str, Any] = {
    "task_budget": 1.5,
    "channel_budget": 3.0,
    "approve_above": 0.25,
    "model": "offline",
    "parallel_assignments": 3,
    "review_days": 30,
    "enabled": False,
    "replies": "mentions",
    "ask": ("anyone",),
    "approve": ("admins",),
    "decide": ("S0BACKLEAD", MAYA, "admins"),
    "configure": (MAYA,),
    "guests": True,
}


def _elements(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}


@pytest.mark.parametrize("scope", ["channel", "workspace", "user"])
@pytest.mark.parametrize("chosen", [{}, CHOSEN], ids=["nothing", "all"])
def test_a_form_that_slack_takes(scope: Any, chosen: dict[str, Any]) -> None:
    payload = SettingsAction(scope=scope, channel_id="C1" if scope == "channel" else "", seen="9")
    view = settings_modal(NOTHING, chosen, payload)
    check_view(view)
    titles = [b["text"]["text"] for b in view["blocks"] if b["type"] == "header"]
    assert "Money, models and code" in titles
    assert "Other" not in titles
    fields = _elements(view)
    assert {name for name in fields if not name.endswith("_named")} == {
        name for name, setting in SETTINGS.items() if Scope(scope) in setting.scopes
    }


def test_the_form_begins_with_what_was_chosen() -> None:
    payload = SettingsAction(scope="channel", channel_id="C1")
    fields = _elements(settings_modal(NOTHING, CHOSEN, payload))
    assert fields["task_budget"]["initial_value"] == "1.50"
    assert fields["review_days"]["initial_value"] == "30"
    chosen = {
        name: element["initial_option"]["value"]
        for name, element in fields.items()
        if "initial_option" in element
    }
    assert {name: value for name, value in chosen.items() if value != "inherit"} == {
        "model": "offline",
        "enabled": "off",
        "replies": "mentions",
        "ask": "anyone",
        "approve": "admins",
        "decide": "named",
        "configure": "named",
        "guests": "on",
    }
    assert chosen["external"] == "inherit"
    assert fields["decide_named"]["initial_users"] == [MAYA]
    assert "initial_users" not in fields["ask_named"]


def test_a_person_can_only_choose_less_for_themselves() -> None:
    fields = _elements(settings_modal(NOTHING, {}, SettingsAction(scope="user", channel_id="C1")))
    assert [one["value"] for one in fields["model"]["options"]] == ["inherit", "offline"]


def test_the_list_has_a_button_for_each_place_that_one_may_configure() -> None:
    for here, everywhere in ((False, False), (True, False), (True, True)):
        post = settings_list(NOTHING, channel_id="C1", mine=here, here=here, everywhere=everywhere)
        check_post(post)
        assert ("Change for yourself" in words(post.blocks)) is here
        assert ("Change for this channel" in words(post.blocks)) is here
        assert ("Change for the workspace" in words(post.blocks)) is everywhere


def test_the_list_has_titles_for_all_and_sources_for_what_was_set() -> None:
    """A newcomer finds a setting by its area; defaults say nothing of where they come from."""
    chosen = effective(Settings(), {"quorum": {Scope.CHANNEL: 2}})
    post = settings_list(chosen, channel_id="C1", mine=True, here=True, everywhere=True)
    check_post(post)
    said = words(post.blocks)
    assert [name for name in SETTINGS if f"*{name}*: " not in said] == []
    assert "*quorum*: 2 · _set for this channel_ · " in said
    assert "_default_" not in said
    assert said.index("*Who may*") < said.index("*ask*") < said.index("*Money, models and code*")
    assert "*Other*" not in said, "each group of settings has a title"


@pytest.mark.parametrize("name", SETTINGS)
def test_one_setting(name: str) -> None:
    post = setting_details(SETTINGS[name], NOTHING.values[name])
    check_post(post)
    assert name in words(post.blocks)


def test_what_is_expected_keeps_its_capitals() -> None:
    post = setting_details(SETTINGS["quiet_hours"], NOTHING.values["quiet_hours"])
    assert "Hours with their time zone, e.g. 19:00-08:00 Europe/Berlin" in words(post.blocks)


@given(st.text(max_size=300), st.text(max_size=300))
def test_the_audit_log_mentions_nobody_by_accident(what: str, details: str) -> None:
    entry = AuditLine(at=NOON, actor_id="U1", action="a.b", what=what, details=details)
    check_post(audit_list([entry] * 20), may_mention=frozenset({"U1"}))


def test_an_empty_audit_log_says_so() -> None:
    assert "Nothing privileged" in words(audit_list([]).blocks)
