"""Requests that need no team: greetings, thanks, questions about us, orders to break our rules."""

import re
import unicodedata

from bot.domain.fold import fold
from bot.domain.routing.values import Topic

_THANKS = (
    "thanks thank you thx ty tysm cheers much appreciated appreciated danke dankeschon dank"
    " vielen dank"
    "|gracias muchas gracias merci merci beaucoup obrigado obrigada valeu grazie dziekuje dzieki"
    "|bedankt dank je tack takk kiitos spasibo спасибо благодарю дякую tesekkurler tesekkur"
    " ederim sagol"
    "|谢谢 謝謝 多谢"
    " 감사합니다 고마워 고맙습니다 ありがとう ありがとうございます 助かります"
    " شكرا धन्यवाद dhanyavad cam on"
)
_ACK = (
    "ok okay k kk got it gotcha great nice cool perfect awesome sweet super prima top alles klar"
    " klar passt"
    "|understood noted roger will do sounds good looks good lgtm ship it done merged fixed yes"
    " yep yeah"
    "|sure no no problem np all good all set never mind nevermind nvm go ahead go for it approved"
    " agreed"
    "|works for me makes sense good point good job well done great work excellent brilliant"
    " amazing genau"
    "|verstanden mach das passt so vale genial perfecto entendido de acuerdo listo d'accord"
    " parfait compris"
    "|super bien tres bien perfeito beleza entendi perfetto va bene capito hvala swietnie jasne"
    " rozumiem"
    "|好的 收到 了解 明白 好 没问题 了解です"
    " 承知しました わかりました 알겠습니다 좋아요 네 хорошо понял принято ок отлично"
    "|tamam anladim that helps this helps very helpful helpful hat geholfen haha lol +1 same here"
    " bye"
    "|see you tomorrow please wird gemacht erledigt notiert worries let's go for good night gute"
    " nacht tschuss"
)
_FILL = (
    "a lot so much very much everyone everybody all team guys folks you both you for that for"
    " this for the"
    "|for your help help quick fast answer again really very that this it is was and then now too"
    "|lead sehr viel fur die hilfe mucho de verdad bot mate man sir friend leute dir euch euch"
    " allen"
    "|will merge try merging let me know i we you the one on me us there here just as always schon"
    "|dann also gut super nochmal etwas beaucoup pour infiniment pela ajuda por la ayuda tudo bem"
)
_GREETING = (
    r"(?:hi+|hey+|hello+|helo|yo|sup|howdy|greetings|good (?:morning|afternoon|evening)|morning"
    r"|gm|welcome"
    r"|hallo|moin|servus|gruss|gruezi|guten (?:tag|morgen|abend)|hola|buen[oa]s?(?: dias| tardes"
    r"| noches)?"
    r"|bonjour|bonsoir|salut|coucou|ola|oi|bom dia|boa (?:tarde|noite)|ciao|buongiorno|buonasera"
    r"|czesc"
    r"|dzien dobry|hej|hei|hoi|goedemorgen|goedendag|privet|merhaba|selam|namaste|salam|shalom|ahoj"
    r"|привет|здравствуйте|добрый день|доброе утро|大家早上好"
    r"|大家好|你好|您好|早上好|早安|おはよう\w*|こんにちは|こんばんは"
    r"|안녕\w*|مرحبا|السلام عليكم|नमस्ते)"
)
_ALL_OF_YOU = (
    r"(?: (?:all|team|there|everyone|everybody|folks|guys|lead|bot|zusammen|leute|equipo|a todos"
    r"|todos|tous|a todas|equipe|pessoal|tutti|ragazzi|wszystkim|again|mate|les gens|allerseits"
    r"|an alle|today))*"
)
_GREETINGS = re.compile(rf"(?:\b{_GREETING}{_ALL_OF_YOU}(?: |$))+")
_SMALL_TALK = re.compile(
    r"how are you|how's it going|how is it going|what's up|wie geht|que tal|como estas|ca va\b"
    r"|comment"
    r" allez|tudo bem|come stai|schones wochenende|nice weekend|good weekend|wochenende gehabt"
    r"|happy"
    r" (?:friday|monday|new year|birthday)|anyone (?:here|there)|are you (?:there|awake|alive"
    r"|online)"
    r"|jak sie masz|bist du da|estas ahi|tu es la\b|元気|잘 지내"
)
_OVERRIDE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|drop|skip) (?:\w+ ){0,4}?(?:instructions?"
    r"|rules|prompts?"
    r"|guidelines|guardrails|policies|polic(?:y)|restrictions|constraints|approval|safety)\b"
    r"|\b(?:ignorier\w*|vergiss|vergesst|missachte)\b.{0,40}(?:anweisung|regel|vorgabe"
    r"|instruktion|prompt)"
    r"|\b(?:ignora|olvida|descarta|ignore|oublie|oubliez|ignorez|esqueca|esquece|desconsidere"
    r"|dimentica)\b"
    r".{0,40}(?:instruc|instruct|regla|regle|regra|consigne|istruzion|orden|prompt|directive)"
    r"|(?:print|show|reveal|repeat|output|paste|leak|dump|display|tell me|give me|send|zeig\w*"
    r"|nenne|gib"
    r"|muestra\w*|revela|affiche|montre|mostre|mostra)\b.{0,40}"
    r"(?:system[\s-]?prompts?|hidden (?:instructions|prompt)|initial (?:instructions|prompt)"
    r"|prompt del? sist\w+|prompt systeme|instructions? (?:above|verbatim|you were given)"
    r"|your (?:instructions|prompt|configuration)|systemanweisung|prompt do sistema|text above)"
    r"|you are now (?:dan\b|in \w+ mode|an? (?:unrestricted|ai without))|\bdan mode\b"
    r"|developer mode"
    r"|jailbreak|without (?:any )?restrictions|pretend (?:you|that you|to be) (?:are|have"
    r"|an?)? ?(?:no|not|the"
    r"|an? (?:admin|unrestricted))|act as (?:if you (?:have|had) no|an? unrestricted)"
    r"|^\W*(?:system|admin|administrator|developer|root)\s?(?:message|override|note|prompt)?\s?:"
    r"|\[(?:system|admin|inst)\]|<\|?(?:system|im_start)\|?>|new (?:system )?policy\.? |### ?system"
    r"|repeat(?:ing)? (?:the )?(?:text|words|everything) above|no longer (?:need|require|bound)"
    r"|(?:mark|set|approve|accept) (?:\S+ ){0,3}(?:decisions?|d-\d+)\b.{0,40}(?:as accepted"
    r"|in the queue|without|silently)"
    r"|approve every decision|disable (?:the |all )?(?:budget|approval|limits?|safety)"
    r"|budget limits are disabled|from now on you (?:are|will|obey|must)|ab jetzt bist du"
    r"|a partir de ahora eres"
    r"|tu es maintenant|eres ahora|agora voce e\b"
    r"|忽略.{0,12}(?:指令|指示|规则|說明|提示)|无视.{0,12}指令|系统提示词"
    r"|(?:以前|これまで|上記|前)の.{0,8}(?:指示|命令).{0,6}(?:無視|忘れ)|システムプロンプト"
    r"|(?:이전|위의?).{0,10}(?:지시|명령).{0,8}무시|시스템 프롬프트"
    r"|игнорируй.{0,30}(?:инструкц|указан|правил)"
    r"|забудь.{0,30}(?:инструкц|указан|правил)|системный промпт|zignoruj.{0,30}(?:instrukcj"
    r"|polecen|zasad)"
    r"|onceki (?:tum )?talimat|sistem (?:istemi|promptu)|negeer.{0,30}(?:instructies|regels)"
)
_QUOTED_OVERRIDE = re.compile(
    r"['\"“‘`«„][^'\"”’`»“]{0,120}(?:ignore|disregard|system prompt|vergiss|ignora"
    r"|jailbreak)[^'\"”’`»“]{0,160}"
    r"['\"”’`»“]"
)
_ABOUT_OVERRIDE = re.compile(
    r"prompt[\s-]injection|users? (?:type|send|write|paste|try)|kunden schreiben|filter|detect"
    r"|protect|prevent"
    r"|defend|sanitiz|our (?:assistant|chatbot|bot|llm|agent)"
)
_TEAM = re.compile(
    r"\bwho (?:is|are|'s)\b.{0,30}\b(?:on|in) (?:the|your|this) team|\bwho(?:'s"
    r"| is) (?:the )?(?:lead|your)"
    r"|\bwho (?:are|r) (?:you|u)\b|(?:which|what|how many) (?:specialists?|experts?|agents?"
    r"|people)\b"
    r"(?: \w+){0,3} ?(?:do you have|are (?:there|on|in)|can|you|exist|available)"
    r"|(?:list|show|name) (?:\w+ )?(?:specialists|experts|team|agents)\b|\byour (?:team"
    r"|specialists|experts)\b"
    r"|wer (?:ist|gehort|sitzt|arbeitet).{0,20}team|welche (?:spezialisten|experten)"
    r"|quien(?:es)? (?:esta|son|forma)"
    r".{0,20}equipo|qui (?:est|fait partie|compose).{0,20}equipe|quem (?:esta|e"
    r"|faz parte).{0,20}equipe"
    r"|quem e voce|wer bist du|quien eres|qui es-tu|qui etes|chi sei|kim jestes|кто ты"
    r"|кто в команде|你是谁|团队.{0,6}谁"
    r"|あなたは誰|チーム.{0,6}(?:誰|メンバー)|팀.{0,6}누구"
    r"|what does the [\w-]+ (?:architect|expert|specialist) do"
    r"|what (?:can|does|do) (?:the|your) [a-z -]{2,24}(?:expert|architect|specialist|agent)s?\b"
    r"|is there (?:a|an|anyone)\b.{0,24}(?:on|in) (?:the|your) team|who (?:do i ask|should i ask"
    r"|can help me)"
)
_BOT = re.compile(
    r"what (?:can|do) you (?:do|offer|support|know)\b|what are you\b(?! (?:doing about"
    r"|using for))|how do (?:you|i use you)"
    r" (?:work|function)|how (?:do|can|should) (?:i|we) (?:use|ask|stop|cancel|mute) (?:you"
    r"|the bot|this bot|a task)"
    r"|are you (?:a |an )?(?:bot|human|ai|real|claude|gpt|chatgpt|robot)|what (?:model|llm"
    r"|ai) (?:are|do) you"
    r"|which (?:model|llm|ai)\b.{0,14}\b(?:you|are|do)|how much (?:do|does|will) (?:you|this|a|it"
    r"|one)\b.{0,20}(?:cost|charge)"
    r"|your (?:budget|limits?|price|cost|memory|source code|settings|model)\b|what('s| is) (?:the"
    r"|your|my) budget"
    r"|can you (?:see|read|remember|access|forget|delete|store|speak|write code|run|deploy|hear"
    r"|learn)\b"
    r"|do you (?:store|save|remember|keep|learn|speak|share|train|have access|understand|log|use"
    r"|see|read)\b"
    r"|where (?:is|are|do you).{0,24}(?:my|our|your) data.{0,10}(?:stored|kept|go)|who (?:built"
    r"|made|wrote|created) you"
    r"|was kannst du|was machst du|wie funktionierst du|kannst du (?:lesen|sehen|unsere)"
    r"|was kostest|bist du ein"
    r"|que puedes hacer|que sabes hacer|como funcionas|que modelo|cuanto cuestas|que peux-tu"
    r"|que sais-tu"
    r"|quel modele|combien coute une|comment fonctionnes|peux-tu (?:lire|voir)|o que voce (?:pode"
    r"|faz|sabe)|qual modelo"
    r"|cosa (?:puoi|sai) fare|co potrafisz|co umiesz"
    r"|что ты умеешь|какую модель|你能做什么|你会做什么"
    r"|你可以做什么|你用的是什么模型"
    r"|何ができ|どんなこと|どのモデル|무엇을 할 수|뭐 할 수 있|어떤 모델"
    r"|ne yapabilirsin|wat kun je|^\W*help\W*$|^\W*hilfe\W*$"
    r"|^\W*ayuda\W*$|^\W*aide\W*$|^\W*usage\W*$|need (?:your )?approval to run"
    r"|how do approvals work|what happens to"
    r" (?:our|my) (?:messages|data)|switch (?:you|the bot) (?:off|to)|how fast are you"
    r"|when are you (?:available|online)"
)
_RECORDS = re.compile(
    r"what (?:do|did) we (?:already )?(?:know|learn|remember|measure)\b"
    r"|what have we (?:learned|learnt|measured|noted)|(?:do|can) you remember\b"
    r"|what is remembered|what was measured"
    r"|was wissen wir (?:uber|von|zu)|was haben wir .{0,40}(?:gelernt|gemessen)"
    r"|what (?:did|have|was|were) (?:we|you|they|the team)\b.{0,12}(?:decide|decided|agree|agreed"
    r"|choose|chosen|say"
    r"|said|conclude|settle|recommend|plan)|(?:did|have|had) we\b.{0,16}(?:decide|decided|agree"
    r"|agreed|already|settle|reject|choose|chose|pick)"
    r"|why did we (?:\w+ )?(?:choose|pick|decide|go|drop|reject|select|move|not|end up)"
    r"|why (?:have|had) we (?:decided|chosen)"
    r"|what was (?:the|our) (?:decision|outcome|result|conclusion|reason)|who (?:decided|accepted"
    r"|approved|rejected)"
    r"|when did we (?:decide|agree|accept|start)|last (?:decision|standup|sprint|week's|review)"
    r"|open (?:decisions|tasks|questions)"
    r"|(?:any|which|list|show) (?:\w+ )?(?:decisions|tasks|escalations)\b|status of (?:the "
    r"|our )?(?:task|decision|plan)"
    r"|is (?:the |our )?(?:task|decision) .{0,30}(?:done|blocked|accepted)|what's (?:blocked"
    r"|in progress|open|left)"
    r"|was (?:haben|hatten) wir.{0,40}(?:entschieden|beschlossen|vereinbart)|(?:warum|wann|wieso"
    r"|weshalb) (?:haben|hatten) wir"
    r".{0,60}(?:entschieden|beschlossen|gewahlt|verworfen|genommen)|haben wir.{0,40}(?:schon"
    r"|bereits|entschieden|beschlossen)"
    r"|que (?:decidimos|acordamos|habiamos decidido)|por que (?:elegimos|decidimos|descartamos"
    r"|escolhemos|optamos)"
    r"|qu'(?:avons|a-t-on|est-ce qu'on a).{0,24}decid|(?:pourquoi|quand) (?:avons-nous|on a"
    r"|a-t-on).{0,24}(?:choisi|decid|rejet)"
    r"|(?:nous|on) (?:avons|a)\b.{0,14}decide|o que (?:nos |a gente )?(?:decidimos|decidiu"
    r"|combinamos)|cosa abbiamo deciso"
    r"|perche abbiamo (?:scelto|deciso)|co (?:postanowilismy|ustalilismy|zdecydowalismy)"
    r"|что мы решили|почему мы (?:выбрали|решили|отказались)"
    r"|我们.{0,10}(?:决定|决策|选择了)|之前.{0,8}(?:决定|结论)"
    r"|(?:以前|前回).{0,12}(?:決め|決定)|何を決め|우리.{0,14}결정|어떻게 하기로"
    r"|where (?:is|are) (?:that|the) (?:decision|adr)|what did (?:the )?[\w-]+(?:architect"
    r"|expert) (?:say|recommend)"
)
_OFF_TOPIC = re.compile(
    r"\b(?:lunch|dinner|breakfast|restaurant|pizza|coffee machine|recipe|weather|wetter|poem"
    r"|gedicht|joke|witz|song|lyrics|movie"
    r"|film|netflix|documentary|football|soccer|fussball|world cup|bundesliga|horoscope|zodiac"
    r"|birthday|holiday destination"
    r"|vacation|urlaub|hotel|flight|train ticket|parking|office party|christmas party|gift"
    r"|girlfriend|boyfriend|dating|haircut"
    r"|gym|workout|diet|translate|stock (?:tip|price|market)|crypto price|bitcoin price|lottery"
    r"|politic\w*|election|president"
    r"|capital of|tell me a story|short story|story about|haiku|limerick|homework|essay|essen"
    r"|mittagessen|kantine|mittag|almuerzo"
    r"|chiste|poema|poeme|blague|clima|tiempo hara|che tempo|meteo|pranzo|cena|poesia|barzelletta"
    r"|dejeuner|piada|almoco|previsao do tempo"
    r"|pogoda|wiersz|obiad|zart|cat pictures|dog|kitten|snake|guitar|piano|garden|football"
    r"|match tonight|playlist|podcast|sanding"
    r"|facilities|server rack|laptop charger|monitor arm|desk|keyboard layout|printer)\b"
    r"|天气|吃什么|午饭|午餐|晚饭|笑话|诗|天気|ランチ|冗談|詩を|昼ごはん|날씨|점심|농담|погод|обед|анекдот|стих"
)
_DEFINITION = re.compile(
    r"what'?s the difference\W*$|^\W*(?:http )?(?:status )?(?:code )?\d{3}\W*$"
    r"|^\W*is (?:an? )?(?:http )?\d{3}\b|\b\d{3} (?:vs\.?|or|and|versus) \d{3}\b"
    r"|^\W*explain \w+(?: \w+){0,3}(?: in .*)?$"
    r"|^\W*(?:so |and |quick(?: one| question)?[,:]? |erm |hey[,]? |sorry[,]? )*(?:what(?:'s|s"
    r"| is| are| does| do)\b(?! (?:an? |the )?(?:best|right|problem|issue|way|fastest|safest"
    r"|correct way|fix|wrong|good|most|cheapest|alternative|first|size|limit should))|define\b"
    r"|explain (?:what|the (?:difference|term|meaning))|meaning of|difference between"
    r"|whats the difference"
    r"|was (?:ist|sind|bedeutet|heisst|macht)\b(?! (?:die beste|der beste|besser|das problem))"
    r"|unterschied zwischen|wofur steht|que (?:es|son|significa)\b|cual es la diferencia"
    r"|diferencia entre"
    r"|qu'est-ce|c'est quoi|que (?:veut|signifie)|difference entre|quelle est la difference"
    r"|o que (?:e|sao|significa)|qual (?:a|e a) diferenca|cos'e|che cos'e|cosa (?:significa"
    r"|vuol dire)"
    r"|che differenza|co to (?:jest|znaczy)|co oznacza|wat (?:is|betekent)|nedir|ne demek"
    r"|что (?:такое|значит|означает)|в чем разница|чем отличается|what does \S+ (?:mean|stand for)"
    r"|does (?:an? )?\S+ have|is (?:an? )?(?:http )?(?:put|patch|post|get|delete"
    r"|head)\b.{0,20}(?:idempotent|safe)|what status code|which status code"
    r"|which (?:http )?(?:status )?code"
    r"|can (?:an? )?(?:get|204|304|head)\b|(?:how many|how long) (?:bits|bytes|characters)"
    r"|default port|which port|welcher port|what port)"
    r"|(?:mean|stand for|bedeutet)\W*$|(?:是什么|什么是|是什麼|什么意思|的区别|有什么区别"
    r"|とは(?:何|なん)?|の違いは?|って何|意味は|이 뭐"
    r"|란\?|무엇인가요|차이)"
)
_OURS = re.compile(
    r"\b(?:our|ours|we|we're|we've|us|my|i'm|should|unser\w*|wir|uns|mein\w*|sollte\w*|nuestr\w*"
    r"|nosotros|debemos|deberiamos"
    r"|notre|nos|nous|devons|nosso|nossa|devemos|nostr\w*|dobbiamo|nasz\w*)\b|我们|私たち|うち|우리|наш"
)
_EMOJI_CODE = re.compile(r":[a-z0-9_+-]+:")
_MENTION = re.compile(r"<[@!#][^>]*>|(?<!\S)@\w[\w-]*")


def without_mentions(text: str) -> str:
    """Return the text without @names and channel links."""
    if "@" not in text and "<" not in text:
        return text.strip()
    return _MENTION.sub(" ", text).strip()


def is_emoji_only(text: str) -> bool:
    """Return whether nothing but emoji, signs and white space is left."""
    rest = _EMOJI_CODE.sub("", text)
    return bool(text.strip()) and not any(
        unicodedata.category(char)[0] in "LN" for char in rest if not char.isspace()
    )


def _vocabulary(*lists: str) -> tuple[set[str], list[str]]:
    phrases = [phrase for line in lists for phrase in re.split(r"[ |]", line) if phrase]
    return set(phrases), sorted(set(phrases), key=len, reverse=True)


_THANK_WORDS, _ = _vocabulary(_THANKS)
_REACTION_WORDS, _ = _vocabulary(_THANKS, _ACK, _FILL)
_REACTION_CJK = tuple(w for w in map(fold, _REACTION_WORDS) if not w.isascii() and len(w) > 1)
_LONGEST_REACTION = 14
_SHORT = 14
"""Words; a longer text that names a task or decision is about something else too."""


def is_reaction(folded: str) -> bool:
    """Return whether the text only thanks or agrees, in at most fourteen words."""
    if "?" in folded or "？" in folded:
        return False
    words = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*|\+1", folded)
    if not words or len(words) > _LONGEST_REACTION:
        return False
    known = [_known_reaction(word) for word in words]
    if len(words) > 8:
        return all(known)
    strong = sum(word in _THANK_WORDS or _cjk_reaction(word) for word in words)
    return all(known) or (strong > 0 and words[0] in _THANK_WORDS and sum(known) >= len(words) - 2)


def _known_reaction(word: str) -> bool:
    return (
        word in _REACTION_WORDS
        or _cjk_reaction(word)
        or bool(re.fullmatch(r"o+k+|ha(?:ha)+|y+e+s+|than+x+", word))
    )


def _cjk_reaction(word: str) -> bool:
    return not word.isascii() and any(word.startswith(part) for part in _REACTION_CJK)


def is_greeting(folded: str) -> bool:
    """Return whether the text greets or makes small talk and wants nothing else."""
    bare = re.sub(r"[\W_]+", " ", folded).strip()
    if _GREETINGS.fullmatch(bare):
        return True
    rest = _GREETINGS.sub("", bare, count=1)
    return len(bare.split()) <= 10 and bool(_SMALL_TALK.search(rest))


def is_override(folded: str) -> bool:
    """Return whether the text tries to change our rules, rather than to talk about such tries."""
    quoted = _QUOTED_OVERRIDE.sub(" ", folded)
    if quoted != folded and _ABOUT_OVERRIDE.search(folded):
        folded = quoted
    return bool(_OVERRIDE.search(folded))


def topic_of(folded: str) -> Topic | None:
    """Return what kind of question about ourselves this is, if it is one."""
    if len(folded.split()) <= _SHORT and re.search(r"\b[td]-\d+\b", folded):
        return "records"
    for topic, pattern in _TOPICS:
        if pattern.search(folded):
            return topic
    return None


_TOPICS: tuple[tuple[Topic, re.Pattern[str]], ...] = (
    ("records", _RECORDS),
    ("team", _TEAM),
    ("bot", _BOT),
)


def is_off_topic(folded: str) -> bool:
    """Return whether the text speaks of what no backend team can help with."""
    return bool(_OFF_TOPIC.search(folded))


def is_definition(folded: str) -> bool:
    """Return whether it is a short general question that two sentences answer."""
    words = len(folded.split())
    return words <= 16 and bool(_DEFINITION.search(folded)) and not _OURS.search(folded)
