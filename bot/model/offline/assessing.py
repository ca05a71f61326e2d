"""Reads assessments and groups cards by the rules that people meet without a model as well."""

from bot.domain.assessment import AssessmentReading
from bot.domain.retrospective import Card, TopicProposal, Topics, group
from bot.model.assessment_port import AssessmentRequest, RetroGroupRequest


def read_assessment(request: AssessmentRequest) -> AssessmentReading:
    """Return what the rules say; nothing is added."""
    first, *rest = request.known or ("Nothing stands out.",)
    return AssessmentReading(headline=first, proposals=tuple(rest[:4]))


def group_cards(request: RetroGroupRequest) -> Topics:
    """Return the topics that the rules find, by the cards' numbers."""
    cards = [Card(str(n), column, text) for n, (column, text) in enumerate(request.cards, 1)]
    return Topics(
        topics=tuple(
            TopicProposal(title=topic.title, cards=tuple(map(int, topic.card_ids)))
            for topic in group(cards)
        )
    )
