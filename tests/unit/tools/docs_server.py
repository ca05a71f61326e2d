"""A documentation server for tests, run as a command, that speaks context7's names."""

from mcp.server.mcpserver import MCPServer

server = MCPServer("docs")
_KNOWN = {"nats": "/nats-io/nats.docs", "kafka": "/apache/kafka"}


@server.tool(name="resolve-library-id")
def resolve(query: str, libraryName: str) -> str:
    """Return the library that a name means."""
    found = _KNOWN.get(libraryName.lower())
    return f"- Context7-compatible library ID: {found}" if found else "fetch failed"


@server.tool(name="query-docs")
def docs(libraryId: str, query: str) -> str:
    """Return a library's documentation."""
    return f"# {libraryId}\nIt keeps streams on disk. Asked: {query}"


if __name__ == "__main__":
    server.run()
