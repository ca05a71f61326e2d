"""Outputs as Markdown, for the terminal, files and the long form behind "Show details"."""

from bot.domain.output import SpecialistOutput, Synthesis


def output_markdown(output: SpecialistOutput, *, detail: bool = False) -> str:
    """Return a specialist's message; with `detail` the long form follows."""
    parts = [f"**{output.headline}**", _bullets(output.bullets)]
    if output.calculations:
        lines = [
            f"{c.label}: {c.formula} = {c.result}"
            + (f" (assumed: {'; '.join(c.assumed)})" if c.assumed else "")
            for c in output.calculations
        ]
        parts.append("Calculated:\n" + _bullets(lines))
    if output.assumptions:
        parts.append("Assumed:\n" + _bullets(output.assumptions))
    if output.questions:
        parts.append("Open:\n" + _bullets(output.questions))
    if detail and output.detail:
        parts.append(output.detail)
    if output.sources:
        parts.append(f"Sources: {', '.join(output.sources)}")
    return "\n\n".join(part for part in parts if part)


def synthesis_markdown(synthesis: Synthesis) -> str:
    """Return the lead's recommendation."""
    parts = [f"**{synthesis.headline}**", synthesis.summary]
    if synthesis.disagreements:
        lines = [f"{item.point} {item.resolution}" for item in synthesis.disagreements]
        parts.append("Where they disagreed:\n" + _bullets(lines))
    for heading, found in (
        ("Risks", synthesis.risks),
        ("Next", synthesis.next_steps),
        ("Open", synthesis.questions),
    ):
        if found:
            parts.append(f"{heading}:\n" + _bullets(found))
    return "\n\n".join(part for part in parts if part)


def _bullets(lines: tuple[str, ...] | list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
