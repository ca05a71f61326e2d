"""`python -m tests.retrieval`: the retrieval scores; misses only of the tuning questions.

On each database by words, then by words and meaning where the extra `embeddings` is there.
"""

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path

from bot.model.embedding import is_installed
from bot.services.embedding_search import Meanings
from storage.engine import database_url, open_engine
from storage.uow import Database
from tests.retrieval.measure import FILES, by_meaning, fill, measure
from tests.support.databases import PostgresMissing, PostgresServer, SqliteFiles


def main() -> None:
    """Print the scores on both databases; the held-out questions stay unread."""
    print(f"{'database':<24}{'questions':<14}{'n':>4}{'nDCG@10':>9}{'recall@10':>11}")
    with (
        tempfile.TemporaryDirectory() as folder,
        SqliteFiles().fresh(Path(folder)) as url,
    ):
        asyncio.run(_show("SQLite", url))
    try:
        server = PostgresServer()
    except PostgresMissing as missing:
        print(f"PostgreSQL cannot start here: {missing}")
        return
    with server.fresh() as url:
        asyncio.run(_show("PostgreSQL", url))
    with suppress(FileNotFoundError):  # another run that tidies up may be faster
        server.stop()


async def _show(name: str, url: str) -> None:
    database = Database(open_engine(database_url(url)))
    labels = await fill(database)
    await _scores(name, database, labels)
    if is_installed():
        await _scores(f"{name} + embeddings", database, labels, await by_meaning(database))
    else:
        print("The extra `embeddings` is not installed: not scored by meaning.")
    await database.close()


async def _scores(
    name: str, database: Database, labels: dict[str, str], meanings: Meanings | None = None
) -> None:
    for file in FILES:
        score = await measure(database, file, labels, meanings=meanings)
        print(f"{name:<24}{file:<14}{score.n:>4}{score.ndcg:>9.3f}{score.recall:>11.3f}")
        if file == FILES[0]:
            for question in score.misses:
                print(f"  nothing right for: {question}")


if __name__ == "__main__":
    main()
