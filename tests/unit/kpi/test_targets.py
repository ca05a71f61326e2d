"""Targets that people type: read back as they are kept, refused with a sentence that helps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.kpi import KPIS
from bot.domain.kpi.targets import read_targets, targets_of
from bot.errors import UserFacingError

AIMED = sorted(name for name, kpi in KPIS.items() if kpi.target)


@given(st.dictionaries(st.sampled_from(AIMED), st.integers(0, 5), max_size=9))
def test_what_is_kept_says_what_was_typed(wanted: dict[str, int]) -> None:
    typed = "; ".join(f"{name.upper()} = {value}.50" for name, value in wanted.items())
    halves = {name: value + 0.5 for name, value in wanted.items()}
    if any(KPIS[name].unit == "of 5" and value > 5 for name, value in halves.items()):
        with pytest.raises(UserFacingError, match="cannot be"):
            read_targets(typed)
        return
    kept = read_targets(typed)
    assert targets_of(kept or "") == halves
    assert read_targets(kept or "off") == kept


def test_units_may_stand_behind_the_number() -> None:
    assert read_targets("on-time 97 %, mttr 1.5h") == "on-time 97, mttr 1.5"
    assert read_targets(" OFF ") is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("on-time", "does not fit here"),
        ("on-time -3", "does not fit here"),
        ("on-time nan", "does not fit here"),
        ("on-time 101", "cannot be 101"),
        ("satisfaction 5.1", "cannot be 5.1"),
        ("mttr 90 min", "not told in “min”"),
        ("velocity 30", "has no target"),
        ("ontime 97", "Did you mean `on-time`"),
        ("x" * 9000, "does not fit here"),
    ],
)
def test_what_is_no_target_is_refused(typed: str, said: str) -> None:
    with pytest.raises(UserFacingError) as refused:
        read_targets(typed)
    assert said in f"{refused.value.text} {refused.value.hint}"
    assert len(refused.value.text) < 200
