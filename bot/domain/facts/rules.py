"""The patterns of quantities: what is written, in many languages, and its unit's factor."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.domain.facts.numbers import NUMBER, NUMBER_OR_WORD, read
from bot.domain.facts.values import Fact, FactName

SECOND_S, MINUTE_S, HOUR_S, DAY_S = 1.0, 60.0, 3600.0, 86400.0
MONTH_DAYS, YEAR_DAYS = 30.0, 365.0
SLOWEST_HOLD_MS = 2_000.0
"""From here on a query that "takes 4 s" is the complaint, not a time to size a pool with."""

_PERIODS: tuple[tuple[str, float], ...] = (
    (r"s|secs?|seconds?|sek(?:unden?)?|seg(?:undos?)?|secondes?|secondi|secondo", SECOND_S),
    (r"mins?|minutes?|minuten?|minutos?|minuti|minuto", MINUTE_S),
    (r"h|hrs?|hours?|stunden?|horas?|heures?", HOUR_S),
    (r"d|days?|tag(?:en?)?|dias?|jours?|giorni|giorno", DAY_S),
    (r"weeks?|wochen?|semanas?|semaines?", 7 * DAY_S),
    (r"months?|monat(?:en?)?|mes(?:es)?|mois|mo", MONTH_DAYS * DAY_S),
    (r"yrs?|years?|jahr(?:en?)?|anos?|ans?|annees?|annos?", YEAR_DAYS * DAY_S),
)
_PERIOD = "|".join(pattern for pattern, _ in _PERIODS)
_PER = r"(?:per|an?|pro|am|im|in der|je|por|al|a la|par|ao|each|every)"
_EACH = rf"\s?(?:/\s?|{_PER}\s)(?P<per>{_PERIOD})\b"
_DAILY = r"(?P<daily>\s(?:daily|taglich|diari[ao]s?|a diario|quotidiennes?|par jour))"

REQUESTS = (
    r"(?:http|api|rest|grpc|graphql|read|write|search|web|db|sql|peak|concurrent)?[\s-]?"
    r"(?:requests?|reqs?|calls?|hits|queries|anfragen|abfragen|aufrufe|zugriffe|peticiones"
    r"|solicitudes|consultas|llamadas|requetes|appels|requisicoes|requisicao|pedidos|richieste"
    r"|reads?|writes?|inserts?|lookups?|page ?views|logins?|ops|operations)"
)
EVENTS = (
    r"(?:kafka|domain|webhook|sensor|log|push|chat|stripe|mqtt)?[\s-]?"
    r"(?:events?|messages?|msgs?|ereignisse|nachrichten|eventos|mensajes|mensagens|evenements"
    r"|orders|bestellungen|payments?|zahlungen|pagos|bookings?|buchungen|jobs|tasks|emails|mails"
    r"|notifications|webhooks|updates|readings|uploads|transactions?|transaktionen|transacciones"
    r"|transacoes|logs|log lines|records|rows|invoices|rechnungen|sign-?ups|documents|pings)"
)
_ADJECTIVES = (
    r"(?:\s(?:active|concurrent|simultaneous|parallel|daily|monthly|open|idle|db|database|app|web"
    r"|api|websocket|websockets|registered|paying|existing|total|new|kubernetes|k8s|backend|server"
    r"|application|small|business|enterprise|java|node|python|django|redis|client|clients|tcp"
    r"|postgres|postgresql|mysql|persistent|corporate|gleichzeitigen?|aktiven?|taglichen?"
    r"|parallelen?|concurrentes|simultan(?:eous|es|eos)|activos?|ativos|actifs|spring boot|live"
    r"|different|separate|worker|device|sse|mobile|customer)){0,3}"
)
COUNTS: dict[FactName, str] = {
    "users": (
        r"users?|customers?|kunden|kundinnen|nutzern?|benutzern?|anwendern?|usuarios?|clientes"
        r"|utilisateurs|clients|utenti|dau|mau|consumers|members|subscribers|devices|geraten?"
        r"|players|students|employees|people"
    ),
    "tenants": (
        r"tenants?|mandanten|organi[sz]ations|workspaces|inquilinos|locataires|merchants"
        r"|companies|firmen|empresas|entreprises|mieter|accounts|clinics|shops"
    ),
    "instances": (
        r"instances?|pods?|replicas|servers?|nodes|containers?|vms|machines|instanzen"
        r"|knoten|instancias|servidores|serveurs|replikas|app servers|dynos"
    ),
    "connections": r"connections?|verbindungen|conexiones|connexions|conexoes|sockets",
    "rows": (
        r"rows?|records?|zeilen|datensatzen?|filas|registros|lignes|linhas|tuples|entries"
        r"|eintragen?|documents|dokumente|enregistrements"
    ),
}
_BYTES_KB: dict[str, float] = {
    "b": 1e-3, "byte": 1e-3, "bytes": 1e-3, "kb": 1.0, "kib": 1.0, "mb": 1e3, "mib": 1e3,
    "gb": 1e6, "gib": 1e6, "go": 1e6, "tb": 1e9, "tib": 1e9, "mo": 1e3, "ko": 1.0, "pb": 1e12,
    "pib": 1e12,
}  # fmt: skip
_SIZE = r"(?P<size>bytes?|[kmgtp]i?b|b|[kmg]o(?=\s(?:de|dans|sur|par|en)\b|[,.;]|$))\b"
_PAYLOAD = re.compile(
    r"payload|body|bodies"
    r"|per (?:request|message|event|item|document|response|file|row|record|upload)"
    r"|each\b|messages?|nachricht|\bevents?\b|responses?|antwort|uploads?|attachment|images?|file"
    r"|average|avg|durchschnitt|mensaje|mensagem|pro (?:request|anfrage|event|zeile)"
)
_MEMORY = re.compile(r"\bram\b|memory|heap|speicher|xmx|memoria|memoire|\bvm\b|disk|cpu")
_LATENCY = (
    r"(?P<limit>\d{1,4}(?:[.,]\d{1,3})?|\d{1,3}[.,]\d{3})\s?"
    r"(?P<unit>ms|msecs?|millis(?:ec|econds?)?|millisekunden|milisegundos|millisecondes|s|secs?"
    r"|seconds?|sekunden?|segundos?|secondes?|毫秒|ミリ秒|밀리초|秒|초)(?![a-z])"
)
_BOUND = (
    r"(?:\s|=|:|<=?|≤|~|≈|of|is|at|are|be|in|was|von|bei|unter|under|below|less|than|within|max"
    r"|maximum"
    r"|latency|latencies|response|times?|should|must|stay|stays|target|around|about|from|de|menos"
    r"|menor|que|por|debajo|sous|abaixo|moins|inferieure?|inferior|a|latenz|liegt|ist|soll|muss"
    r"|が|は|を|的|为|the|under|to|up|currently|now|jumped|went|rose|grew|over|above|uber|keep|kept"
    r"|aims?|goal|slo|,|\()*"
)


@dataclass(frozen=True)
class Rule:
    """A pattern on folded text and what its match means; `make` may refuse by returning None."""

    name: FactName
    pattern: re.Pattern[str]
    make: Callable[[re.Match[str]], float | None]

    def find(self, folded: str, original: str) -> Iterator[Fact]:
        """Yield the facts in the text, with the original's words."""
        for match in self.pattern.finditer(folded):
            value = self.make(match)
            if value is not None:
                words = " ".join(original[match.start() : match.end()].split())
                yield Fact(self.name, value, words.strip(" ,.;:("), match.start())


def period_seconds(text: str) -> float:
    """Return the length of a period in seconds; 0 for an unknown word."""
    for pattern, seconds in _PERIODS:
        if re.fullmatch(pattern, text):
            return seconds
    return 0.0


def _rate(match: re.Match[str]) -> float | None:
    value = read(match)
    groups = match.groupdict()
    seconds = DAY_S if groups.get("daily") else period_seconds(groups.get("per") or "s")
    return None if value is None or not seconds else value / seconds


def _short_rate(seconds: float) -> Callable[[re.Match[str]], float | None]:
    def make(match: re.Match[str]) -> float | None:
        value = read(match)
        return None if value is None else value / seconds

    return make


def _around(match: re.Match[str], *, before: int, after: int) -> str:
    text = match.string
    return text[max(0, match.start() - before) : match.end() + after]


def _latency(match: re.Match[str]) -> float | None:
    unit = match["unit"]
    value = float(match["limit"].replace(",", "."))
    if re.fullmatch(r"\d{1,3}[.,]\d{3}", match["limit"]) and unit.startswith("m"):
        value *= 1000  # "1,200 ms" is not a fraction
    value *= 1 if unit.startswith(("m", "毫", "ミ", "밀")) else 1000
    return value if 0 < value < 1e7 else None


def _size_kb(match: re.Match[str]) -> float | None:
    value = read(match)
    return None if value is None else value * _BYTES_KB[match["size"]]


def _is_payload(match: re.Match[str]) -> bool:
    small = match["size"] in {"b", "byte", "bytes", "kb", "kib"}
    near = _around(match, before=24, after=24)
    return small or bool(_PAYLOAD.search(near) and not re.search(r"table|tabelle|database", near))


def _data(match: re.Match[str]) -> float | None:
    close = _around(match, before=12, after=12)
    if _is_payload(match) or _MEMORY.search(close):
        return None
    kb = _size_kb(match)
    return None if kb is None else kb / 1e6


def _payload(match: re.Match[str]) -> float | None:
    if not _is_payload(match) or _MEMORY.search(_around(match, before=12, after=12)):
        return None
    return _size_kb(match)


def _count(match: re.Match[str]) -> float | None:
    if re.search(r"read(?:-only)?\s*$", match.string[: match.start("noun")]):
        return None  # read replicas are no application instances
    return read(match)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)  # so that a number ends where Japanese goes on


def _percentile(name: FactName, number: int, *more: str) -> Iterator[Rule]:
    head = "|".join(
        (rf"p\s?{number}(?:th)?\b", rf"{number}(?:\.|th)?\s?(?:percentile|perzentil)", *more)
    )
    yield Rule(name, _compile(rf"\b(?:{head}){_BOUND}{_LATENCY}"), _latency)
    share = rf"\b{number}\s?%\s(?:of|der|aller|de)\s(?:the\s|all\s|las\s|les\s)?"
    gap = r"[a-z ]{3,30}?(?:in|under|within|below|unter|<|en menos de|en moins de)\s?"
    yield Rule(name, _compile(rf"{share}{gap}{_LATENCY}"), _latency)
    back = rf"\s?(?:at|for|@|bei|im|\()?\s?(?:the\s)?(?:{head})"
    yield Rule(name, _compile(rf"(?<![\w.,]){_LATENCY}{back}"), _latency)


def _rates() -> Iterator[Rule]:
    yield Rule("rps", _compile(rf"{NUMBER}\s?{REQUESTS}(?:{_EACH}|{_DAILY})"), _rate)
    yield Rule("rps", _compile(rf"{NUMBER}\s?(?:rps|qps|tps|r/s)\b"), _short_rate(SECOND_S))
    yield Rule("rps", _compile(rf"{NUMBER}\s?rpm\b"), _short_rate(MINUTE_S))
    per_second = r"(?:每秒|毎秒|초당|por segundo|pro sekunde|par seconde)(?:约|約|etwa)?"
    yield Rule("rps", _compile(rf"{per_second}\s?{NUMBER}(?!\s?[gmk]?b)"), _short_rate(SECOND_S))
    yield Rule("rps", _compile(rf"\b(?:rps|qps)\s?[=:]\s?{NUMBER}"), _short_rate(SECOND_S))
    yield Rule("events_per_s", _compile(rf"{NUMBER}\s?{EVENTS}(?:{_EACH}|{_DAILY})"), _rate)


def _counts() -> Iterator[Rule]:
    for name, nouns in COUNTS.items():
        stop = r"(?!\s?/|\s(?:per|an?|pro|por|par)\s(?:s|sec|second|minute|hour|day)|-)"
        text = rf"{NUMBER_OR_WORD}(?:\s?-\s?|\s?){_ADJECTIVES}\s?(?P<noun>\b(?:{nouns})\b){stop}"
        yield Rule(name, _compile(text), _count)
    keys = r"\b(?:max_?connections|maximum-?pool-?size|pool_?size|pool[ -]size|pool)"
    yield Rule(
        "connections",
        _compile(rf"{keys}(?:\s?[=:]\s?|\s(?:of|is|set to|at|von)?\s?){NUMBER}(?!\s?[%a-z]*s\b)"),
        read,
    )


def _days(match: re.Match[str]) -> float | None:
    value = read(match)
    return None if value is None else value * period_seconds(match["per"]) / DAY_S


def _minutes(match: re.Match[str]) -> float | None:
    value = read(match)
    return None if value is None else value * period_seconds(match["per"]) / MINUTE_S


def _holds() -> Iterator[Rule]:
    """Time that a request keeps a database connection: "20 ms a query", "held for 50 ms"."""

    def hold(match: re.Match[str]) -> float | None:
        value = _latency(match)
        return value if value is not None and value < SLOWEST_HOLD_MS else None

    query = (
        r"(?:db |database |sql )?(?:quer(?:y|ies)|statements?|transactions?|transaktion(?:en)?|txn"
        r"|abfragen?|consultas?|requetes?|zapytani\w+|query)"
    )
    per = r"\s?(?:/|a\b|per\b|each\b|pro\b|je\b|por\b|par\b|na\b|for (?:a|each|every)\b)\s?"
    takes = r"(?:takes?|needs?|runs?|lasts?|time|dauert|dauern|braucht|tarda|dura|prend|leva|trwa)"
    yield Rule("hold_ms", _compile(rf"(?<![\w.,]){_LATENCY}{per}{query}\b"), hold)
    yield Rule("hold_ms", _compile(rf"\b(?:each |one |jede |cada |chaque )?{query}\s{takes}"
                                   rf"\s(?:\w+\s){{0,2}}{_LATENCY}"), hold)  # fmt: skip
    held = r"\b(?:held|holds?|hold time|haltezeit|gehalten|halt\b)[^.\d\n]{0,28}"
    yield Rule("hold_ms", _compile(rf"{held}{_LATENCY}"), hold)
    busy = r"\s(?:of |in )?(?:query time|db time|database time|hold time|in the database|held)\b"
    yield Rule("hold_ms", _compile(rf"(?<![\w.,]){_LATENCY}{busy}"), hold)


def _retention() -> Iterator[Rule]:
    span = rf"{NUMBER}[\s-]?(?P<per>{_PERIOD})\b"
    keep = (
        r"(?:retention|retain(?:ed)?|keep|kept|stored?|archived?|aufbewahr\w*|gespeichert"
        r"|vorgehalten|behalten|conserv\w+|guard\w+|reten\w+|histor\w+|ttl|expire\w*)"
    )
    yield Rule("retention_days", _compile(rf"\b{keep}\b[^.\d\n]{{0,40}}?{span}"), _days)
    after = (
        r"\s(?:of\s|worth of\s)?"
        r"(?:retention|history|data\b|logs?\b|audit|aufbewahr\w*|lang auf|lang\b"
        r"|historie|de (?:retencion|historial|historico|retention|retencao))"
    )
    yield Rule("retention_days", _compile(rf"{span}{after}"), _days)


def _availability() -> Iterator[Rule]:
    def percent(match: re.Match[str]) -> float | None:
        value = read(match, decimal=True)
        return value if value is not None and 90 <= value < 100 else None

    near = r"(?:availab\w*|uptime|sla|slo|verfugbarkeit\w*|disponib\w*|disponibilidade)"
    yield Rule("availability_pct", _compile(rf"{NUMBER}\s?%\s(?:\w+\s)?{near}"), percent)
    yield Rule("availability_pct", _compile(rf"\b{near}\b[^.\d\n%]{{0,20}}{NUMBER}\s?%"), percent)
    nines = r"(?<![\w.,])(?P<digits>99[.,]\d{1,4})(?P<scale>(?!x)x)?\s?%"
    yield Rule("availability_pct", _compile(nines), percent)


def _downtime() -> Iterator[Rule]:
    down = (
        r"(?:down\s?time|maintenance window|outage|unavailab\w+|ausfall\w*|wartungsfenster"
        r"|stillstand"
        r"|inactividad|indisponib\w+|interruption|interrup\w+)"
    )
    span = rf"{NUMBER}[\s-]?(?P<per>{_PERIOD})\b"
    yield Rule("downtime_min", _compile(rf"{span}\s(?:of\s|de\s|d')?(?:\w+\s)?{down}"), _minutes)
    yield Rule("downtime_min", _compile(rf"\b{down}\b[^.\d\n]{{0,24}}{span}"), _minutes)
    zero = rf"\b(?:zero|no|without|ohne|keine?|sin|sans|sem)[\s-](?:any\s|tiempo de\s)?{down}"
    yield Rule("downtime_min", _compile(zero), lambda _: 0.0)


def _growth() -> Iterator[Rule]:
    def yearly(match: re.Match[str]) -> float | None:
        value = read(match, decimal=True)
        periods = YEAR_DAYS * DAY_S / period_seconds(match["per"])
        if value is None or value > 1000 or periods > 60:
            return None  # a rate per hour or day is no steady growth
        return float((1 + value / 100) ** periods - 1) * 100  # growth compounds

    def monthly(match: re.Match[str]) -> float | None:
        kb = _size_kb(match)
        seconds = period_seconds(match["per"])
        return None if kb is None else kb / 1e6 * MONTH_DAYS * DAY_S / seconds

    yield Rule("growth_pct_year", _compile(rf"{NUMBER}\s?%(?:\s[a-z]+)?{_EACH}"), yearly)
    yield Rule("growth_gb_month", _compile(rf"{NUMBER}\s?{_SIZE}(?:\s[a-z]+)?{_EACH}"), monthly)


def _sizes() -> Iterator[Rule]:
    stop = rf"(?!(?:\s[a-z]+)?{_EACH.replace('?P<per>', '?:')})"
    table = r"(?:\s(?:tables?|databases?|of data|postgres\w*|mysql)\b)?"
    body = r"(?:\s(?:payloads?|bod(?:y|ies)|messages?|each)\b)?"
    yield Rule("data_gb", _compile(rf"{NUMBER}[\s-]?{_SIZE}{stop}{table}"), _data)
    yield Rule("payload_kb", _compile(rf"{NUMBER}[\s-]?{_SIZE}{stop}{body}"), _payload)


RULES: tuple[Rule, ...] = (
    *_rates(),
    *_percentile("p95_ms", 95),
    *_percentile("p99_ms", 99),
    *_percentile("p50_ms", 50, r"median(?:e|a)?\b"),
    Rule(
        "latency_ms",
        _compile(
            r"(?:\b(?:under|below|within|unter|latency|latenz|response times?|antwortzeit\w*"
            r"|takes?|taking|dauert|needs|braucht|latencia|latence|tarda|tempo de resposta|took"
            r"|demora|leva|prend|met|dure|impiega|ci mette|trwa|zajmuje|tempo de|target|ziel\w*"
            r"|goal|objetivo|objectif|obiettivo|meta|cel|toma"
            rf"|timeouts? of|responds? in)\b|<){_BOUND}{_LATENCY}"
        ),
        _latency,
    ),
    Rule("latency_ms", _compile(rf"(?<![\w.,]){_LATENCY}(?=\s?(?:かか|以内|以下|걸))"), _latency),
    Rule(
        "latency_ms",
        _compile(rf"(?:需要|耗时|要花?|花费?|目標は?|目标[是为]?|목표는?)\s?{_LATENCY}"),
        _latency,
    ),
    Rule("latency_ms", _compile(rf"(?<=s )(?:to|auf|zu|vers)\s{_LATENCY}"), _latency),
    *_holds(),
    *_counts(),
    *_sizes(),
    *_retention(),
    *_availability(),
    *_downtime(),
    *_growth(),
)
