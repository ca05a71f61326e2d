"""What a product consists of: module names from a request's own nouns, else from its field."""

import re

from bot.domain.fold import fold_in_place

MOST_MODULES = 6
_LIST = re.compile(
    r"\((?P<a>[a-z][\w\s/-]{2,24}(?:, [\w\s/-]{2,24}){1,7})(?:[;)])"
    r"|:\s(?P<b>[a-z][\w\s/-]{2,24}(?:, [\w\s/-]{2,24}){1,7}(?:,? (?:and|und|y|et|e) [\w-]{3,24})?)"
    r"(?=[.;!?]|$)"
    r"|\b(?:with|for|handling|covering|mit|fur|con|avec|com) (?P<c>[a-z][\w-]{2,20}"
    r"(?:, [a-z][\w -]{2,20}){1,6},? (?:and|und|y|et|e) [a-z][\w-]{2,20})"
)
_SPLIT = re.compile(r", |,? (?:and|und|y|et|e) ")
_NO_MODULE = re.compile(
    r"\d|\b(?:rps|ms|p9\d|team|teams|developers?|engineers?|people|users?|weeks?|months?|years?"
    r"|python|django|fastapi|flask|java|spring|node|nestjs|express|go|golang|rust|axum|kafka"
    r"|postgres\w*|mysql|mongo\w*|redis|stripe|rabbitmq|kubernetes|k8s|aws|gcp|docker|graphql|rest"
    r"|microservices?|services?|oauth\w*|jwt|sso|oidc|sla|slo|downtime|we|our|it|the|is|are|must)\b"
)
_FIELDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"billing|invoic|subscription|abrechnung|factura|facturation|faturamento|rechnung|dunning",
     ("customers", "subscriptions", "invoices", "payments", "ledger")),
    (r"ticket(?:ing)?\b|concert|event ticket|eintrittskart|billet",
     ("events", "seats", "orders", "payments", "check-in")),
    (r"support ticket|helpdesk|help desk|issue track",
     ("tickets", "conversations", "agents", "sla-timers")),
    (r"booking|reserv|buchung|hotel|appointment|termin\b|scheduling|rezerwac|prenotaz",
     ("calendar", "availability", "bookings", "payments", "notifications")),
    (r"deliver(?:y|ies)|lieferung|courier|kurier|entrega|livraison|logisti|dispatch|rastreamento",
     ("orders", "couriers", "dispatch", "tracking", "notifications")),
    (r"telemetr|\biot\b|sensor|device|smart meter|mqtt|messwert",
     ("intake", "devices", "series", "alerts")),
    (r"e-?commerce|\bshop\b|online ?shop|store\b|tienda|loja|checkout|warenkorb|market-?place",
     ("catalogue", "cart", "orders", "payments", "fulfilment")),
    (r"\bchat|messenger|messaging app|mensajeria",
     ("accounts", "channels", "messages", "presence")),
    (r"propert(?:y|ies) manag|real estate|immobil|landlord|\brent(?:al|s)\b|lease|inmobil",
     ("properties", "leases", "rent-ledger", "maintenance", "documents")),
    (r"\bcrm\b|sales pipeline|\bleads?\b management",
     ("contacts", "deals", "activities", "reports")),
    (r"\bhr\b|payroll|employee|lohn|gehalt|nomina|personal(?:verwalt|akt)|time ?track|zeiterfass",
     ("people", "contracts", "time", "payroll", "approvals")),
    (r"clinic|patient|medical|health ?care|praxis|hospital|arzt",
     ("patients", "appointments", "records", "billing", "audit")),
    (r"learning|course|school|student|kurs\b|schule|e-?learning|lms\b",
     ("courses", "enrolments", "submissions", "grades")),
    (r"bank|wallet|transfer|ledger|loan|kredit|konto|fintech|prestam",
     ("accounts", "ledger", "transfers", "limits", "statements")),
    (r"insur|versicher|claim|seguro|assurance|polizza",
     ("policies", "quotes", "claims", "payments", "documents")),
    (r"inventor|warehouse|lager|stock|almacen|entrepot|estoque|magazyn",
     ("items", "locations", "movements", "counts")),
    (r"notif|newsletter|push (?:service|platform)|e-?mail (?:service|platform|send)",
     ("templates", "audiences", "dispatch", "preferences", "delivery-log")),
    (r"analytic|dashboard|reporting|metrics platform|auswertung",
     ("intake", "events", "rollups", "reports")),
    (r"video|image|media|photo|bild|upload|foto|document",
     ("uploads", "processing", "library", "sharing")),
    (r"fleet|vehicle|ride|taxi|fahrzeug|flotte|vehicul|charging|ladestation|\bev\b",
     ("vehicles", "trips", "positions", "billing")),
    (r"restaurant|food|recipe|menu|essen|comida", ("menus", "orders", "kitchen", "payments")),
    (r"game|leaderboard|spiel|juego|player", ("players", "matches", "scores", "inventory")),
    (r"auth(?:entication)? (?:service|server)|identity|login service|\biam\b",
     ("accounts", "credentials", "sessions", "clients")),
    (r"search (?:service|engine|api)|suche\b|busqueda",
     ("sources", "indexing", "queries", "ranking")),
)  # fmt: skip
_ALSO: tuple[tuple[str, str], ...] = (
    (r"stripe|paypal|adyen|mollie|payment|zahlung|pago|paiement|pagamento", "payments"),
    (r"webhook", "webhook-inbox"),
    (r"login|oauth|sign[- ]?in|\bsso\b|oidc|anmeld", "identity"),
    (r"audit", "audit"),
    (r"multi-?tenan|tenants|mandant|inquilin|locataire", "tenants"),
    (r"notif|e-?mail|push\b|sms\b", "notifications"),
    (r"report|dashboard|auswert|informe", "reports"),
    (r"chat\b", "chat"),
    (r"search|suche|busqueda|recherche|busca", "search"),
    (r"upload|attachment|documents?\b|dokument", "documents"),
)


def modules(text: str) -> tuple[str, ...]:
    """Return three to six module names, or none when the request tells nothing of its field."""
    folded = fold_in_place(text)
    named = _enumerated(folded)
    field = next((names for sign, names in _FIELDS if re.search(rf"\b(?:{sign})", folded)), ())
    also = tuple(name for sign, name in _ALSO if re.search(rf"\b(?:{sign})", folded))
    found = (*(named or field), *also) if named or field else also
    unique = tuple(dict.fromkeys(found))[:MOST_MODULES]
    return unique if len(unique) >= 3 else ()


def _enumerated(folded: str) -> tuple[str, ...]:
    for match in _LIST.finditer(folded):
        words = _SPLIT.split(next(group for group in match.groups() if group))
        names = [re.sub(r"[\s/]+", "-", word.strip()) for word in words]
        kept = [
            name
            for name, word in zip(names, words, strict=True)
            if not _NO_MODULE.search(word) and len(word.split()) <= 2 and name
        ]
        if len(kept) >= 3 and len(kept) >= len(names) - 1:
            return tuple(kept)
    return ()
