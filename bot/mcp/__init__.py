"""The MCP server: tools by which other programs read, remember and delegate."""
