"""Text out of an attached file: which kinds are read, how they are decoded and shortened."""

import asyncio
import os
import sys
from collections.abc import Mapping

from bot.services.sources import Unreadable

PDF_SECONDS = 30.0
"""Ours: a PDF that takes longer is none that people wrote."""

_TEXT = frozenset(
    [
        "txt",
        "text",
        "md",
        "markdown",
        "rst",
        "adoc",
        "org",
        "log",
        "csv",
        "tsv",
        "sql",
        "ddl",
        "json",
        "jsonl",
        "ndjson",
        "yaml",
        "yml",
        "toml",
        "ini",
        "cfg",
        "conf",
        "properties",
        "env",
        "xml",
        "html",
        "htm",
        "css",
        "proto",
        "graphql",
        "gql",
        "avsc",
        "tf",
        "hcl",
        "rego",
        "puml",
        "mmd",
        "dot",
        "diff",
        "patch",
        "py",
        "pyi",
        "ipynb",
        "js",
        "mjs",
        "cjs",
        "jsx",
        "ts",
        "tsx",
        "java",
        "kt",
        "kts",
        "scala",
        "groovy",
        "gradle",
        "go",
        "mod",
        "rs",
        "c",
        "h",
        "cc",
        "cpp",
        "hpp",
        "cs",
        "fs",
        "rb",
        "php",
        "pl",
        "lua",
        "swift",
        "m",
        "r",
        "jl",
        "ex",
        "exs",
        "erl",
        "hs",
        "clj",
        "dart",
        "vue",
        "svelte",
        "sh",
        "bash",
        "zsh",
        "ps1",
        "bat",
    ]
)
_NAMES = frozenset({"dockerfile", "makefile", "procfile", "jenkinsfile", "gemfile", "readme"})
_MOST_BROKEN = 0.02
"""Ours: a text with more undecodable characters is none."""


def is_read(name: str, types: str = "") -> bool:
    """Return whether files of this name are read; `types` are endings instead of the usual."""
    base = name.lower().rpartition("/")[2]
    ending = base.rpartition(".")[2] if "." in base else ""
    wanted = {item.strip().lower().lstrip(".") for item in types.split(",") if item.strip()}
    if wanted:
        return ending in wanted
    return ending in _TEXT or ending == "pdf" or base in _NAMES


async def file_text(name: str, body: bytes, *, types: str = "") -> str:
    """Return what a file says; raises Unreadable with one sentence that names it."""
    if not is_read(name, types):
        raise Unreadable(f"I do not read files like {name}; text, code, SQL, OpenAPI and PDF I do.")
    if not body.strip():
        raise Unreadable(f"{name} is empty.")
    if body.startswith(b"%PDF-") or name.lower().endswith(".pdf"):
        return await _pdf(name, body)
    return decoded(name, body)


def decoded(name: str, body: bytes) -> str:
    """Return bytes as text; raises Unreadable for what is no text."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = body.decode("utf-16", errors="replace")
    else:
        text = body.decode("utf-8-sig", errors="replace")
    broken = text.count("\ufffd") + text.count("\x00")
    if broken > _MOST_BROKEN * len(text):
        raise Unreadable(f"{name} is no text that I can read.")
    return text.replace("\x00", "").replace("\r\n", "\n")


def shortened(text: str, most: int) -> str:
    """Return at most about `most` characters: most of the beginning, some of the end."""
    text = text.strip()
    if len(text) <= most:
        return text
    head, tail = int(most * 0.75), int(most * 0.25)
    left_out = len(text) - head - tail
    return f"{text[:head]}\n[… {left_out:,} characters are left out here …]\n{text[-tail:]}"


async def _pdf(name: str, body: bytes) -> str:
    """Read a PDF in a process of its own, which may neither hang nor eat the memory."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.pdf_text",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_without_secrets(os.environ),
    )
    try:
        async with asyncio.timeout(PDF_SECONDS):
            out, _ = await process.communicate(body)
    except TimeoutError:
        raise Unreadable(f"{name} takes too long to read.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise Unreadable(f"{name} is damaged or locked with a password.")
    text = out.decode("utf-8", errors="replace").strip()
    if not text:
        raise Unreadable(f"{name} has pictures only; I read text.")
    return text


def _without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what a process needs that reads strangers' files: none of the bot's tokens."""
    kept = ("PATH", "LANG", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    return {name: environment[name] for name in kept if name in environment}
