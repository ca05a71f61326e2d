"""Every handler's payloads, bent by hypothesis: answered, with no bug and nothing lost.

A few hundred in the everyday run; `make fuzz` goes on for a minute on each database.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from handlers import errors
from handlers.shapes import is_malformed
from handlers.surfaces import surfaces
from tests.fuzz.mutate import bent
from tests.fuzz.samples import Sample
from tests.fuzz.served import Answered, FuzzedBot, fuzzed_bot
from tests.support.databases import PostgresServer, SqliteFiles

_AT_ONCE = 150
"""Payloads of one hypothesis run."""
_AT_THE_END = 40
"""Payloads of the run of those few that come last."""
_THE_END = ("app_uninstalled", "tokens_revoked", "channel_deleted", "group_deleted")
"""Events after which there is little left to find; they come last."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def bot(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FuzzedBot]:
    """A bot that has seen every kind of real payload."""
    if request.param == "sqlite":
        files: SqliteFiles = request.getfixturevalue("sqlite_files")
        fresh = files.fresh(tmp_path)
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        fresh = server.fresh()
    with fresh as url, fuzzed_bot(tmp_path / "home", url) as running:
        monkeypatch.setattr(errors.log, "error", running.log_error)
        yield running


# The bot's own thread uses `random` while hypothesis draws; that is no strategy's doing.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module")
def test_bent_payloads(bot: FuzzedBot) -> None:
    """Each is answered while its work goes on, and none reaches the door for bugs."""
    assert {sample.surface for sample in bot.samples} >= {(s.kind, s.name) for s in surfaces()}
    last = [sample for sample in bot.samples if sample.surface[1] in _THE_END]
    samples = [one for one in bot.samples if one not in last]
    for sample in samples:  # as they are: what comes of them is no bug either
        assert bot.send(sample, sample.payload) == Answered(200), sample.surface
    seconds = float(os.environ.get("FUZZ_SECONDS", "0"))
    first = int(os.environ.get("FUZZ_SEED", "1"))
    until = time.monotonic() + seconds
    _one_run(bot, samples, first)
    while time.monotonic() < until:
        first += 1
        _one_run(bot, samples, first)
    _one_run(bot, last, first, payloads=_AT_THE_END)


def _one_run(
    bot: FuzzedBot, samples: list[Sample], number: int, *, payloads: int = _AT_ONCE
) -> None:
    @seed(number)
    @settings(
        max_examples=payloads,
        deadline=None,
        database=None,
        phases=(Phase.generate,),  # rows of earlier payloads stay: shrinking would mislead
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def send(data: st.DataObject) -> None:
        sample: Sample = data.draw(st.sampled_from(samples))
        payload = data.draw(bent(sample.payload))
        answered = bot.send(sample, payload)
        if sample.envelope == "slash_commands":  # a web form knows nothing but texts
            payload = {name: str(value) for name, value in payload.items()}
        if is_malformed(payload):  # not Slack's form: refused, and nothing is done
            assert answered == Answered(400), sample.surface
        else:
            assert answered == Answered(200), sample.surface

    send()
