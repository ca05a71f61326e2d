"""The words for a status: MADR's own, and those that are taken for one of them, with a note."""

from bot.domain.decision import DecisionState

_S = DecisionState

OWN: dict[str, DecisionState] = {
    "proposed": _S.PROPOSED,
    "accepted": _S.ACCEPTED,
    "rejected": _S.REJECTED,
    "deprecated": _S.DEPRECATED,
    "superseded": _S.SUPERSEDED,
    "superceded": _S.SUPERSEDED,  # as adr-tools writes it
    "changes-requested": _S.CHANGES_REQUESTED,
    "expired": _S.EXPIRED,
    "unclear": _S.UNCLEAR,
}

_TAKEN: dict[DecisionState, str] = {
    _S.PROPOSED: """
        pending draft drafted proposal propose rfc wip in-review under-review in-discussion
        under-discussion work-in-progress request-for-comments open-for-review for-review
        vorgeschlagen entwurf proposé proposée propuesto propuesta proposto proposta предложено
        提议 提案 提議 草案 已提议 建议""",
    _S.ACCEPTED: """
        accept approved approve agreed adopted ratified decided implemented completed done
        akzeptiert angenommen beschlossen entschieden accepté acceptée adopté aceptado aceptada
        aprobado aceito aceita aprovado accettato принято 接受 已接受 通过 已通过 采纳 已采纳
        承認 承認済み 採用 已完成 完成""",
    _S.REJECTED: """
        reject declined refused abgelehnt verworfen rejeté rejetée refusé rechazado rechazada
        rejeitado rejeitada rifiutato отклонено 拒绝 已拒绝 否决 已否决 却下""",
    _S.DEPRECATED: """
        depreciated deprecate obsolete obsoleted retired outdated veraltet déprécié dépréciée
        obsolète obsoleto obsoleta deprecado устарело 废弃 已废弃 弃用 已弃用 廃止""",
    _S.SUPERSEDED: """
        superseeded replaced supplanted ersetzt remplacé remplacée
        reemplazado reemplazada sustituido substituído sostituito заменено 取代 已取代 被取代
        已被取代""",
}

TAKEN: dict[str, DecisionState] = {
    word.replace("-", " "): state for state, words in _TAKEN.items() for word in words.split()
}
"""Never in silence: the reading says what it took for what."""

_NONE = """
    experimental on-hold hold incomplete in-progress parked postponed deferred withdrawn cancelled
    canceled active inactive archived closed open unknown tbd n/a none final published supersedes
    supercedes superseding"""
UNKNOWN_BUT_COMMON = frozenset(_NONE.split())
"""Words of a status that map to none of ours: never compared with ours for typing errors."""
