"""Proposes a service architecture from the parts that a domain names and from playbook cards.

What it knows of relations between parts is the table below; of a domain whose parts it cannot tell
it draws nothing and asks.
"""

import re
from collections.abc import Iterator

from bot.domain.architecture import (
    MOST_SERVICES,
    CommunicationPattern,
    ServiceArchitecture,
    ServiceBoundary,
)
from bot.domain.facts.domains import modules
from bot.domain.service import DependencyKind
from bot.model.offline.reading import Reading
from bot.model.offline.wording import shorten
from bot.team import Team

SYNC, ASYNC, DATA = DependencyKind.SYNC, DependencyKind.ASYNC, DependencyKind.DATA
_KNOWN: tuple[tuple[str, str, DependencyKind, str], ...] = (
    ("cart", "catalogue", SYNC, "It asks for prices and stock: a question needs its answer now."),
    ("orders", "payments", SYNC, "It asks for the payment and shows the outcome."),
    ("orders", "catalogue", SYNC, "It asks for prices at the moment of order."),
    ("fulfilment", "orders", ASYNC, "An order that was placed must be shipped, also later."),
    ("bookings", "availability", SYNC, "It asks for a slot and holds it."),
    ("bookings", "payments", SYNC, "It asks for the payment and shows the outcome."),
    ("invoices", "subscriptions", ASYNC, "A period that ends makes an invoice, also later."),
    ("payments", "invoices", ASYNC, "An invoice that was issued is collected."),
    ("ledger", "payments", ASYNC, "Each payment is booked once, also after an outage."),
    ("ledger", "transfers", ASYNC, "Each transfer is booked once, also after an outage."),
    ("transfers", "limits", SYNC, "It asks whether the amount is allowed."),
    ("transfers", "accounts", SYNC, "It asks whether the account can send and receive."),
    ("statements", "ledger", DATA, "It reads what was booked; nothing there changes later."),
    ("dispatch", "orders", ASYNC, "An order that was placed needs a courier."),
    ("tracking", "dispatch", ASYNC, "Positions belong to what was dispatched."),
    ("alerts", "series", ASYNC, "A value that was measured may raise an alert."),
    ("series", "intake", ASYNC, "What comes in is stored in order, at its own pace."),
    ("payroll", "time", DATA, "It reads the hours of a closed period."),
    ("claims", "policies", SYNC, "It asks what is covered."),
    ("payments", "claims", ASYNC, "A claim that was granted is paid."),
)
_LISTENERS = {
    "notifications": "Something that happened is told to people; it must not hold up the cause.",
    "reports": "It keeps its own copy for questions over all.",
    "audit": "Each act is noted once; the act does not wait for it.",
    "search": "It keeps an index of what was changed.",
}
_HEARD: dict[str, frozenset[str]] = {
    "notifications": frozenset({
        "orders", "payments", "bookings", "invoices", "subscriptions", "tickets", "claims",
        "dispatch", "transfers", "fulfilment", "alerts", "appointments", "leases", "messages",
    }),
    "search": frozenset({
        "catalogue", "documents", "items", "orders", "customers", "properties", "tickets",
        "conversations", "records", "contacts", "courses", "library",
    }),
}  # fmt: skip
"""From whom parts hear by messages; the others that listen hear from all."""
_LIST = re.compile(r"(?::|\bwith\b|\bof\b)\s+(?P<items>[^.;:\n]+)", re.IGNORECASE)
_BETWEEN = re.compile(r",\s*(?:and\s+)?|\s+and\s+|\s*;\s*", re.IGNORECASE)
_MOST_WORDS = 3
_CARDS = ("service-boundaries", "sync-vs-async")
_MONEY = frozenset({"payments", "ledger", "transfers", "invoices"})


def propose(reading: Reading) -> ServiceArchitecture:
    """Return what the playbook and the words of the domain allow to say."""
    parts = _listed(reading.text) or modules(reading.everything)
    lines = tuple(_lines(parts))
    team = reading.team
    money = bool(_MONEY & set(parts))
    cards = [name for name in (*_CARDS, *(["saga"] if money else [])) if name in team.cards]
    return ServiceArchitecture(
        domain=shorten(reading.subject.title or reading.text, 60),
        boundaries=tuple(_boundary(name) for name in parts),
        communication=lines,
        consistency="mixed" if money else "eventual",
        consistency_reason=_consistency(money),
        deployment=_deployment(reading),
        steps=_steps(parts, lines),
        assumptions=_assumptions(parts),
        questions=_questions(team, parts),
        sources=tuple(cards),
    )


def _listed(text: str) -> tuple[str, ...]:
    """Return the parts that the words list themselves, three or more; none otherwise."""
    for match in _LIST.finditer(text):
        items = [" ".join(item.lower().split()) for item in _BETWEEN.split(match["items"])]
        kept = [item for item in items if item and item[0].isalpha() and _is_part(item)]
        found = tuple(dict.fromkeys(item.replace(" ", "-") for item in kept))
        if len(found) >= 3:
            return found[:MOST_SERVICES]
    return ()


def _is_part(item: str) -> bool:
    return len(item.split()) <= _MOST_WORDS and not any(char.isdigit() for char in item)


def _boundary(name: str) -> ServiceBoundary:
    return ServiceBoundary(
        name=name,
        responsibility=f"Decides everything about {name.replace('-', ' ')}.",
        owns=(name,),
    )


def _lines(parts: tuple[str, ...]) -> Iterator[CommunicationPattern]:
    for source, target, kind, what in _KNOWN:
        if source in parts and target in parts:
            yield CommunicationPattern(source=source, target=target, kind=kind, what=what)
    for listener, what in _LISTENERS.items():
        for other in parts if listener in parts else ():
            if other not in _LISTENERS and other in _HEARD.get(listener, parts):
                yield CommunicationPattern(source=listener, target=other, kind=ASYNC, what=what)


def _consistency(money: bool) -> str:
    base = "Strong inside each service, which alone writes its data; eventual between services."
    if not money:
        return f"{base} Each event carries an id, so that hearing it twice changes nothing."
    return (
        f"{base} Money moves in steps that are undone by a counter-booking, never by an update;"
        " each step has an idempotency key."
    )


def _deployment(reading: Reading) -> str:
    rate = reading.known.get("rps")
    load = f" {rate:,.0f} requests/s is the load to test each against." if rate else ""
    return (
        "Each service is released by itself behind a contract test; start with the parts in one"
        f" process where fewer than two or three engineers would own a service.{load}"
    )


def _steps(parts: tuple[str, ...], lines: tuple[CommunicationPattern, ...]) -> tuple[str, ...]:
    if not parts:
        return ()
    inbound = {name: sum(line.target == name for line in lines) for name in parts}
    first = min(parts, key=lambda name: (inbound[name], parts.index(name)))
    return (
        "Give each table one writing owner before anything moves.",
        f"Take {first} out first: the fewest others depend on it.",
        "Put an outbox beside each owner's data; feed the others' read copies from it.",
        "Stop one service in staging: the others must serve their main path.",
    )


def _assumptions(parts: tuple[str, ...]) -> tuple[str, ...]:
    if not parts:
        return ()
    return (
        "The parts are those that your words or the field's usual products name; no code was read.",
    )


def _questions(team: Team, parts: tuple[str, ...]) -> tuple[str, ...]:
    asked = team.cards["service-boundaries"].questions if "service-boundaries" in team.cards else ()
    if parts:
        return asked
    return ("Which parts does it have? List them, e.g. `orders, payments, shipping`.", *asked)
