"""`teamlead doctor` says when somebody may report and nobody would hear it."""

from typing import Any

import pytest
from pydantic import SecretStr

from bot.cli.doctor_measures import check_measures
from bot.settings import HttpSettings, MeasureSettings, Settings, SlackSettings

SECRET = SecretStr("s")
MANY = SlackSettings(client_id="1.2")


@pytest.mark.parametrize(
    ("measure", "more", "said"),
    [
        ({}, {}, []),
        ({"github_secret": SECRET}, {}, [("note", "`run` listens on no port")]),
        (
            {"github_secret": SECRET, "ingest_token": SECRET},
            {"http": HttpSettings(port=8080)},
            [("ok", "GitHub, whoever has the token of /ingest may report on port 8080.")],
        ),
        ({"gitlab_secret": SECRET}, {"slack": MANY}, [("fix", "nobody said for which workspace")]),
        ({"prometheus_url": "http://127.0.0.1:9090"}, {}, [("note", "set up by half")]),
    ],
)
def test_who_would_be_heard(
    measure: dict[str, Any], more: dict[str, Any], said: list[tuple[str, str]]
) -> None:
    found = check_measures(Settings(measure=MeasureSettings(**measure), **more))
    assert [check.state for check in found] == [state for state, _ in said]
    for check, (_, words) in zip(found, said, strict=True):
        assert words in check.found
        assert check.state == "ok" or check.advice
