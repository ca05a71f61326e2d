"""The durable redrafting of a decision after "request changes"."""

from functools import partial

import structlog
from dbos import DBOS

from bot.errors import TeamleadError
from bot.services import decisions
from bot.services.patience import until_back
from bot.workflows import errors
from bot.workflows.holder import context, enlist

log = structlog.get_logger(__name__)


@DBOS.workflow(name="decision")
async def run_revision(decision_id: str) -> str:
    """Redraft a decision; the new card replaces the old one."""
    enlist("decision", decision_id)
    return await _redraft(decision_id)


async def _redraft(decision_id: str) -> str:
    try:
        await until_back(context().clock, partial(decisions.redraft, context(), decision_id))
    except Exception as error:
        # The decision keeps the person's comment and stays open: nothing is lost.
        error_id = errors.new_error_id()
        log.warning(
            "decision.redraft_failed",
            decision_id=decision_id,
            error_id=error_id,
            kind=type(error).__name__,
            exc_info=None if isinstance(error, TeamleadError) else error,
        )
        say = partial(decisions.redraft_failed, context(), decision_id, error, error_id=error_id)
        await until_back(context().clock, say)
        return "failed"
    return "done"
