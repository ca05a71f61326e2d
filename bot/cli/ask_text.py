"""`teamlead ask` for people: the recommendation first, then who said what."""

from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape

from bot.cli.terminal import shown
from bot.domain.task import TaskState
from bot.services.footer import footer
from bot.services.output_text import output_markdown, synthesis_markdown
from bot.services.task_report import TaskReport
from bot.team import Team


def show(report: TaskReport, team: Team, console: Console) -> None:
    """Print the result of a task."""
    task = report.task
    if task.state is TaskState.DONE and not report.assignments:
        console.print(Markdown(shown(task.answer or "")))
        return
    for item in report.assignments:
        output = report.output(item.key)
        if output is not None:
            title = team.specialists[item.specialist].title
            console.rule(
                f"{escape(title)} · {escape(shown(item.title))}", align="left", style="dim"
            )
            console.print(Markdown(shown(output_markdown(output))))
            console.print()
    if report.synthesis is not None:
        console.rule("[bold]Recommendation[/bold]", align="left")
        console.print(Markdown(shown(synthesis_markdown(report.synthesis))))
    for decision in report.decisions:
        console.print(f"\n[bold]Decision proposed[/bold] · {decision.public_id} · ", end="")
        console.print(escape(shown(decision.title)))
        console.print(Markdown(shown(str(decision.body.get("outcome", "")))))
    if task.state is not TaskState.DONE:
        console.print(
            f"\n{task.public_id} is {task.state.value}. {escape(shown(task.state_reason))}"
        )
        if task.state is TaskState.AWAITING_APPROVAL:
            console.print("The estimate is above the threshold; run it again with --yes.")
    if report.done_calls:
        console.print(f"\n[dim]{footer(report, team_size=len(team.specialists))}[/dim]")
