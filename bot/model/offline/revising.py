"""Redrafts a decision after "request changes": another option, or one more driver."""

from bot.domain.decision import DecisionOption, DecisionProposal
from bot.domain.fold import words
from bot.model.offline.wording import lower_first, plainly, sentence, shorten

_NAMED = 85
"""Likeness (0 to 100) of the comment with an option's own words from which it names the option."""
_COMMON = frozenset({
    "the", "a", "an", "of", "in", "with", "and", "or", "by", "per", "for", "to", "on", "own",
    "one", "from", "first", "use", "using", "instead", "rather", "take", "we", "you", "i", "it",
    "is", "are", "not", "no", "yes", "please", "want", "prefer", "service", "services",
})  # fmt: skip


def revise(decision: DecisionProposal, comment: str) -> DecisionProposal:
    """Return the decision as the comment asks.

    A comment that names another option switches to it, with its price; any other comment becomes
    a driver and stands in the context, marked as the reviewer's.
    """
    option = _named_option(decision, comment)
    note = shorten(" ".join(comment.split()), 300)
    context = f"{decision.context} Change requested in review: “{note}”"
    if option is None:
        return decision.model_copy(
            update={
                "context": context,
                "drivers": (*decision.drivers, f"Asked in review: {note}"),
                "consequences": (
                    *decision.consequences,
                    "The review's point is recorded; the chosen option is unchanged by it.",
                ),
            }
        )
    good = [plainly(text) for text in option.good]
    bad = [plainly(text) for text in option.bad]
    given_up = _chosen(decision)
    if given_up is not None and given_up.good:
        bad.append(f"We give up {lower_first(given_up.title)}: {given_up.good[0]}.")
    return decision.model_copy(
        update={
            "title": shorten(option.title, 80),
            "context": context,
            "outcome": f"{option.title}. {sentence(f'Chosen in review: {note}')}",
            "consequences": (*good, *bad),
        }
    )


def _chosen(decision: DecisionProposal) -> DecisionOption | None:
    return next((o for o in decision.options if decision.outcome.startswith(o.title)), None)


def _named_option(decision: DecisionProposal, comment: str) -> DecisionOption | None:
    """Return the option whose telling words the comment has, unless it is the chosen one."""
    from rapidfuzz import fuzz  # 3 MB, which Claude does without

    chosen = _chosen(decision)
    said = set(words(comment)) - _COMMON
    best: tuple[float, DecisionOption] | None = None
    for option in decision.options:
        others = {
            word for other in decision.options if other is not option for word in words(other.title)
        }
        telling = set(words(option.title)) - others - _COMMON
        hits = sum(any(fuzz.ratio(word, w) >= _NAMED for w in said) for word in telling)
        score = hits / len(telling) if telling else 0.0
        if hits and (best is None or score > best[0]):
            best = (score, option)
    if best is None or best[1] is chosen or _refused(comment, best[1]):
        return None
    return best[1]


def _refused(comment: str, option: DecisionOption) -> bool:
    """Return whether the comment speaks against the option it names ("not Redis")."""
    said = words(comment)
    named = set(words(option.title))
    return any(
        word in {"not", "no", "never", "without", "avoid", "nicht", "kein", "keine"}
        and set(said[place + 1 : place + 3]) & named
        for place, word in enumerate(said)
    )
