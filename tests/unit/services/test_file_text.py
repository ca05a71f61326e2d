"""Strangers' PDFs are read without the bot's secrets, and no further than a model is given."""

import asyncio
import os
from typing import Any

import pytest

from bot.pdf_text import text_of
from bot.services import file_text
from tests.support.pdf import pdf_of


async def test_the_reader_of_a_pdf_is_given_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict[str, str]] = []
    start = asyncio.create_subprocess_exec

    async def started(*command: str, **more: Any) -> Any:
        given.append(dict(more.get("env", os.environ)))
        return await start(*command, **more)

    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a key")
    monkeypatch.setattr(asyncio, "create_subprocess_exec", started)
    assert await file_text._pdf("a.pdf", pdf_of("Orders are kept")) == "Orders are kept"
    assert given
    assert not {"SLACK_BOT_TOKEN", "ANTHROPIC_API_KEY"} & given[0].keys()


def test_a_pdf_is_read_to_a_limit() -> None:
    assert text_of(pdf_of("x" * 500)) == "x" * 500
    assert text_of(pdf_of("x" * 500), most=100) == "x" * 100
