"""A tool server for tests, run as a command: two tools and one that fails."""

import os

from mcp.server.mcpserver import MCPServer

server = MCPServer("plain")


@server.tool()
def add(a: int, b: int) -> str:
    """Add two numbers."""
    return str(a + b)


@server.tool()
def secrets() -> str:
    """Return the environment's names."""
    return " ".join(sorted(os.environ))


@server.tool()
def broken() -> str:
    """Fail."""
    raise RuntimeError("no database")


if __name__ == "__main__":
    server.run()
