"""What a request is about, in a few words: the title of its plan."""

import re
from dataclasses import dataclass

from bot.domain.facts.extract import without_code
from bot.domain.fold import fold_in_place

LONGEST = 50
"""`Plan.title` takes no more."""

_NOISE = re.compile(r"<[@#!][^>]*>|(?<!\S)@\w+|https?://\S+|[*`>#¿¡]+|(?<!\S):[a-z0-9_+-]+:")
_FILLER = re.compile(
    r"^(?:[\s,;:.!?-]|\b(?:we might want to|i wonder|any idea)\b|\b(?:hi|hey|hello|hallo|hola"
    r"|bonjour|ola|team|all|folks|guys|lead|so|ok|okay"
    r"|and|but|please|bitte|can you|could you|kannst du|konnt ihr|also|well|anyway|quick question"
    r"|question|frage|fyi|urgent|help|guten tag|dear|we are|we're|i am|i'm|the|a|an|our|my"
    r"|unsere?[nmr]?|la|le|il|nostr[oa]|nasz[ae]?|nuestr[oa]s?|notre|nosso|nossa|por favor"
    r"|s'il vous plait)\b)+"
)
_WHO = r"(?:we|i|they|you|wir|ich|nous|let's|us|please|to|and|bitte|then)"
_MAKE = (
    rf"(?:(?:^|[.!?;:]\s|\b{_WHO}(?:'d| would| will| might| really| urgently| also| are|'re)*\s)"
    r"(?:build(?:ing)?|need|want|design(?:ing)?|creat(?:e|ing)|develop(?:ing)?|implement(?:ing)?"
    r"|launch(?:ing)?|set(?:ting)? up|plan(?:ning)?|introduc(?:e|ing)|brauchen|bauen|wollen"
    r"|entwickeln|planen|entwerfen|mochten)"
    r"|\b(?:new product:?|new project:?|project:|greenfield:?|neues projekt:?|necesitamos|queremos"
    r"|construir|construimos|disenar|crear|desarrollar|voulons|construire|creer|concevoir"
    r"|developper|construisons|precisamos de|precisamos|criar|desenvolver|vogliamo|costruire"
    r"|creare|sviluppare|ci serve|potrzebujemy))\s"
)
_SPLIT = (
    r"\b(?:split(?:ting)? up|split(?:ting)?|break(?:ing)? up|breaking|decompos(?:e|ing)"
    r"|carv(?:e|ing) up|aufteilen|zerlegen|zerteilen|decouper|dividir|descomponer|separar|quebrar"
    r"|decompor|scomporre)\s"
)
_MOVE = (
    r"\b(?:migrat(?:e|ing)|mov(?:e|ing)|port(?:ing)?|moderni[sz](?:e|ing)|upgrad(?:e|ing)"
    r"|convert(?:ing)?|replac(?:e|ing)|migrieren|modernisieren|ablosen|umstellen"
    r"|migrar|modernizar|migrer|moderniser)\s"
)
_IMPROVE = r"\b(?:scal(?:e|ing)|speed(?:ing)? up|optimi[sz](?:e|ing)|skalieren)\s"
_REWRITE = r"\b(?:rewrit(?:e|ing)|neu ?schreiben|reescribir|reecrire|reescrever|riscrivere)\s"
_OWN = (
    r"\b(?:we (?:run|have|operate|maintain|own)|our|unser\w*|wir (?:haben|betreiben)|tenemos"
    r"|nuestr[oa]|nous avons|notre|temos|nosso|nossa|abbiamo|nostr[oa]|nasz\w*)\s"
)
_DETERMINERS = re.compile(
    r"^(?:(?:a|an|the|our|your|this|that|some|new|brand-new|simple|small|big|large|scalable|robust"
    r"|reliable|fast|modern|secure|whole|entire|existing|old|current|legacy|multi-?tenant"
    r"|high-performance|production|complete|full|proper|eine[nrms]?|ein|unsere?[nmrs]?|den|die|das"
    r"|dem|der|neue[nrms]?|mandantenfahige[nrms]?|skalierbare[nrms]?|bestehende[nrms]?|una?"
    r"|nuev[oa]|nuestr[oa]|el|la|los|las|une|notre|le|les|nouvel(?:le)?|nouveau|uma?|nov[oa]"
    r"|nosso|nossa|o|il|lo|nostr[oa]|build|design|create|construir|construire|criar|desenvolver"
    r"|crear|costruire"
    r"|do zero|desde cero|da zero|de zero|od zera|a partir de zero|von grund auf|from scratch"
    r"|eines|another"
    r"|\d+[\s-](?:year|jahre|anos)[\s-]?(?:old)?)\s+)+"
)
_STOP = re.compile(
    r"[,.;:?!()\n\u2013\u2014]|\s-\s|\s(?:with|for|on|that|which|who|where|using|in|into|to|so|by"
    r"|from|at|of|as|because|but|before|until|is|are|was|has|have|had|gets?|takes?|must|should"
    r"|will|can|written|based|without|running|handling|serving|out|mit|fur|auf|aus|von|zu|um|das"
    r"|die|der|welche[rs]?|soll|con|para|que|sobre|en|por|avec|pour|sur|qui|com|em|per|su|che|sin"
    r"|sans|sem|ohne|desde|~?\d[\w.,]*)(?=\s|$)"
)
_AND = re.compile(r"\s(?:and|und|y|et|e|or|oder|ou|o)\s")
_NO_SUBJECT = re.compile(
    r"^(?:\d|p\d\d|for\b|in\b|at\b|with\b|wir\b|we\b|it\b|this\b|that\b|them\b|help|advice|some\b|you\b|us\b|to\b|more\b|be\b"
    r"|your\b"
    r"|hilfe|ayuda|es\b|euch\b|ein plan|a plan|plan\b|sure\b|out\b|time\b|both\b|every|each|all\b"
    r"|one\b|use\b|wie\b|first\b|last\b|next\b|between\b|something"
    r"|what\b|who(?:se|m)?\b|when\b|where\b|why\b|how\b|\w+(?:ar|er|ir)l[oa]s?\b|(?:chegar|llegar|passar|pasar|hacer|fazer|faire|aller)\b)"
)
_ASK = re.compile(
    r"\b(?:how|where|when) (?:should|do|can|would|could|to|must)(?: (?:we|i|you|one))?\s"
    r"(?P<rest>[^.?!\n]{6,})"
)
_WHICH = re.compile(
    r"\b(?:which|what|welche[rsnm]?|que|quel(?:le)?s?|qual|cual|quale|jak[ai]?) (?P<np>(?!if\b"
    r"|about\b|kind\b|happens|way\b)(?:[\w/.+#'-]+ ){0,3}[\w/.+#'-]{3,}) (?:do|does|should|can"
    r"|would|must|shall|brauchen|braucht|sollte\w*|for|when|necesit\w+|debemos|devemos|avons-nous|faut-il)\b"
)
_PROBLEM = re.compile(
    r"^(?P<np>(?:[\w/{}.+#'-]+\s){1,5}?)(?:is|are|gets?|takes?|became|got|was|were|keeps?|fails?"
    r"|dies?|went|jumped|rose|grew|exceeds?|runs?|hangs?|blocks?|ist|sind|wird|dauert|son|est|sont|esta|tarda|stalls?|leaks?|braucht|prend|met|dure|demora|leva|impiega|trwa|zajmuje)\b"
)
_CJK_TOPIC = re.compile(r"^(?P<np>[\u3040-\u30ff\u4e00-\u9fff]{2,12}?)(?:が|は|在)")
_SENTENCE = re.compile(r"(?<=[.?!。？！])\s+|(?<=[。？！])|\n+")
_CLAUSE_END = re.compile(r"[?!;\n。？！；]|[.:,](?:\s|$)|\s[\u2013\u2014-]\s")
_TECHNICAL = re.compile(r"\d|\w_\w|\w/\w|[a-z][A-Z]|\b[A-Z]{2,}\b|\w\.\w")
_FAILURE = re.compile(r"\b[A-Z]\w+(?:Exception|Error)\b|(?:fatal error|panic): [^\n(]{5,40}")
_JOINT = re.compile(
    r" (?:with|without|for|at|in|on|to|from|by|and|when|whenever|while|because|so|that|across|mit"
    r"|fur|bei|und|ohne|con|para|sin|en|pour|avec|sans|com|sem|em) "
)
_LAST_WORDS = re.compile(
    r"(?:\s(?:a|an|the|of|to|in|on|for|and|or|with|from|our|that|is|at|by|de|der|die|das|un|en))+$"
)


_FOREIGN = re.compile(r"\b(?:de|del|da|do|di|des|du|para|pour|fur|con|mit|et|und|y|em|en)\b")


@dataclass(frozen=True)
class Subject:
    """`title` heads a plan; `noun` fits behind "the" in a sentence, and is empty when none does."""

    title: str
    noun: str = ""

    def of(self, article: str = "the") -> str:
        """Return "the billing API", or "this request" when the request names no thing."""
        if not self.noun:
            return "this request"
        foreign = not self.noun.isascii() or _FOREIGN.search(self.noun.lower())
        return f"{article} “{self.noun}”" if foreign else f"{article} {self.noun}"


def subject(text: str) -> Subject:
    """Return what the request is about; never empty, at most 50 characters.

    "we need a multi-tenant billing API with Stripe" -> "Billing API"; "how should we version the
    API?" -> "Version the API"; "split our monolith into services" -> "Monolith split".
    """
    prose = " ".join(_NOISE.sub(" ", without_code(text)).split())
    folded = fold_in_place(prose)
    if len(prose.split()) < 8 and (failure := _FAILURE.search(text)):
        return Subject(_headline(failure.group()))
    return (
        _changed(prose, folded, _SPLIT, "split")
        or _changed(prose, folded, _REWRITE, "rewrite")
        or _changed(prose, folded, _MOVE, "migration")
        or _owned(prose, folded)
        or _which(prose, folded)
        or _improved(prose, folded)
        or _made(prose, folded)
        or _asked(prose, folded)
        or _troubled(prose, folded)
        or Subject(_headline(_strip(_telling(prose))) or "Request")
    )


def _changed(prose: str, folded: str, verb: str, what: str) -> Subject | None:
    for match in re.finditer(verb + r"(?:of\s)?", folded):
        noun = _noun(prose[match.end() : match.end() + 90])
        if noun and len(noun) + len(what) < LONGEST:
            return Subject(_capital(f"{noun} {what}"), f"{noun} {what}")
    return None


def _owned(prose: str, folded: str) -> Subject | None:
    """Return "PHP monolith migration" for "we run a PHP monolith and want to move to …"."""
    if not re.search(_MOVE, folded):
        return None
    for match in re.finditer(_OWN, folded):
        noun = _noun(prose[match.end() : match.end() + 90])
        if noun and len(noun.split()) <= 4:
            return Subject(_capital(f"{noun} migration"), f"{noun} migration")
    return None


def _made(prose: str, folded: str) -> Subject | None:
    for match in re.finditer(_MAKE, folded):
        noun = _noun(prose[match.end() : match.end() + 120])
        if noun:
            return Subject(_capital(noun), noun)
    return None


def _improved(prose: str, folded: str) -> Subject | None:
    """Return "Django backend" for "scale our Django backend to 2,000 rps"."""
    match = re.match(rf"\W*{_IMPROVE}", folded)
    noun = _noun(prose[match.end() : match.end() + 90]) if match else ""
    return Subject(_capital(noun), noun) if noun else None


def _noun(text: str) -> str:
    """Return the noun phrase that the text begins with; empty when there is none."""
    folded = fold_in_place(text)
    lead = _DETERMINERS.match(folded)
    text, folded = (text[lead.end() :], folded[lead.end() :]) if lead else (text, folded)
    if _NO_SUBJECT.match(folded):
        return ""
    stop = _STOP.search(folded)
    phrase = text[: stop.start()] if stop else text
    join = _AND.search(fold_in_place(phrase))
    if join and join.start() > 8:
        phrase = phrase[: join.start()]
    words = phrase.split()
    return " ".join(words)[:LONGEST] if 1 <= len(words) <= 6 and len(phrase) > 2 else ""


def _asked(prose: str, folded: str) -> Subject | None:
    match = _ASK.search(folded)
    if match is None or not re.search(r" (?:we|i|you|one|to)$", folded[: match.start("rest") - 1]):
        return None
    return Subject(_headline(prose[match.start("rest") : match.end("rest")]))


def _which(prose: str, folded: str) -> Subject | None:
    """Return "HikariCP pool size" for "which HikariCP pool size do we need for 300 rps?"."""
    match = _WHICH.search(folded)
    if match is None or len(match["np"]) > LONGEST:
        return None
    noun = prose[match.start("np") : match.end("np")].strip()
    return Subject(_capital(noun), noun)


def _troubled(prose: str, folded: str) -> Subject | None:
    stripped = _strip(prose)
    if topic := _CJK_TOPIC.match(stripped):
        return Subject(topic["np"])
    match = _PROBLEM.match(fold_in_place(stripped))
    if match is None:
        return None
    noun = stripped[: match.end("np")].strip()
    if len(noun) > LONGEST or _NO_SUBJECT.match(noun.lower()):
        return None
    if re.match(r"(?:GET|POST|PUT|PATCH|DELETE)\b|/", noun):
        noun = f"{noun} endpoint" if "endpoint" not in noun else noun
    return Subject(_capital(noun)[:LONGEST], noun if " " in noun else "")


def _strip(prose: str) -> str:
    lead = _FILLER.match(fold_in_place(prose))
    return prose[lead.end() :] if lead else prose


def _telling(prose: str) -> str:
    """Return the sentence that says most: names, numbers, a question; the first of equals."""
    sentences = [item for item in _SENTENCE.split(prose) if len(item.split()) > 2] or [prose]
    return max(sentences, key=lambda item: 2 * len(_TECHNICAL.findall(item)) + ("?" in item))


def _headline(text: str) -> str:
    """Return the first clause, cut at a word to fit a title."""
    clause = _CLAUSE_END.split(text.strip())[0].strip()
    if len(clause) > LONGEST:
        ends = [m.start() for m in _JOINT.finditer(clause) if 18 <= m.start() <= LONGEST]
        clause = clause[: ends[-1]] if ends else clause[: LONGEST + 1].rsplit(" ", 1)[0]
        clause = _LAST_WORDS.sub("", clause)
    return _capital(clause[:LONGEST])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
