"""When the work on a pull request began, for its lead time: its branch's first commit."""

from datetime import datetime

from sqlalchemy import ScalarSelect, exists, select
from sqlalchemy.orm import aliased

from storage.models import BranchStart, PullRequest


def first_commit(workspace_id: str) -> ScalarSelect[datetime | None]:
    """Return when the branch of a `PullRequest` began; NULL where no push told of it.

    Of a name that was used again that is the last time before the opening. NULL, too, where the
    branch brought a change since then: what is merged again and again (`develop`) does not say when
    the work on the next change began.
    """
    other = aliased(PullRequest)
    brought = exists().where(
        other.workspace_id == workspace_id,
        other.source == PullRequest.source,
        other.origin == PullRequest.origin,
        other.head == PullRequest.head,
        other.key != PullRequest.key,
        other.to_default,
        other.merged_at >= BranchStart.first_commit_at,
        other.merged_at <= PullRequest.opened_at,
    )
    return (
        select(BranchStart.first_commit_at)
        .where(
            BranchStart.workspace_id == workspace_id,
            BranchStart.source == PullRequest.source,
            BranchStart.head == PullRequest.head,
            BranchStart.head != "",
            BranchStart.first_commit_at <= PullRequest.opened_at,
            ~brought.correlate(PullRequest, BranchStart),
        )
        .order_by(BranchStart.first_commit_at.desc())
        .limit(1)
        .correlate(PullRequest)
        .scalar_subquery()
    )
