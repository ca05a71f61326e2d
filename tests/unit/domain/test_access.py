"""Who may do what: the rule over persons and settings."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.access import Act, Person, Rules, may, may_step, rules_for
from bot.domain.setting import ADMINS, ANYONE, effective
from bot.settings import AccessSettings, DecisionSettings, Settings

ACTS: tuple[Act, ...] = get_args(Act)
MEMBER = Person("U1")
ADMIN = Person("U2", is_admin=True)
GUEST = Person("U3", is_guest=True)
STRANGER = Person("U4", is_external=True)


@pytest.mark.parametrize(
    ("person", "act", "allowed"),
    [
        (MEMBER, "look", True),
        (MEMBER, "ask", True),
        (MEMBER, "approve", True),
        (MEMBER, "decide", True),
        (MEMBER, "configure", False),
        (ADMIN, "configure", True),
        (GUEST, "look", False),
        (GUEST, "ask", False),
        (GUEST, "approve", False),
        (GUEST, "decide", False),
        (GUEST, "configure", False),
        (STRANGER, "look", False),
        (STRANGER, "ask", False),
        (STRANGER, "configure", False),
    ],
)
def test_without_any_setting(person: Person, act: Act, allowed: bool) -> None:
    found = may(person, act, rules_for(act, effective(Settings(), {})))
    assert found.allowed is allowed
    assert bool(found.reason) is not allowed


@pytest.mark.parametrize(
    ("person", "who", "allowed"),
    [
        (MEMBER, ("U1",), True),
        (MEMBER, ("U9",), False),
        (MEMBER, (ADMINS,), False),
        (ADMIN, (ADMINS,), True),
        (ADMIN, ("U9",), False),
        (Person("U1", groups=frozenset({"S1"})), ("S1", "U9"), True),
        (Person("U1", groups=frozenset({"C1"})), ("C1",), True),
        (Person("U1", groups=frozenset({"S7"})), ("S1",), False),
        (GUEST, ("U3",), True),
        (Person("U3", is_guest=True, groups=frozenset({"S1"})), ("S1",), False),
        (STRANGER, ("U4",), True),
    ],
)
def test_who_is_named_may(person: Person, who: tuple[str, ...], allowed: bool) -> None:
    found = may(person, "decide", Rules(who=who))
    assert found.allowed is allowed
    if not allowed and not person.is_guest:
        assert found.reason.startswith("Only ")


def test_guests_and_other_companies_count_where_they_are_allowed() -> None:
    assert may(GUEST, "ask", Rules(guests=True)).allowed
    assert not may(GUEST, "ask", Rules(external=True)).allowed
    assert may(STRANGER, "ask", Rules(external=True)).allowed
    assert not may(STRANGER, "ask", Rules(guests=True)).allowed


@pytest.mark.parametrize("act", [act for act in ACTS if act != "ask"])
def test_another_company_asks_where_it_is_let_and_binds_only_by_name(act: Act) -> None:
    """`external` lets them ask; an answer that binds is for whom a right names."""
    switched = AccessSettings(external=True)
    open_to_all = effective(Settings(access=switched), {})
    assert may(STRANGER, "ask", rules_for("ask", open_to_all)).allowed
    assert not may(STRANGER, act, rules_for(act, open_to_all)).allowed
    named = effective(Settings(access=switched, decision=DecisionSettings(approvers="U4")), {})
    assert may(STRANGER, "decide", rules_for("decide", named)).allowed
    assert may(STRANGER, "look", rules_for("look", named)).allowed
    assert not may(STRANGER, "approve", rules_for("approve", named)).allowed


def test_another_company_never_configures() -> None:
    for who in ((ANYONE,), ("U4",)):
        assert not may(STRANGER, "configure", Rules(who=who, guests=True, external=True)).allowed


def test_a_channel_that_is_off_takes_no_wishes_of_anybody() -> None:
    found = may(ADMIN, "ask", Rules(enabled=False))
    assert not found.allowed
    assert found.hint.endswith("`/lead settings enabled on`.")


def test_in_a_direct_message_it_is_the_workspace_that_is_switched_on() -> None:
    """There nobody else can type a command, and the channel's scope is not meant."""
    found = may(ADMIN, "ask", Rules(enabled=False, direct=True))
    assert found.reason == "I am switched off in direct messages."
    assert found.hint.endswith("`/lead settings enabled on workspace`.")


PERSONS = st.builds(
    Person,
    user_id=st.sampled_from(["U1", "U2"]),
    is_admin=st.booleans(),
    is_guest=st.booleans(),
    is_external=st.booleans(),
    groups=st.frozensets(st.sampled_from(["S1", "C1"])),
)
RULES = st.builds(
    Rules,
    who=st.lists(st.sampled_from([ANYONE, ADMINS, "U1", "S1", "C1"]), min_size=1).map(tuple),
    guests=st.booleans(),
    external=st.booleans(),
    enabled=st.booleans(),
)


@given(PERSONS, st.sampled_from(ACTS), RULES)
def test_a_no_has_its_reason_and_a_stranger_is_named_to_be_let_in(
    person: Person, act: Act, rules: Rules
) -> None:
    found = may(person, act, rules)
    assert found.allowed is not bool(found.reason)
    if found.allowed and (person.is_guest or person.is_external):
        admin = act == "configure" and person.is_admin
        open_to = (rules.guests or not person.is_guest) and (
            rules.external or not person.is_external
        )
        assert open_to or person.user_id in rules.who or admin


@given(PERSONS, st.sampled_from(ACTS), RULES)
def test_groups_are_asked_for_only_where_they_can_matter(
    person: Person, act: Act, rules: Rules
) -> None:
    """Without the groups that `groups_for` names, the verdict is the same."""
    needed = rules.groups_for(person.user_id)
    known = Person(
        person.user_id,
        is_admin=person.is_admin,
        is_guest=person.is_guest,
        is_external=person.is_external,
        groups=person.groups.intersection(needed),
    )
    assert may(known, act, rules) == may(person, act, rules)


def test_the_older_setting_for_approvers_still_says_who_decides() -> None:
    environment = Settings(decision=DecisionSettings(approvers="U1,S1"))
    rules = rules_for("decide", effective(environment, {}))
    assert may(MEMBER, "decide", rules).allowed
    assert not may(ADMIN, "decide", rules).allowed
    assert rules_for("ask", effective(environment, {})).who == (ANYONE,)


@pytest.mark.parametrize(
    ("rules", "workflows", "allowed"),
    [
        (Rules(), False, True),
        (Rules(who=("U1",)), False, False),
        (Rules(who=(ADMINS,)), False, False),
        (Rules(who=("S1", "U1")), True, True),
    ],
)
def test_a_name_in_a_workflow_gives_no_right_of_its_own(
    rules: Rules, workflows: bool, allowed: bool
) -> None:
    found = may_step(rules, workflows=workflows)
    assert found.allowed is allowed
    assert ("cannot prove who runs it" in found.reason) is not allowed
