"""The subcommands for other programs: `teamlead mcp` and `teamlead mcp-tokens`."""

import asyncio
from typing import Annotated

import typer

mcp_tokens = typer.Typer(help="Tokens with which other programs reach the MCP server.")

Workspace = Annotated[
    str | None, typer.Option(help="The workspace's id; needed where there are several.")
]


def mcp(
    workspace: Workspace = None,
    channel: Annotated[
        str | None, typer.Option(help="A channel to look from and to write to, by id or #name.")
    ] = None,
    user: Annotated[
        str, typer.Option(help="The person in whose name tasks are asked for, e.g. U012AB3CD.")
    ] = "",
    name: Annotated[str, typer.Option(help="What the program is called.")] = "stdio",
) -> None:
    """Serve MCP on standard input and output. For a program on this machine; logs go to stderr."""
    from bot.cli.mcp import run

    asyncio.run(run(workspace=workspace, channel=channel, user=user, name=name))


@mcp_tokens.callback(invoke_without_command=True)
def mcp_tokens_show(
    context: typer.Context,
    workspace: Workspace = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the tokens: whose they are, what they may do, until when, when last used; no secret."""
    if context.invoked_subcommand is None:
        from bot.cli.mcp_tokens import show

        asyncio.run(show(workspace=workspace, as_json=json))


@mcp_tokens.command("create")
def mcp_tokens_create(
    name: Annotated[str, typer.Argument(help="What the program is called.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help="What it may do: memory:read, memory:write, records:read, tasks:write;"
            " without any, the two that read."
        ),
    ] = None,
    user: Annotated[
        str, typer.Option(help="Whose token it is, e.g. U012AB3CD; else the workspace's.")
    ] = "",
    days: Annotated[int | None, typer.Option(help="How long it lasts; 0: without an end.")] = None,
    workspace: Workspace = None,
) -> None:
    """Make a token and print its secret, once; it is kept nowhere."""
    from bot.cli.mcp_tokens import create

    asyncio.run(create(name, scope or [], user=user, days=days, workspace=workspace))


@mcp_tokens.command("revoke")
def mcp_tokens_revoke(
    name: Annotated[str, typer.Argument(help="The token's name.")], workspace: Workspace = None
) -> None:
    """End a token at once."""
    from bot.cli.mcp_tokens import revoke

    asyncio.run(revoke(name, workspace=workspace))
