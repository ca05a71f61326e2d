"""Tool servers over stdio in plain Python, run as commands: `small_servers.py plain`.

The official server takes a second and a half to import; that ours speaks its protocol is what
tests/unit/tools/test_mcp_client.py looks at, with it.
"""

import inspect
import json
import os
import sys
from collections.abc import Callable
from typing import Any

PATH = os.path.abspath(__file__)
_TYPES = {int: "integer", str: "string", bool: "boolean"}
_history: list[str] = []


def command(kind: str) -> tuple[str, ...]:
    """Return the command that starts a server of this kind."""
    return (sys.executable, "-IS", PATH, kind)


def add(a: int, b: int) -> str:
    """Add two numbers."""
    return str(a + b)


def secrets() -> str:
    """Return the environment's names."""
    return " ".join(sorted(os.environ))


def broken() -> str:
    """Fail."""
    raise RuntimeError("no database")


def die() -> str:
    """End the process in the middle of a call."""
    os._exit(3)


def think(thought: str, thoughtNumber: int, totalThoughts: int, nextThoughtNeeded: bool) -> str:
    """Keep a thought; it counts what it is handed."""
    _history.append(thought)
    assert thoughtNumber == len(_history) <= totalThoughts
    return f"{len(_history)} of {totalThoughts}, more: {nextThoughtNeeded}"


def resolve(query: str, libraryName: str) -> str:
    """Return the library that a name means, in context7's words."""
    known = {"nats": "/nats-io/nats.docs", "kafka": "/apache/kafka"}
    found = known.get(libraryName.lower())
    return f"- Context7-compatible library ID: {found}" if found else "fetch failed"


def docs(libraryId: str, query: str) -> str:
    """Return a library's documentation."""
    return f"# {libraryId}\nIt keeps streams on disk. Asked: {query}"


Tools = dict[str, Callable[..., str]]
KINDS: dict[str, Tools] = {
    "plain": {"add": add, "secrets": secrets, "broken": broken, "die": die},
    "thinking": {"sequentialthinking": think},
    "docs": {"resolve-library-id": resolve, "query-docs": docs},
}


def shown(name: str, tool: Callable[..., str]) -> dict[str, Any]:
    """Return how a tool is listed."""
    fields = inspect.signature(tool).parameters
    types = {key: {"type": _TYPES[field.annotation]} for key, field in fields.items()}
    schema = {"type": "object", "properties": types, "required": list(types)}
    return {"name": name, "description": tool.__doc__, "inputSchema": schema}


def answer(tools: Tools, method: str, given: dict[str, Any]) -> dict[str, Any] | None:
    """Return a request's result; None for what it does not know."""
    if method == "initialize":
        return {
            "protocolVersion": given["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "small", "version": "1"},
        }
    if method == "tools/list":
        return {"tools": [shown(name, tool) for name, tool in tools.items()]}
    if method == "tools/call":
        try:
            said, failed = tools[given["name"]](**given.get("arguments") or {}), False
        except Exception as error:
            said, failed = str(error), True
        return {"content": [{"type": "text", "text": said}], "isError": failed}
    return {} if method == "ping" else None


def serve(tools: Tools) -> None:
    """Answer requests, one on a line, until there are no more."""
    for line in sys.stdin:
        asked = json.loads(line)
        if "id" not in asked:
            continue
        result = answer(tools, asked.get("method", ""), asked.get("params") or {})
        refused = {"code": -32601, "message": "Method not found"}
        said = {"error": refused} if result is None else {"result": result}
        sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": asked["id"], **said}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve(KINDS[sys.argv[1]])
