"""The kind of setting that holds criteria with weights."""

from dataclasses import dataclass
from typing import Any

from bot.domain.matrix.criteria import parse_criteria
from bot.domain.setting.kinds import Value
from bot.errors import UserFacingError


@dataclass(frozen=True)
class Weights:
    """Criteria with weights in percent that sum to 100, kept as text."""

    @property
    def expects(self) -> str:
        return "criteria with weights that sum to 100, e.g. team expertise 60, cost 40"

    def parse(self, text: str) -> Value:
        return self.check(text)

    def check(self, value: Any) -> Value:
        if not isinstance(value, str):
            raise UserFacingError("That does not fit here.", hint=f"Give {self.expects}.")
        return ", ".join(f"{item.name} {item.weight}" for item in parse_criteria(value))

    def show(self, value: Value) -> str:
        return str(value)
