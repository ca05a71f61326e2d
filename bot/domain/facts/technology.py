"""Names of technologies in a request; words with an ordinary sense count only in context."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.fold import fold

_THINGS = (
    r"(?:services?|backends?|apis?|apps?|applications?|servers?|code|codebase|micro-?services?"
    r"|dienste?"
    r"|teams?|developers?|devs|workers?|processe?s?|handlers?|endpoints?|modules?|monolith"
    r"|middleware"
    r"|projects?|stack|clients?|gateways?|hub|library|binary|daemon|ingest\w*|consumers?"
    r"|producers?|cli|proxy|jobs?"
    r"|pipeline|rewrite|program|monorepo|preferred|experts?|side|port|routers?|route|versions?"
    r"|runtime|frameworks?|microservicios?|servicios?"
    r"|servicos?|anwendung|entwickler)"
)
_INTO = (
    r"(?:in|to|with|using|on|from|and|or|vs\.?|versus|mit|auf|nach|und|oder|en|con|y|o|avec|sur"
    r"|et|ou"
    r"|em|com|e|nosso|our|unsere?n?|nuestro|notre|for|into|written in|choose|prefer)"
)
_END = (
    r"(?=\s*(?:$|[,.;:?!)/]|\b(?:and|or|with|for|on|vs|und|oder|y|et|e|con|mit|avec|com"
    r"|backend)\b))"
)


@dataclass(frozen=True)
class _Sense:
    """`yes` proves the technology, `no` the ordinary sense; `other` decides between neither."""

    yes: str = r"(?!)"
    no: str = r"(?!)"
    other: bool = False

    def holds(self, folded: str) -> bool:
        if re.search(self.yes, folded, re.ASCII):
            return True
        return self.other and not re.search(self.no, folded, re.ASCII)


def _language(word: str, extra: str) -> _Sense:
    return _Sense(yes=rf"\b{word}\s{_THINGS}\b|\b{_INTO}\s{word}\b{_END}|{_listed(word)}|{extra}")


def _listed(word: str) -> str:
    return (
        rf"[,:(/]\s*{word}\s*(?:[,;)/+]|\b(?:and|und|y|et|e|or|oder)\b)|^{word}\s*(?:[:,]|[の で])"
    )


_SENSES: dict[str, _Sense] = {
    "go": _language("go", r"\bgolang\b|(?:\b(?:in|en|em|na|i|w|op|med|auf)|на|в)\sgo\b"
                    r"(?!-|\s(?:to|ahead|live|back|on|with|through|down|up|over|wrong|into)\b)"
                    r"|\bgo\s(?:1\.\d+|mod\b|vet\b|routine|http|build|test|struct)"
                    r"|\bgoroutin|\bgo(?:'s|/)|\bgo\s+(?:telemetry|rewrite)"),
    "rust": _Sense(yes=r"\brust\s" + _THINGS + r"\b|\bcargo\b|\bcrates?\b|\btokio\b|\baxum\b"
                   r"|\bactix",
                   no=r"rack|metal|sand(?:ed|ing)|paint|corro|bike|steel|iron\b|oxid|\bpipes?\b|boat"
                       r"|\bcar\b"
                   r"|water|nail|bridge|\bgate\b|\brail\b|roof|stain", other=True),
    "spring": _Sense(yes=r"\bspring[\s-](?:boot|cloud|data|security|mvc|webflux|batch|framework"
                     r"|kafka"
                     rf"|beans?|actuator|jpa|integration)|\bspring\s{_THINGS}\b|\b(?:with|using"
                     rf"|on|mit|auf"
                     r"|de|con|avec|com|our|nach"
                     r"|to)\sspring\b" + _END + r"|@transactional|@autowired"),
    "express": _Sense(yes=rf"\bexpress\.?js\b|\bexpress\s(?:[345]\b|{_THINGS})"
                      rf"|\b{_INTO}\sexpress\b{_END}"
                      r"|^\W*express:|node(?:\.?js)?\W{1,3}express|express\W{1,3}node"),
    "node": _Sense(yes=r"\bnode\.?js\b|\bnode\s(?:1[0-9]|2[0-9])\b|\bnode\s(?!pool)" + _THINGS
                   + rf"\b|\b{_INTO}\snode\b{_END}|node_modules|\bnpm\b|\bin\snode\b(?!\s(?:pool"
                       rf"|group|[a-z0-9]+-))|{_listed('node')}|(?:node|express) monolith"),
    "java": _Sense(no=r"island|coffee|trip|holiday|indonesia|flight|vacation|beach|jakarta airport"
                   r"|cup of|urlaub|insel|kaffee", other=True),
    "python": _Sense(no=r"snake|documentary|\bzoo\b|monty|reptile|crocodile|terrarium|schlange"
                     r"|bitten",
                     other=True),
    "flask": _Sense(no=r"\blab\b|coffee|\bhip flask|thermos|\btea\b|whisk", other=True),
    "celery": _Sense(no=r"soup|salad|stick|juice|carrot|lunch|recipe", other=True),
    "kafka": _Sense(no=r"novel|franz|metamorphosis|\bauthor\b|prague", other=True),
    "gin": _Sense(yes=r"\bgin[\s-](?:gonic|framework|router|middleware|handlers?|context|api"
                  r"|service)"
                  rf"|\b{_INTO}\sgin\b{_END}|golang|goroutin|\bgo\s(?:service|api|backend)"),
    "echo": _Sense(yes=r"\becho[\s-](?:framework|router|middleware)|labstack"),
    "fiber": _Sense(yes=r"\bfiber[\s-](?:framework|router|middleware|app)|gofiber"),
    "chi": _Sense(yes=r"\bchi[\s-](?:router|middleware)|go-chi"),
    "rocket": _Sense(yes=r"\brocket[\s-](?:framework|rs|routes?|handlers?)|\brust\b"),
    "hyper": _Sense(yes=r"\brust\b|\btokio\b|\bhyper::"),
    "tower": _Sense(yes=r"\brust\b|\btokio\b|\baxum\b|\btower::"),
    "rest": _Sense(yes=r"\brest(?:ful)?[\s-](?:api|endpoint|service|interface|schnittstelle)"
                   r"|\brest\s(?:or|vs)"
                   r"|\b(?:or|vs|and|via|over)\srest\b|\bapi\srest\b"),
    "play": _Sense(yes=r"\bplay\sframework|\bplay!|scala"),
    "bun": _Sense(yes=r"\bbun\s(?:runtime|install|1\.)|\b(?:or|vs|on|with|to)\sbun\b"),
    "helm": _Sense(no=r"at the helm", other=True),
    "chalice": _Sense(yes=r"aws chalice|chalice (?:app|deploy)"),
    "temporal": _Sense(yes=r"temporal\.io|\btemporal\s(?:workflow|server|cloud|worker|sdk)"),
    "beam": _Sense(yes=r"apache beam"),
    "c": _Sense(),
    "r": _Sense(),
}  # fmt: skip
_TWINS = {"golang": "go", "nodejs": "node", "node.js": "node", "springboot": "spring"}


def technologies(text: str, vocabulary: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the vocabulary that the text uses as technologies, in the text's order.

    `vocabulary` holds folded names, as in the front matter of cards and charters.
    """
    folded = fold(text)
    found: dict[str, int] = {}
    for name in frozenset().union(*(_in_line(vocabulary, line) for line in folded.split("\n"))):
        at = _find(name, folded)
        if at >= 0 and _means(name, folded):
            found[name] = at
    return tuple(sorted(found, key=lambda name: (found[name], name)))


@lru_cache(maxsize=2048)
def _in_line(vocabulary: tuple[str, ...], line: str) -> frozenset[str]:
    """Return the names in a line. Kept: a request's lines are looked at with each assignment."""
    return frozenset(name for name in vocabulary if name in line)


def means_technology(word: str, folded: str) -> bool:
    """Return whether an ambiguous word is used in its technical sense; unknown words always are."""
    return _means(word, folded)


def ambiguous() -> frozenset[str]:
    """Return the names that are ordinary words too."""
    return frozenset(_SENSES)


def _means(name: str, folded: str) -> bool:
    sense = _SENSES.get(_TWINS.get(name, name))
    return sense is None or name in _TWINS or sense.holds(folded)


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    tail = r"(?:s|db|ql)?" if name[-1:].isalnum() else ""
    return re.compile(rf"(?<![a-z0-9]){re.escape(name)}{tail}(?![a-z0-9])")


def _find(name: str, folded: str) -> int:
    if name not in folded:
        return -1
    match = _pattern(name).search(folded)
    return match.start() if match else -1
