"""`python -m tests.retrieval`: the retrieval scores; misses only of the tuning questions."""

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path

from storage.engine import database_url, open_engine
from storage.uow import Database
from tests.retrieval.measure import FILES, fill, measure
from tests.support.databases import PostgresMissing, PostgresServer, SqliteFiles


def main() -> None:
    """Print the scores on both databases; the held-out questions stay unread."""
    print(f"{'database':<12}{'questions':<14}{'n':>4}{'nDCG@10':>9}{'recall@10':>11}")
    with (
        tempfile.TemporaryDirectory() as folder,
        SqliteFiles(Path(folder)).fresh(Path(folder)) as url,
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
    for file in FILES:
        score = await measure(database, file, labels)
        print(f"{name:<12}{file:<14}{score.n:>4}{score.ndcg:>9.3f}{score.recall:>11.3f}")
        if file == FILES[0]:
            for question in score.misses:
                print(f"  nothing right for: {question}")
    await database.close()


if __name__ == "__main__":
    main()
