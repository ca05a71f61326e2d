"""The footer under a result: who ran, calls, tokens, money, time; only what the ledger shows."""

from bot.services.task_report import TaskReport


def footer(report: TaskReport, *, team_size: int) -> str:
    """Return e.g. "Ran: 5 of 9 specialists, 7 calls, 14,320 tokens (61 % cached), $0.38, 161 s"."""
    usage = report.usage
    parts = [f"Ran: {len(report.ran)} of {team_size} specialists"]
    calls = len(report.done_calls)
    parts.append("1 call" if calls == 1 else f"{calls} calls")
    tokens = usage.tokens_in + usage.tokens_out
    models = {call.model for call in report.done_calls}
    if models == {"offline"}:
        parts.append("offline playbook, no model")
    else:
        cached = round(100 * usage.tokens_cached / usage.tokens_in) if usage.tokens_in else 0
        parts.append(f"{tokens:,} tokens ({cached} % cached)" if tokens else "tokens not reported")
        parts.append("price unknown" if usage.cost is None else f"${usage.cost:.2f}")
    if report.wall_seconds is not None:
        parts.append(duration(report.wall_seconds))
    if report.lost_calls:
        parts.append(f"{report.lost_calls} calls cut off midway, cost unknown")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """Return seconds in words: "0.4 s", "41 s", "2 min 41 s"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
