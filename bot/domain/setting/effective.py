"""All settings at one place and moment, as the use cases read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast

from bot.domain.quiet import Days, Hours, read_days, read_hours
from bot.domain.setting.kinds import ANYONE, OFF, People, Phrase, Value
from bot.domain.setting.resolve import Chosen, Resolved, resolve
from bot.domain.setting.table import SETTINGS, Setting
from bot.errors import SettingInvalid, UserFacingError
from bot.settings import BudgetSettings, Settings, groups, variable


@dataclass(frozen=True)
class Effective:
    """Every setting's value with its source, for one channel and person."""

    values: Mapping[str, Resolved]

    @property
    def budget(self) -> BudgetSettings:
        """The money limits, in dollars."""
        return BudgetSettings.model_construct(
            per_task=self._number("task_budget"),
            per_channel_day=self._number("channel_budget"),
            per_day=self._number("day_budget"),
            approve_above=self._number("approve_above"),
            warn_percent=round(self._number("budget_warning")),
        )

    @property
    def model(self) -> Literal["", "claude", "offline"]:
        """Who works new tasks; empty for what the operator chose."""
        wanted = self.values["model"]
        auto = wanted.value == "auto" or wanted.source in ("default", "environment")
        return "" if auto else cast(Literal["claude", "offline"], wanted.value)

    @property
    def only_offline(self) -> bool:
        """Whether the channel or workspace lets nothing go to Claude, whoever asks for it."""
        wanted = self.values["model"]
        return wanted.value == "offline" and wanted.source in ("channel", "workspace")

    @property
    def parallel_assignments(self) -> int:
        """Assignments of one task at work at once."""
        return round(self._number("parallel_assignments"))

    @property
    def review_days(self) -> int:
        """Days until a decision comes up for review."""
        return round(self._number("review_days"))

    @property
    def quorum(self) -> int:
        """How many yeses a new decision needs."""
        return round(self._number("quorum"))

    @property
    def rejection(self) -> Literal["one", "quorum"]:
        """How many noes reject a decision: one, or as many as yeses are needed."""
        return "quorum" if self.values["rejection"].value == "quorum" else "one"

    @property
    def mention_only(self) -> bool:
        """Whether a new thread's replies are followed only when they mention the bot."""
        return self.values["replies"].value == "mentions"

    @property
    def quiet(self) -> tuple[Hours | Days, ...]:
        """When nothing is said unasked."""
        hours = read_hours(str(self.values["quiet_hours"].value))
        days = read_days(str(self.values["quiet_days"].value))
        return tuple(rule for rule in (hours, days) if rule is not None)

    def is_on(self, name: str) -> bool:
        """Return a switch's value."""
        return self.values[name].value is True

    def days(self, name: str) -> timedelta:
        """Return a setting's number of days."""
        return timedelta(days=round(self._number(name)))

    def people(self, name: str) -> tuple[str, ...]:
        """Return who may, for a setting that names people."""
        return cast(tuple[str, ...], self.values[name].value)

    def _number(self, name: str) -> float:
        return float(cast(float, self.values[name].value))


def effective(environment: Settings, chosen: Mapping[str, Chosen]) -> Effective:
    """Return every setting, from what was chosen in Slack over what the operator set."""
    bases = _bases(environment)
    if not chosen:
        return Effective(bases)
    return Effective(
        {
            name: resolve(setting, bases[name], chosen.get(name, {}))
            for name, setting in SETTINGS.items()
        }
    )


def _bases(environment: Settings) -> Mapping[str, Resolved]:
    """Return every setting's value by the operator, read once: they stay while a process runs."""
    if not _read or _read[0][0] is not environment:
        found = {name: base(setting, environment) for name, setting in SETTINGS.items()}
        _read[:] = [(environment, found)]
    return _read[0][1]


_read: list[tuple[Settings, Mapping[str, Resolved]]] = []


def base(setting: Setting, environment: Settings) -> Resolved:
    """Return the operator's value: from the environment, else the program's default.

    Raises SettingInvalid for people that cannot be read.
    """
    group = getattr(environment, setting.group)
    given = getattr(group, setting.field)
    source: Literal["environment", "default"] = (
        "environment" if setting.field in group.model_fields_set else "default"
    )
    return Resolved(_of_environment(setting, given), source)


def _of_environment(setting: Setting, given: Value) -> Value:
    """The operator is not held to the limits of those who configure in Slack."""
    if not isinstance(setting.kind, People | Phrase):
        return given
    nothing = OFF if isinstance(setting.kind, Phrase) else (ANYONE,)
    try:
        return setting.kind.parse(str(given)) if str(given).strip(" ,") else nothing
    except UserFacingError as refused:
        name = variable(groups()[setting.group], setting.field)
        raise SettingInvalid(
            name, f"has a wrong value: {refused.text}", hint=refused.hint
        ) from None
