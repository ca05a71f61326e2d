"""The subcommands; each imports what it needs when it is called, so that help is instant."""

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot import __version__
from bot.cli.adr_commands import adr
from bot.cli.gate_commands import gate
from bot.cli.ingest_commands import ingest
from bot.cli.mcp_commands import mcp, mcp_tokens
from bot.cli.metrics_commands import metrics
from bot.cli.tool_servers_commands import repositories, tools

app = typer.Typer(
    name="teamlead",
    help="A Slack bot that leads a backend team.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(show: bool) -> None:
    if show:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print and leave.")
    ] = False,
) -> None:
    """A Slack bot that leads a backend team."""


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="What you need; `-` reads it from standard input.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    model: Annotated[
        Literal["auto", "offline", "claude"],
        typer.Option(help="Who works it; `auto` follows the settings."),
    ] = "auto",
    yes: Annotated[
        bool, typer.Option("--yes", help="Work the plan even if it costs more than the threshold.")
    ] = False,
) -> None:
    """Put one wish through the whole pipeline in the terminal.

    Exit codes: 0 done, 1 failed, 2 bad input, 3 waits (money, model or your yes), 4 stopped,
    130 interrupted.
    The same command again goes on with a wish that was interrupted or waits.
    """
    from bot.cli.ask import run

    raise typer.Exit(asyncio.run(run(text, as_json=json, model=model, yes=yes)))


@app.command()
def demo(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes a free one.")
    ] = 8642,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget the last demo.")] = False,
) -> None:
    """Run a local workspace, the bot and a chat page. One process, no tokens, no services."""
    from bot.cli.demo import run

    run(port=port, browser=browser, fresh=fresh)


HttpPort = Annotated[
    int | None,
    typer.Option(
        "--http-port", min=0, max=65535, help="Port of health and metrics; 0 takes a free one."
    ),
]


@app.command()
def run(http_port: HttpPort = None) -> None:
    """Run the bot on Slack by Socket Mode. Needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN."""
    from bot.cli.run import run as run_bot

    run_bot("run", http_port=http_port)


@app.command()
def serve(http_port: HttpPort = None) -> None:
    """Run the bot on Slack by HTTP requests. Needs SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET."""
    from bot.cli.run import run as run_bot

    run_bot("serve", http_port=http_port)


@app.command()
def worker(http_port: HttpPort = None) -> None:
    """Work and deliver beside `run` or `serve`. On the same PostgreSQL; needs SLACK_BOT_TOKEN."""
    from bot.cli.run import run as run_bot

    run_bot("worker", http_port=http_port)


@app.command()
def workers(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the processes on this database. Who lives, who works on how much, who is gone."""
    from bot.cli.workers import run as run_workers

    asyncio.run(run_workers(as_json=json))


@app.command()
def migrate() -> None:
    """Bring the database up to date."""
    from bot.cli.migrate import run as run_migration

    asyncio.run(run_migration())


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
) -> None:
    """Write both SQLite files into one, while the bot runs. PostgreSQL: use pg_dump."""
    from bot.cli.backup import backup as run_backup

    asyncio.run(run_backup(file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `teamlead backup` wrote.")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Replace a database; its files are kept, renamed.")
    ] = False,
) -> None:
    """Put a backup in place while no bot runs. PostgreSQL: use pg_restore."""
    from bot.cli.backup import restore as run_restore

    asyncio.run(run_restore(file, yes=yes))


@app.command()
def cleanup(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
) -> None:
    """Remove what is past its retention now. The bot does so every day (TEAMLEAD_RETENTION_…)."""
    from bot.cli.cleanup import run as run_cleanup

    asyncio.run(run_cleanup(dry_run=dry_run))


@app.command()
def forget(
    user: Annotated[str, typer.Argument(help="The person's Slack id, e.g. U012AB3CD.")] = "",
    channel: Annotated[str, typer.Option(help="A channel's id instead of a person.")] = "",
    workspace: Annotated[str, typer.Option(help="Only in this workspace, by its id.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
) -> None:
    """Remove what is kept of a person or a channel. docs/forget.md says what stays."""
    from bot.cli.forget import run as run_forget

    asyncio.run(
        run_forget(user=user, channel=channel, workspace=workspace, yes=yes, dry_run=dry_run)
    )


@app.command()
def replay(
    name: Annotated[str, typer.Argument(help="T-12, a task's id, or D-3 for a decision's task.")],
    workspace: Annotated[
        str | None, typer.Option(help="The workspace's id, where several have such a number.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Leave out what was before: 30m, 2h, 1d, or an ISO moment.")
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Show what people wrote, too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the whole story of a task. Ids and times, calls, posts, decisions, runs."""
    from bot.cli.replay import run as run_replay

    asyncio.run(run_replay(name, workspace=workspace, since=since, text=text, as_json=json))


audit = typer.Typer(help="The audit log: who did what that matters.", no_args_is_help=True)
app.add_typer(audit, name="audit")


@audit.callback()
def audit_group() -> None:
    """The audit log: who did what that matters."""


@audit.command("export")
def audit_export(
    file: Annotated[
        Path, typer.Argument(help="The file to write, which must not exist; `-` prints.")
    ],
    workspace: Annotated[
        str | None, typer.Option(help="Only this workspace, by its id; else all.")
    ] = None,
) -> None:
    """Write the audit log as JSON Lines, one act a line, oldest first."""
    from bot.cli.audit import export

    asyncio.run(export(file, workspace=workspace))


outbox = typer.Typer(help="What waits to be posted, and what was given up.")
app.add_typer(outbox, name="outbox")


@outbox.callback(invoke_without_command=True)
def outbox_show(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what waits to be posted, by channel, and what was given up and why; no contents."""
    if context.invoked_subcommand is None:
        from bot.cli.outbox import show

        asyncio.run(show(as_json=json))


@outbox.command("retry")
def outbox_retry(
    row: Annotated[int | None, typer.Option("--id", help="Only this row.")] = None,
    channel: Annotated[str | None, typer.Option(help="Only this channel, by its id.")] = None,
) -> None:
    """Send again what was given up in the last seven days, or one row of any age."""
    from bot.cli.outbox import run_retry

    asyncio.run(run_retry(row_id=row, channel=channel))


workspaces = typer.Typer(help="Where the app is installed, for a bot of many workspaces.")
app.add_typer(workspaces, name="workspaces")


@workspaces.callback(invoke_without_command=True)
def workspaces_show(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the workspaces: name, who installed the app when, how its token stands; no token."""
    if context.invoked_subcommand is None:
        from bot.cli.workspaces import show

        asyncio.run(show(as_json=json))


@workspaces.command("key")
def workspaces_key() -> None:
    """Print a fresh key for TEAMLEAD_SECRETS_KEY."""
    from bot.cli.workspaces import print_key

    print_key()


@workspaces.command("reseal")
def workspaces_reseal(
    drop: Annotated[
        bool, typer.Option("--drop", help="Forget tokens that no key opens: install there again.")
    ] = False,
) -> None:
    """Seal all stored tokens with the first key, so that older keys can be taken away."""
    from bot.cli.workspaces import reseal

    asyncio.run(reseal(drop=drop))


@workspaces.command("remove")
def workspaces_remove(
    workspace: Annotated[str, typer.Argument(help="Its id, e.g. T012AB.")],
    now: Annotated[
        bool, typer.Option("--now", help="Delete its rows at once, not after the grace.")
    ] = False,
) -> None:
    """End a workspace's work and forget its tokens, as if it had removed the app."""
    from bot.cli.workspaces import remove

    asyncio.run(remove(workspace, now=now))


@app.command()
def manifest(
    url: Annotated[str, typer.Option(help="Public address of `serve`: the form for HTTP.")] = "",
    rotation: Annotated[
        bool, typer.Option("--rotation", help="Tokens expire; Slack has no way back from it.")
    ] = False,
) -> None:
    """Print the app's manifest. Paste it into Slack's “Create New App”."""
    from bot.cli.manifest import run as run_manifest

    run_manifest(url=url, rotation=rotation)


app.command()(gate)
app.command()(ingest)
app.add_typer(adr, name="adr")
app.add_typer(metrics, name="metrics")
app.add_typer(tools, name="tools")
app.command()(mcp)
app.add_typer(mcp_tokens, name="mcp-tokens")
app.add_typer(repositories, name="repositories")


@app.command()
def doctor() -> None:
    """Say what is missing or wrong, and what to do about it.

    Looks at settings, database, model, tokens, scopes and clock.
    Exit codes: 0 nothing to fix, 1 something, 2 settings that cannot be used.
    """
    from bot.cli.doctor import run as run_doctor

    raise typer.Exit(asyncio.run(run_doctor()))


@app.command(hidden=True)
def docs(
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether they are current.")
    ] = False,
    root: Annotated[Path, typer.Option(help="The checkout.")] = Path(),
) -> None:
    """Write the files that are generated from the code (for developers)."""
    from bot.cli.docs import run as run_docs

    raise typer.Exit(run_docs(root, check=check))
