"""`teamlead gate --keep`: judged by what people set in Slack, too, and kept in the database."""

from collections.abc import Mapping

from bot.cli.gate import Asked
from bot.cli.tool_servers import office
from bot.domain.quality_gate import Check, Observed, Policy, Verdict
from bot.domain.report import Report
from bot.domain.service import check_name
from bot.errors import UserFacingError
from bot.services.quality_gates import Run, keep


async def kept(
    asked: Asked, reports: list[Report], observed: Mapping[Check, Observed], policy: Policy
) -> Verdict:
    """Judge by what people set in Slack, too, and keep the result; raises UserFacingError."""
    if not asked.service and not asked.repository:
        raise UserFacingError("Say what was judged.", hint="`--service NAME` or `--repo NAME`.")
    if asked.baseline is not None:
        raise UserFacingError(
            "A kept result is compared with the last one kept.", hint="Leave `--baseline` out."
        )
    service = check_name(asked.service) if asked.service else ""
    async with office(asked.workspace) as (ctx, workspace_id):
        run = Run(
            workspace_id,
            asked.repository[:140],
            service,
            asked.commit,
            asked.branch,
            reports,
            observed,
        )
        return (await keep(ctx, run, policy)).verdict
