"""Who may do what: one pure rule over a person's facts and the settings of a place."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from bot.domain.away import NO_STATUS, Status
from bot.domain.setting import ADMINS, ANYONE, Effective
from bot.domain.setting.kinds import People

Act = Literal["look", "ask", "approve", "decide", "escalate", "waive", "configure"]
"""`look` is reading lists of tasks and decisions by command."""

_VERBS: dict[Act, str] = {
    "look": "look things up",
    "ask": "ask me for work",
    "approve": "approve plans",
    "decide": "decide",
    "escalate": "escalate or answer escalations",
    "waive": "waive a gate's check",
    "configure": "change settings or read the audit log",
}


_NAMING: tuple[Act, ...] = ("ask", "approve", "decide", "escalate", "waive", "configure")


@dataclass(frozen=True)
class Person:
    """What Slack says of somebody; `groups` are those user groups and channels, of the ones that a
    rule names, to which they belong.
    """

    user_id: str
    is_admin: bool = False
    """An admin or owner of the workspace."""
    is_guest: bool = False
    is_external: bool = False
    """Of another company, here through Slack Connect."""
    groups: frozenset[str] = frozenset()
    timezone: str = ""
    """By its IANA name, e.g. `Europe/Berlin`."""
    status: Status = NO_STATUS
    is_bot: bool = False
    is_gone: bool = False
    """The account was deactivated."""
    name: str = ""
    """How Slack shows them, for lists that must tag nobody."""


@dataclass(frozen=True)
class Rules:
    """What the settings of a place say about one act."""

    who: tuple[str, ...] = (ANYONE,)
    guests: bool = False
    external: bool = False
    enabled: bool = True
    direct: bool = False
    """In a direct message, where only its one person could type a command."""

    @property
    def is_open(self) -> bool:
        """Whether nobody need be looked up."""
        return ANYONE in self.who and self.guests and self.external

    def groups_for(self, user_id: str) -> tuple[str, ...]:
        """Return the user groups and channels whose members must be known to judge a person."""
        if ANYONE in self.who or user_id in self.who:
            return ()
        return tuple(item for item in self.who if item != ADMINS and item[0] in "SCG")


@dataclass(frozen=True)
class Verdict:
    """Whether a person may, and if not, why, in a sentence for them."""

    allowed: bool
    reason: str = ""
    hint: str = ""


_YES = Verdict(True)


def rules_for(act: Act, settings: Effective, *, direct: bool = False) -> Rules:
    """Return what the settings say about an act, `direct` for that in a direct message."""
    return Rules(
        who=(ANYONE, *_named_for_anything(settings)) if act == "look" else settings.people(act),
        guests=settings.is_on("guests"),
        # They may ask for work; what binds or shows more than the thread is for who is named.
        external=act == "ask" and settings.is_on("external"),
        enabled=act != "ask" or settings.is_on("enabled"),
        direct=direct,
    )


def _named_for_anything(settings: Effective) -> list[str]:
    """Return the people whom some right names by id: they must see what they may act on."""
    return [one for act in _NAMING for one in settings.people(act) if one[0] in "UW"]


def may_step(rules: Rules, *, workflows: bool) -> Verdict:
    """Return whether a workflow's step may do what `rules` are about for the person it names.

    Slack does not say who runs a workflow, and whoever builds one fills in anybody's name: the
    name proves nothing. Where everybody may ask, so may the builder; elsewhere it takes a switch.
    """
    if workflows or ANYONE in rules.who or not rules.enabled:
        return _YES
    return Verdict(
        False,
        f"Only {People().show(rules.who)} can ask me for work here, and a workflow cannot prove"
        " who runs it.",
        "Who may change settings can type `/lead settings workflows on`.",
    )


def may(person: Person, act: Act, rules: Rules) -> Verdict:
    """Return whether `person` may do `act`.

    Admins may always configure, or a workspace could lock itself out. Who is named by id may,
    guest or not; groups and "anyone" take in guests and other companies only where those count.
    """
    if not rules.enabled:
        return Verdict(
            False,
            f"I am switched off in {'direct messages' if rules.direct else 'this channel'}.",
            f"Who may change settings can type `/lead settings enabled on"
            f"{' workspace' if rules.direct else ''}`.",
        )
    if act == "configure":
        if person.is_external:
            return Verdict(False, "Only people of this workspace can change my settings.")
        if person.is_admin:
            return _YES
    if person.user_id in rules.who:
        return _YES
    stranger = _stranger(person, act, rules)
    if stranger is not None:
        return stranger
    if _is_named(person, rules.who):
        return _YES
    return Verdict(False, f"Only {People().show(rules.who)} can {_VERBS[act]} here.")


def _stranger(person: Person, act: Act, rules: Rules) -> Verdict | None:
    hint = "Somebody of the team can ask for you, or an admin can allow it."
    if person.is_external and not rules.external:
        return Verdict(False, f"People of other companies cannot {_VERBS[act]} here.", hint)
    if person.is_guest and not rules.guests:
        return Verdict(False, f"Guests cannot {_VERBS[act]} here.", hint)
    return None


def _is_named(person: Person, who: Collection[str]) -> bool:
    if ANYONE in who or (ADMINS in who and person.is_admin):
        return True
    return bool(person.groups.intersection(who))
