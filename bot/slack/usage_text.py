"""The wording of what work used: who ran, calls, tokens, money, time; only what the ledger says."""

from bot.domain.usage import MICROS, Usage
from bot.slack.text import count
from bot.slack.views import UsageLine

OFFLINE = "offline playbook, no model"
PRICE_UNKNOWN = "price unknown"
OFFLINE_MODEL = "offline"
"""The model name that the offline playbook writes into the ledger."""


def usage_sentence(line: UsageLine) -> str:
    """Return e.g. "Ran: 5 of 9 specialists, 7 calls, 14,320 tokens (61 % cached), $0.38, 41 s"."""
    who = [f"Ran: {len(line.ran)} of {line.team_size} specialists"] if line.ran else []
    took = [] if line.wall_seconds is None else [duration(line.wall_seconds)]
    used = [f"{count(line.calls, 'call')}", *_used(line.usage, line.models)]
    lost = [f"{count(line.lost, 'call')} cut off midway, cost unknown"] if line.lost else []
    if line.later:
        in_all = "all rounds: " + ", ".join([*used, *lost])
        return " · ".join(filter(None, [", ".join([*who, *took]), in_all]))
    return ", ".join([*who, *used, *took, *lost])


def call_usage(usage: Usage, model: str) -> str:
    """Return what one call used, e.g. "1,180 tokens · $0.03"; empty when nothing is known."""
    if not model:
        return ""
    if model == OFFLINE_MODEL:
        return OFFLINE
    tokens = usage.tokens_in + usage.tokens_out
    return f"{count(tokens, 'token') if tokens else 'tokens not reported'} · {price(usage)}"


def price(usage: Usage) -> str:
    """Return e.g. "$0.38", or that nobody knows."""
    return PRICE_UNKNOWN if usage.cost_micros is None else dollars(usage.cost_micros)


def dollars(micros: int) -> str:
    """Return e.g. "$0.38"; what is more than nothing never shows as nothing. Needs no escaping."""
    return "under $0.01" if 0 < micros < MICROS // 200 else f"${micros / MICROS:,.2f}"


def _used(usage: Usage, models: tuple[str, ...]) -> list[str]:
    if set(models) == {OFFLINE_MODEL}:
        return [OFFLINE]
    if not models:
        return []
    tokens = usage.tokens_in + usage.tokens_out
    if not tokens:
        return ["tokens not reported", price(usage)]
    cached = round(100 * usage.tokens_cached / usage.tokens_in) if usage.tokens_in else 0
    return [f"{tokens:,} tokens" + (f" ({cached} % cached)" if cached else ""), price(usage)]


def duration(seconds: float) -> str:
    """Return seconds in words: "under 0.1 s", "0.4 s", "41 s", "2 min 41 s", "3 h 5 min"."""
    if 0 < seconds < 0.05:
        return "under 0.1 s"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
