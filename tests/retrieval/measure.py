"""Scores the memory's search: nDCG@10 and recall@10 over labelled questions, on any database."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from textwrap import wrap
from typing import cast

import yaml

from bot.domain.memory import LONGEST_TEXT, Note, Query
from bot.model.embedding import WordLlamaEmbedder
from bot.services.embedding_search import Meanings
from bot.services.embeddings import text_of
from bot.services.memory import remember_all
from bot.services.memory_search import search
from bot.team import load_team
from storage.uow import Database

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"
FILES = ("tuning.yaml", "test.yaml")
TOP = 10
_NOW = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Score:
    """Means over the questions of a file; a label is one answer among those that are right."""

    n: int
    ndcg: float
    recall: float
    misses: tuple[str, ...]
    """Questions of which nothing right is among the first ten."""


def cases(file: str) -> dict[str, list[str]]:
    """Return the questions of a file with what answers them."""
    return cast(dict[str, list[str]], yaml.safe_load((CASES / file).read_text("utf-8")))


def documents() -> dict[str, tuple[str, list[str]]]:
    """Return title and texts of each playbook card and decision record, by its label."""
    found: dict[str, tuple[str, list[str]]] = {}
    for name, card in load_team().cards.items():
        bullets = [bullet.text for bullet in (*card.do, *card.avoid, *card.check)]
        found[name] = (card.title, [card.headline, *bullets, card.detail])
    for file in sorted((ROOT / "docs/adr").glob("[0-9]*.md")):
        title, _, text = file.read_text("utf-8").partition("\n")
        found[f"adr-{file.name[:4]}"] = (title.partition(". ")[2], text.split("\n## "))
    return found


async def fill(database: Database) -> dict[str, str]:
    """Remember every document; returns the labels by the names of the things."""
    labels: dict[str, str] = {}
    async with database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=_NOW, is_shared=False)
        for label, (title, texts) in documents().items():
            labels[title] = label
            notes = [
                Note("T1", "C1", "guide", title, piece, None, label, _NOW)
                for piece in wrap("\n".join(texts), LONGEST_TEXT, replace_whitespace=False)
            ]
            await remember_all(uow, notes)
    return labels


async def by_meaning(database: Database) -> Meanings:
    """Make the vectors of all that is remembered, and return what finds by them."""
    embedder = WordLlamaEmbedder()
    async with database.begin() as uow:
        words = await uow.embeddings.missing(embedder.label, limit=10_000)
        made = embedder.embed([text_of(one) for one in words])
        await uow.embeddings.store(embedder.label, dict(zip(words, made, strict=True)))
    return Meanings(embedder, most=10_000)


async def measure(
    database: Database, file: str, labels: Mapping[str, str], *, meanings: Meanings | None = None
) -> Score:
    """Ask every question of a file."""
    gains, recalls, misses = [], [], []
    for question, right in cases(file).items():
        async with database.read() as uow:
            results = await search(uow, Query("T1", question, "C1", limit=TOP), meanings=meanings)
        ranked = [labels[one.entity.name] for one in results.found]
        gains.append(ndcg(ranked, right))
        recalls.append(len({*ranked} & {*right}) / len(right))
        if not {*ranked} & {*right}:
            misses.append(question)
    return Score(len(gains), _mean(gains), _mean(recalls), tuple(misses))


def ndcg(ranked: Sequence[str], right: Sequence[str]) -> float:
    """Return the discounted gain of the first ten, of the best that there could be."""
    gain = sum(1 / math.log2(place + 2) for place, one in enumerate(ranked[:TOP]) if one in right)
    best = sum(1 / math.log2(place + 2) for place in range(min(len(right), TOP)))
    return gain / best


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
