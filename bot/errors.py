"""Everything that can go wrong, each error carrying its ids and writing its own sentence.

TeamleadError
├── UserFacingError      bad input, a refused wish: one sentence, what to do, nothing lost
│   ├── SettingInvalid   a setting has a wrong value; names the variable
│   ├── NotFound         an id that we do not know
│   ├── TransitionRefused  a task or decision cannot go from here to there
│   ├── NotAllowed       the person may not do this
│   └── BudgetSpent      the money for this task, channel or day is used up
├── ExternalError        Slack, Claude or the database failed; another try may help
│   ├── PersonUnknown    Slack does not say who somebody is, so nothing was done for them
│   ├── DatabaseAway     it does not answer, is locked or full; it usually comes back
│   └── ModelFailed      ModelUnavailable / ModelAnswerInvalid; knows what it used
└── Bug                  our own fault; people see the error id, the log has the rest
"""

import re
from datetime import datetime
from typing import Protocol

_OWN_ID = re.compile(r"[0-9a-f]{32}")


class TeamleadError(Exception):
    """Base of every error that this program raises on purpose."""


class UserFacingError(TeamleadError):
    """A clear sentence for a person, plus a hint that says what to do."""

    def __init__(self, text: str, *, hint: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.hint = hint

    def sentence(self) -> str:
        """Return text and hint as one line."""
        return f"{self.text} {self.hint}".strip()


class SettingInvalid(UserFacingError):
    """A setting has a wrong value; `variable` is its environment name."""

    def __init__(self, variable: str, reason: str, *, hint: str = "") -> None:
        super().__init__(f"{variable} {reason}", hint=hint)
        self.variable = variable


class NotFound(UserFacingError):
    """There is no such thing in this workspace.

    An id of our own tells people nothing: a button of a card carries it, whose thing was removed.
    """

    def __init__(self, noun: str, identifier: str, *, hint: str = "") -> None:
        unnamed = _OWN_ID.search(identifier) is not None
        text = f"I do not have that {noun}, or no longer."
        super().__init__(text if unnamed else f"I know no {noun} {identifier!r}.", hint=hint)
        self.noun = noun
        self.identifier = identifier


class TransitionRefused(UserFacingError):
    """`noun` `identifier` is in `source` and cannot become `target`."""

    def __init__(self, noun: str, identifier: str, source: str, target: str) -> None:
        super().__init__(
            f"{identifier} is {source} already."  # two people clicked, or one twice
            if source == target
            else f"{identifier} is {source} and cannot become {target}."
        )
        self.noun = noun
        self.identifier = identifier
        self.source = source
        self.target = target


class NotAllowed(UserFacingError):
    """The person may not do this here."""


class BudgetSpent(UserFacingError):
    """`scope` (task, channel or day) has `left` dollars of `limit`; `needed` were asked for.

    Where others than this company read (`apart`), what all channels spend is not told.
    """

    def __init__(
        self, scope: str, *, left: float, limit: float, needed: float, apart: bool = False
    ) -> None:
        has = f"has ${left:.2f} of ${limit:.2f} left"
        if apart and scope == "day":
            has = "has too little money left"
        super().__init__(
            f"This {scope} {has}; the next step needs about ${needed:.2f}.",
            hint="Raise the budget or go on with the offline playbook.",
        )
        self.scope = scope
        self.left = left
        self.limit = limit
        self.needed = needed


class ExternalError(TeamleadError):
    """A system that we depend on failed; `retryable` says whether another try can help."""

    def __init__(self, text: str, *, retryable: bool, retry_at: datetime | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.retryable = retryable
        self.retry_at = retry_at


class DatabaseAway(ExternalError):
    """The database does not answer; `kind` is the driver's word for it. Nothing was stored."""

    def __init__(self, kind: str) -> None:
        super().__init__("The database does not answer.", retryable=True)
        self.kind = kind


class PersonUnknown(ExternalError):
    """Slack does not say who `user_id` is; what they may is unknown, so nothing was done."""

    def __init__(self, user_id: str) -> None:
        super().__init__(
            "I could not ask Slack who you are, so I did nothing. Please try again in a minute.",
            retryable=True,
        )
        self.user_id = user_id


class Used(Protocol):
    """What a failed call used all the same; `bot.domain.usage.Usage`, seen from a leaf."""

    @property
    def tokens_in(self) -> int: ...
    @property
    def tokens_out(self) -> int: ...
    @property
    def tokens_cached(self) -> int: ...
    @property
    def cost_micros(self) -> int | None: ...
    @property
    def seconds(self) -> float: ...


class ModelFailed(ExternalError):
    """A call gave nothing usable; `usage` is what it used, None when nothing came back."""

    usage: Used | None = None


class ModelUnavailable(ModelFailed):
    """The model did not answer within our deadline and retries."""

    def __init__(self, text: str, *, retryable: bool = True, usage: Used | None = None) -> None:
        super().__init__(text, retryable=retryable)
        self.usage = usage


class ModelAnswerInvalid(ModelFailed):
    """The model answered, but not in the shape asked for; `problems` says what is wrong."""

    def __init__(self, what: str, problems: tuple[str, ...], *, usage: Used | None = None) -> None:
        super().__init__(
            f"The model's {what} was not usable: {'; '.join(problems)}", retryable=False
        )
        self.what = what
        self.problems = problems
        self.usage = usage


class Bug(TeamleadError):
    """Something that cannot happen did."""
