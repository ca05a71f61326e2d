"""The subcommands of `teamlead tools` and `teamlead repositories`, each imports what it needs."""

import asyncio
from typing import Annotated

import typer

tools = typer.Typer(help="Tool servers (MCP) that specialists may use.")
repositories = typer.Typer(help="Repositories of code that specialists may read.")

Workspace = Annotated[
    str | None, typer.Option(help="The workspace's id; needed where there are several.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@tools.callback(invoke_without_command=True)
def tools_show(context: typer.Context, workspace: Workspace = None, json: Json = False) -> None:
    """List the tool servers: how they are reached, whether they answered, what they may do."""
    if context.invoked_subcommand is None:
        from bot.cli.tool_servers import show

        asyncio.run(show(workspace=workspace, as_json=json))


@tools.command("add")
def tools_add(
    name: Annotated[str, typer.Argument(help="What it is called, e.g. context7.")],
    command: Annotated[
        list[str] | None,
        typer.Argument(help="The command with its arguments, behind `--`; or give --url."),
    ] = None,
    url: Annotated[str, typer.Option(help="The address of a server that is running.")] = "",
    token_env: Annotated[
        str, typer.Option(help="The environment variable that holds the address's token.")
    ] = "",
    env: Annotated[
        list[str] | None,
        typer.Option(help="An environment variable that the command is handed, by its name."),
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="Also for tasks of private channels.")
    ] = False,
    workspace: Workspace = None,
) -> None:
    """Add a tool server and ask it what it has: `tools add memory -- npx -y <package>`."""
    from bot.cli.tool_servers import Added, add

    wanted = Added(
        name=name,
        command=tuple(command or ()),
        url=url,
        token_env=token_env,
        env=tuple(env or ()),
        private=private,
    )
    raise typer.Exit(asyncio.run(add(wanted, workspace=workspace)))


@tools.command("check")
def tools_check(
    name: Annotated[str | None, typer.Argument(help="Only this one.")] = None,
    workspace: Workspace = None,
) -> None:
    """Ask tool servers what they have. Exit codes: 0 all answered, 1 one did not."""
    from bot.cli.tool_servers import check

    raise typer.Exit(asyncio.run(check(name, workspace=workspace)))


@tools.command("allow")
def tools_allow(
    name: Annotated[str, typer.Argument(help="The server.")],
    choices: Annotated[
        list[str], typer.Argument(help="TOOL=read, TOOL=write, TOOL=ask or TOOL=off.")
    ],
    workspace: Workspace = None,
) -> None:
    """Say what a server's tools may do: read or write unasked, ask first, or off."""
    from bot.cli.tool_servers import allow

    asyncio.run(allow(name, choices, workspace=workspace))


@tools.command("remove")
def tools_remove(
    name: Annotated[str, typer.Argument(help="The server.")], workspace: Workspace = None
) -> None:
    """Remove a tool server."""
    from bot.cli.tool_servers import remove

    asyncio.run(remove(name, workspace=workspace))


@repositories.callback(invoke_without_command=True)
def repositories_show(
    context: typer.Context, workspace: Workspace = None, json: Json = False
) -> None:
    """List the repositories that specialists may read."""
    if context.invoked_subcommand is None:
        from bot.cli.repositories import show

        asyncio.run(show(workspace=workspace, as_json=json))


@repositories.command("add")
def repositories_add(
    name: Annotated[str, typer.Argument(help="What it is called, e.g. billing-api.")],
    source: Annotated[
        str, typer.Argument(help="A folder of this machine, or an address to clone from.")
    ],
    channel: Annotated[
        str, typer.Option(help="Only tasks of this channel may read it, by its id.")
    ] = "",
    workspace: Workspace = None,
) -> None:
    """Let specialists read a folder, or a clone of an address."""
    from bot.cli.repositories import add

    asyncio.run(add(name, source, channel=channel, workspace=workspace))


@repositories.command("refresh")
def repositories_refresh(
    name: Annotated[str | None, typer.Argument(help="Only this one.")] = None,
    workspace: Workspace = None,
) -> None:
    """Fetch what is new into the clones. Exit codes: 0 done, 1 one could not be fetched."""
    from bot.cli.repositories import refresh

    raise typer.Exit(asyncio.run(refresh(name, workspace=workspace)))


@repositories.command("allow")
def repositories_allow(
    name: Annotated[str, typer.Argument(help="The repository.")],
    change: Annotated[
        bool, typer.Option("--change/--no-change", help="Whether specialists may ask to change it.")
    ],
    workspace: Workspace = None,
) -> None:
    """Say whether specialists may ask to change its code, in throw-away worktrees."""
    from bot.cli.repositories import allow

    asyncio.run(allow(name, change=change, workspace=workspace))


@repositories.command("remove")
def repositories_remove(
    name: Annotated[str, typer.Argument(help="The repository.")], workspace: Workspace = None
) -> None:
    """Take a repository away, with its clone; a folder of yours stays as it is."""
    from bot.cli.repositories import remove

    asyncio.run(remove(name, workspace=workspace))
