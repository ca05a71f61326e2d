"""Tells a project from a question, and which of the four patterns a project follows."""

import re
from dataclasses import dataclass

from bot.domain.facts import Facts

GREENFIELD = "greenfield"
LEGACY = "legacy-modernization"
MICRO = "microservices-decomposition"
PERFORMANCE = "performance-optimization"

_BUILD = (
    r"\b(?:build(?:ing)?|creat(?:e|ing)|develop(?:ing)?|design(?:ing)?|launch(?:ing)?"
    r"|start(?:ing)?|new product"
    r"|new project|from scratch|from zero|greenfield|set(?:ting)? up|we (?:need|want)|i (?:need"
    r"|want)|we'd like"
    r"|implement(?:ing)?|i'd like|would like|mochten|quisieramos|voudrions|gostariamos|vorremmo"
    r"|chcemy|willen|bygge|bygga|rakentaa|bouwen|willen|istiyoruz|bauen|entwickeln|brauchen"
    r"|planen|von grund auf|neu(?:es|e|en)? (?:projekt|produkt|system|backend)"
    r"|auf der grunen wiese|necesitamos|queremos (?:construir|crear|desarrollar|lanzar|una?)"
    r"|construir|crear|desarrollar"
    r"|desde cero|nouveau projet|nouveau produit|construire|creer|developper|lancer"
    r"|a partir de zero|partir de zero"
    r"|besoin d'un|do zero|precisamos de|criar|desenvolver|costruire|creare|sviluppare|da zero"
    r"|zbudowac|stworzyc|od zera"
    r"|bouwen|ontwikkelen|gelistir|sifirdan)"
)
_SYSTEM = (
    r"\b(?:backend|back-end|api|platform|plattform|plataforma|plateforme|piattaforma|system"
    r"|sistema|systeme|service"
    r"|servicio|servico|product|produkt|producto|produit|produto|app|application|anwendung|saas"
    r"|marketplace|marktplatz"
    r"|engine|portal|pipeline|gateway|server|mvp|shop|store|tienda|boutique|loja|sklep|dienst|aplikacj|serwis|uygulama"
    r"|[\w-]+-backend|[\w-]+-api)"
)
_GAP = (
    r"(?:(?!(?:in|for|to|on|our|of|that|which|how|fur|unser\w*|en|nuestr\w*|notre|nosso"
    r"|nossa)\s)\S+\s+){0,7}?"
)
_BUILDS = re.compile(rf"{_BUILD}[\s:]+{_GAP}(?:\S*-)?{_SYSTEM[2:]}", re.ASCII)
"""A verb of making with a system as its object; "a fix for our API" makes no system."""
_GREEN_WORDS = re.compile(
    r"\bgreenfield|from scratch|from zero|start(?:ing)? from zero|new product|new project"
    r"|brand[ -]new|grune wiese|von grund auf"
    r"|desde cero|nuevo proyecto|nouveau projet|nouveau produit|partir de zero|partir de rien"
    r"|do zero|novo projeto|da zero|nuovo progetto|fra bunden|fran grunden"
    r"|od zera|nowy projekt|vanaf nul|sifirdan|mvp\b"
    r"|с нуля|从零|从头|新项目|ゼロから|新規|처음부터|신규"
)
_LEGACY_WORDS = re.compile(
    r"\blegacy|moderni[sz]|\d+[\s-](?:years?|jahre)[\s-](?:old|alt)|old (?:system|monolith|app"
    r"|stack|platform|codebase|php|java)"
    r"|altsystem|altanwendung|alte[snr]? (?:system|anwendung|monolith|software|php|java)|heredad"
    r"|legado|modernis|ablos"
    r"|abgelost|vieux|vieill|ancien (?:systeme|logiciel)|antiquad|obsolet|end[- ]of[- ](?:life"
    r"|support)|cobol|mainframe|as/400|weblogic"
    r"|websphere|php ?[45]|perl\b|vb6|visual basic|asp\.net|\.net framework|classic asp|struts"
    r"|java ?(?:ee|[5678]\b)|python ?2|node ?(?:0|4|6|8)\b"
    r"|rails ?[2345]\b|delphi|foxpro|oracle forms|silverlight|strangler|big[- ]bang"
    r"|without (?:a )?(?:freeze|downtime|stopping)"
    r"|sin parar|sans arreter|sem parar|ohne (?:stillstand|ausfall|unterbrechung|big bang)"
    r"|(?:from|since|in|written in|aus|von|seit|de|desde|depuis) (?:19[789]\d|200\d|201[0-6])\b"
    r"|unsupported|out of support|unmaintain|vb\.net|webforms|jsf\b|ejb|soap"
    r"|stored procedures|fat client|on-prem(?:ise)? (?:app|system)|(?:decade|decades)|ageing"
    r"|aging|monolith(?:ic)? (?:php|java|rails|perl)|svn\b|ftp\b|nobody (?:understands|dares|knows)"
    r"|starego|przestarzal|遗留|老系统|旧系统|レガシー|老朽|레거시|устарев|eski sistem"
)
_MOVE = re.compile(
    r"\b(?:migrat|moderni[sz]|rewrit|re-?platform|port(?:ing)? (?:it|our|the|to)|mov(?:e"
    r"|ing) (?:\S+ ){0,10}(?:to|off|onto|away)|bring(?:ing)? (?:it|them|this|everything)"
    r"|get (?:us|it|everything) off|replac"
    r"|upgrad|get (?:off|rid)|phase out|retire|has to run on|strangl|migrier|umzieh|umstell|ablos"
    r"|abgelost|erneuer|ersetz|migrar|migraci|migrac"
    r"|pasar(?:lo|la)?\b|reemplaz|reescrib|substitui|migrer|migration|remplac|reecri|moderniser"
    r"|passer|sostitui|riscriv|migrare|migrow|przepis|przenies)"
    r"|迁移|移行|刷新|마이그레이션|перенес|перейти|мигрир"
)
_FROM_TO = re.compile(
    r"\b(?:from|von|de|desde|da|z) .{2,40}? (?:to|nach|auf|a|vers|para|na|naar) [\w.+#-]+", re.ASCII
)
_SPLIT = re.compile(
    r"\b(?:split|splitting|decompos|break(?:ing)? (?:up|apart|down|it|our|the)|carv|extract"
    r"|cut(?:ting)? (?:\S+ ){0,3}(?:into|up)|take (?:\S+ ){1,3}out"
    r"|pull (?:\S+ ){1,3}out|from (?:one|a) .{3,40} (?:in)?to (?:\w+ )?services|aufteil|zerleg"
    r"|zerteil|herauslos|schneiden|aufspalt|aufbrech|trennen|divid|descompon|separar|extraer"
    r"|trocear|decoup|extrai"
    r"|eclat|scinder|quebrar|fatiar|decompor|scompo|suddivi|podziel|rozbi|opsplits|knip)|拆分|拆成|分割"
    r"|分解|쪼개|분리|разбить|разделить|bolmek|ayirmak"
)
_MONOLITH = re.compile(
    r"\bmonolit|\bmonolith|(?:one|a) (?:big|large|single|shared) (?:\w+ )?(?:app|codebase"
    r"|database|postgres)|single (?:app|codebase|repo)|modulith|单体|モノリス|모놀리"
    r"|монолит|shared database|shared postgres|base partagee|base compartida|gemeinsame datenbank"
)
_SERVICES = re.compile(
    r"\b(?:micro-?services?|services|servicios|servicos|servizi|dienste|diensten|microservic"
    r"|mikroservic|mikroserwis|usług|uslug|microsserv"
    r"|bounded contexts?)|微服务|サービス|마이크로서비스|서비스로|сервис"
)
_SLOW = re.compile(
    r"\b(?:slow(?:er|s|ing)?|bottleneck|speed(?:ing)? up|faster|optimi[sz]|too low|too expensive"
    r"|costs? explode|get down to \d|overload|falls? over|melts?|degrad|langsam"
    r"|engpass|beschleunig|leistung|lent[oae]s?\b|lentitud|rendimiento|cuello|gargalo|desempenho"
    r"|otimiz|lenteur|goulot|accelerer"
    r"|prestazion|rallent|collo di|wolno|wolny|wydajno|traag|prestatie|yavas|performans"
    r"|can't (?:handle|cope|keep up)|cannot (?:handle|cope)"
    r"|ralenti|scal\w+ (?:\S+ ){0,6}(?:to|from|auf|von|de|a) [\d.,]+|10x|ten times|ten-fold"
    r"|zehnfach|must (?:handle|hold|survive)|performance"
    r"|bricht ein|timeouts everywhere|went from \d|times? out|aguenta|aguantar|tenir la charge"
    r"|tient plus)"
    r"|慢|性能|瓶颈|遅い|遅く|パフォーマンス|느려|느리|성능|병목|медлен|тормоз|производительн"
)
_LOAD = re.compile(
    r"\b(?:latency|latenz|latencia|latence|p9[59]|throughput|timeouts?|cpu|response times?"
    r"|antwortzeit|load test|traffic (?:spike|peak)|capacity"
    r"|black friday|peak|hora punta|stosszeit|hit rate|scale|skalier)"
)
_WHOLE = re.compile(
    r"\b(?:everything|whole|entire|all (?:endpoints|pages|services|requests)|overall|across the"
    r"|system-wide|the (?:backend|platform|system|api|app|shop|site)"
    r"|our (?:backend|platform|system|api|app|shop|site|service)|before (?:black|november"
    r"|christmas|the|q\d)|in \d+ (?:weeks|months|days)|gesamte|ganze[sn]?"
    r"|alles\b|unser(?:e|er|es)? (?:backend|system|api|plattform|shop|app|dienst)|todo el|toda la"
    r"|nuestr[oa] (?:backend|api|sistema|plataforma|tienda)|tout le|toute la|notre (?:backend|api"
    r"|plateforme|systeme|site)"
    r"|todo o|toda a|nosso (?:backend|sistema)|nossa (?:api|plataforma)|il nostro|nasz(?:e|a"
    r"|ego)?|onze|hele)|整个|全体|전체|весь|вся|наш"
)
_PLAN = re.compile(
    r"\b(?:how do we go about|how (?:would|should|do|can) (?:you|we) (?:approach|plan|tackle"
    r"|start)|where do we start|wo fangen wir an|por donde empezamos|par ou commencer"
    r"|por onde comecar|da dove (?:iniz|part|comin)\w*|od czego zaczac|over \d+ (?:weeks|months"
    r"|years)|plan\?|plan (?:it|this|the|a|with|for)|a plan\b|roadmap|road map|phases|milestones"
    r"|umsetzungsplan|planen|fahrplan|stufenweise|por etapas|planifi|planific|planeja|etapas"
    r"|etapes|schritte"
    r"|in steps|step by step|schrittweise|per fasi|etapami|architecture, |data model|launch in"
    r"|go live|by the end of|next year|within \d+|deadline|team of \d+"
    r"|\d+ (?:developers|engineers|devs|entwickler|desarrolladores|developpeurs|desenvolvedores"
    r"|people|teams|leute|equipes|equipos|squads|programisto)|in \d+ (?:weeks|months)|quarter)"
    r"|计划|方案|計画|진행 계획|план\b|разработ"
)
_ONE_QUESTION = re.compile(
    r"(?:^|[.!?;:,]\s+|\band )(?:which|what(?:'s| is| size| would)|where|why|is (?:it|there|that)"
    r"|does|do we|should we|can we|how (?:do|does|should|can|would|to|many|much|long|big)"
    r"|welche[rsnm]?|was|warum|wie|sollte|cual|que\b|como|por que|quel(?:le)?s?|comment|pourquoi"
    r"|qual|come|quale|jak|czy|hoe|waarom)\b"
)
_ENUMERATION = re.compile(
    r"\w+, [\w\s-]{2,30}(?:, [\w\s-]{2,30})*,? (?:and|und|y|et|e|or) \w+|、\w+、"
)
_THRESHOLD = 4.5
"""A pattern needs two of its own signs and one of size."""


@dataclass(frozen=True)
class Project:
    """A pattern's name, how strongly the text speaks for it and the words that do."""

    pattern: str
    score: float
    words: tuple[str, ...]


def project(folded: str, facts: Facts, *, areas: int) -> Project | None:
    """Return the pattern a request follows, or None when it is a question for one specialist.

    `areas` is how many specialists the words of the request clearly concern.
    """
    size, size_words = _size(folded, facts, areas)
    found = [
        Project(name, score + size, (*words, *size_words))
        for name, (score, words) in (
            (MICRO, _micro(folded)),
            (LEGACY, _legacy(folded)),
            (PERFORMANCE, _performance(folded, facts, areas)),
            (GREENFIELD, _greenfield(folded)),
        )
        if score >= 2.0
    ]
    best = max(found, key=lambda item: item.score, default=None)
    return best if best is not None and best.score >= _THRESHOLD else None


def _hits(pattern: re.Pattern[str], folded: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match.group().strip() for match in pattern.finditer(folded)))


def _size(folded: str, facts: Facts, areas: int) -> tuple[float, tuple[str, ...]]:
    plan = _hits(_PLAN, folded)
    names = len({fact.name for fact in facts})
    score = min(2.5, 1.5 * len(plan)) + min(1.5, 0.5 * names) + min(1.5, 0.5 * max(0, areas - 1))
    words = len(folded.split())
    long = words >= 25 or (not folded.isascii() and len(folded) > 40)
    score += 1.0 if long else 0.5 if words >= 10 else 0.0
    score += 0.5 if _ENUMERATION.search(folded) else 0.0
    questions = len(_ONE_QUESTION.findall(folded))
    if 1 <= questions <= 2 and not plan:
        score -= 1.0
    if words < 7 and folded.isascii():
        score -= 0.5
    return score, plan


def _micro(folded: str) -> tuple[float, tuple[str, ...]]:
    split, mono, services = (_hits(p, folded) for p in (_SPLIT, _MONOLITH, _SERVICES))
    if not split or not (mono or services):
        return (3.0, (*mono[:1], *services[:1])) if mono and services else (0.0, ())
    return 3.5 + (2.0 if mono and services else 1.0 if mono else 0.5), (
        *split[:1],
        *mono[:1],
        *services[:1],
    )


def _legacy(folded: str) -> tuple[float, tuple[str, ...]]:
    old, move = _hits(_LEGACY_WORDS, folded), _hits(_MOVE, folded)
    if not old and not (move and _FROM_TO.search(folded)):
        return (2.0, move[:2]) if move else (0.0, ())
    if not old:
        return 3.0, move[:2]
    if not move:
        return 2.5, old[:2]
    return 4.5 + min(1.5, 0.75 * (len(old) - 1)), (*old[:2], *move[:1])


def _performance(folded: str, facts: Facts, areas: int) -> tuple[float, tuple[str, ...]]:
    slow, load = _hits(_SLOW, folded), _hits(_LOAD, folded)
    if not slow:
        return 0.0, ()
    score = 2.0 + min(1.0, 0.5 * (len(slow) - 1)) + min(1.0, 0.5 * len(load))
    if _WHOLE.search(folded):
        score += 1.5
    if any(facts.get(name) is not None for name in ("rps", "users", "events_per_s")):
        score += 1.0
    if areas >= 3:
        score += 0.5
    return score, (*slow[:3], *load[:1])


def _greenfield(folded: str) -> tuple[float, tuple[str, ...]]:
    green = _hits(_GREEN_WORDS, folded)
    build = _BUILDS.search(folded)
    if not green and not build:
        return 0.0, ()
    score = 4.0 + (1.0 if green and build else 0.0) if build else 3.0
    words = (build.group().split()[0], build.group().split()[-1]) if build else ()
    return score, (*green[:1], *words)
