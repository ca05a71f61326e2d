"""A server for structured thinking, run as a command; it counts what it is handed."""

from mcp.server.mcpserver import MCPServer

server = MCPServer("thinking")
_history: list[str] = []


@server.tool()
def sequentialthinking(
    thought: str, thoughtNumber: int, totalThoughts: int, nextThoughtNeeded: bool
) -> str:
    """Keep a thought."""
    _history.append(thought)
    assert thoughtNumber == len(_history) <= totalThoughts
    return f"{len(_history)} of {totalThoughts}, more: {nextThoughtNeeded}"


if __name__ == "__main__":
    server.run()
