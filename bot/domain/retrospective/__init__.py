"""Retrospectives: phases, columns, cards, topics, votes, actions. Pure rules."""

from bot.domain.retrospective.actions import (
    ActionState,
    LessonKind,
    Standing,
    next_reminder,
    standing,
)
from bot.domain.retrospective.cards import (
    DEFAULT_COLUMNS,
    MOST_CARDS,
    Change,
    changes,
    columns_text,
    read_cards,
    read_columns,
)
from bot.domain.retrospective.grouping import Card, Topic, TopicProposal, Topics, group, sound
from bot.domain.retrospective.phases import Phase, after, length
from bot.domain.retrospective.votes import ranked

__all__ = [
    "DEFAULT_COLUMNS",
    "MOST_CARDS",
    "ActionState",
    "Card",
    "Change",
    "LessonKind",
    "Phase",
    "Standing",
    "Topic",
    "TopicProposal",
    "Topics",
    "after",
    "changes",
    "columns_text",
    "group",
    "length",
    "next_reminder",
    "ranked",
    "read_cards",
    "read_columns",
    "sound",
    "standing",
]
