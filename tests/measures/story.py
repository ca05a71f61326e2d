"""Three weeks of three services as webhooks told them, and DORA's keys of it counted by hand.

orders, a month of it:
    pull 1  opened 02. 09:00  merged 02. 12:00  -> deployment 11 at 02. 13:00:  4 h
    pull 2  opened 03. 09:00  merged 03. 10:00  -> deployment 12 at 04. 09:00: 24 h
    pull 3  opened 03. 15:00  merged 03. 16:00  -> deployment 12 at 04. 09:00: 18 h, a hotfix
    pull 4  by a bot, merged 03.: left out of the lead time
    pull 5  merged into another branch: not deployed
    pull 6  opened 10. 09:00  merged 10. 10:00, not deployed yet
    deployment 13 at 06. 09:00 failed; 14 at 06. 10:00 went to staging; 15 at 07. 09:00 came through
    an alert from 04. 10:00 to 04. 11:30: it counts against deployment 12
billing:
    deployment 21 at 05. 09:00, an incident of PagerDuty 05. 10:00 to 05. 12:30, acknowledged 10:10
stock (GitLab):
    one merge request opened 02. 09:00, merged 02. 11:00, deployed 02. 12:00: 3 h
"""

from datetime import UTC, datetime
from typing import Any

from bot.domain.dora import Dora, Figure, Window
from bot.domain.measure import Heard, Rules
from bot.domain.measure.alarms import read_alertmanager, read_pagerduty
from bot.domain.measure.github import read_github
from bot.domain.measure.gitlab import read_gitlab
from tests.measures import payloads as p

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
WINDOW = Window(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC))
RULES = Rules()


def at(day: int, clock: str) -> str:
    """Return a moment of March as GitHub writes it."""
    return f"2026-03-{day:02d}T{clock}:00Z"


def _github() -> list[tuple[str, Any]]:
    first = p.pull(1, at(2, "09:00"), merged=at(2, "12:00"))
    fix = p.pull(3, at(3, "15:00"), merged=at(3, "16:00"), branch="hotfix/total")
    bump = p.pull(4, at(1, "09:00"), merged=at(3, "11:00"), user=p.ROBOT)
    side = p.pull(5, at(1, "09:00"), merged=at(3, "11:00"), base="next")
    d11, d12 = p.deployment(11, at(2, "12:55")), p.deployment(12, at(4, "08:50"))
    d13, d15 = p.deployment(13, at(6, "08:50")), p.deployment(15, at(7, "08:50"))
    d14 = p.deployment(14, at(6, "09:50"), environment="staging")
    d21 = p.deployment(21, at(5, "08:50"))
    return [
        ("push", p.push("feature/unmerged", at(2, "08:59"))),
        ("pull_request", p.pull_request("opened", p.pull(1, at(2, "09:00")))),
        ("pull_request_review", p.review(p.pull(1, at(2, "09:00"), updated=at(2, "11:00")),
                                         at(2, "11:00"))),
        ("pull_request", p.pull_request("closed", first)),
        ("deployment", {"deployment": d11, "repository": p.ORDERS}),
        ("deployment_status", p.status(d11, "in_progress", at(2, "12:56"))),
        ("deployment_status", p.status(d11, "success", at(2, "13:00"))),
        ("deployment_status", p.status(d11, "inactive", at(4, "09:00"))),
        ("pull_request", p.pull_request("closed", p.pull(2, at(3, "09:00"),
                                                         merged=at(3, "10:00")))),
        ("pull_request", p.pull_request("closed", fix)),
        ("pull_request", p.pull_request("closed", bump)),
        ("pull_request", p.pull_request("closed", side)),
        ("deployment_status", p.status(d12, "success", at(4, "09:00"))),
        ("deployment_status", p.status(d21, "success", at(5, "09:00"), p.BILLING)),
        ("deployment_status", p.status(d13, "failure", at(6, "09:00"))),
        ("deployment_status", p.status(d14, "success", at(6, "10:00"))),
        ("deployment_status", p.status(d15, "success", at(7, "09:00"))),
        ("pull_request", p.pull_request("closed", p.pull(6, at(10, "09:00"),
                                                         merged=at(10, "10:00")))),
        ("issues", p.issue(1, at(4, "10:30"), labels="bug production")),
        ("issues", p.issue(1, at(4, "10:30"), closed=at(5, "10:30"), labels="bug production")),
        ("workflow_run", p.workflow_run(70, 1, "failure", at(2, "09:05"))),
        ("workflow_run", p.workflow_run(70, 2, "success", at(2, "09:15"))),
    ]  # fmt: skip


def told() -> list[Heard]:
    """Return what each report says, in the order in which it happened."""
    said = [read_github(event, body, rules=RULES, now=NOW) for event, body in _github()]
    said += [
        read_gitlab(body, rules=RULES, now=NOW)
        for body in (
            p.merge_request("open", "2026-03-02 09:00:00 UTC"),
            p.merge_request("approved", "2026-03-02 10:00:00 UTC", by=2),
            p.merge_request("merge", "2026-03-02 11:00:00 UTC", state="merged"),
            p.gitlab_deployment("running", "2026-03-02 12:50:00 +0100"),
            p.gitlab_deployment("success", "2026-03-02 13:00:00 +0100"),
        )
    ]
    said += [
        read_alertmanager(p.alert(at(4, "10:00")), now=NOW),
        read_alertmanager(p.alert(at(4, "10:00"), at(4, "11:30")), now=NOW),
        read_pagerduty(p.pagerduty("triggered", at(5, "10:00")), now=NOW),
        read_pagerduty(p.pagerduty("acknowledged", at(5, "10:10"), status="acknowledged"), now=NOW),
        read_pagerduty(p.pagerduty("resolved", at(5, "12:30"), status="resolved"), now=NOW),
    ]
    return [heard for heard in said if heard is not None]


HOUR = 3_600.0
BY_HAND = {
    # 11, 12 and 15 of orders, 21 of billing, one of stock, in 14 days
    Dora.DEPLOYMENT_FREQUENCY: Figure(5 / 14, 5),
    # 3, 4, 18, 24 hours
    Dora.LEAD_TIME: Figure(11 * HOUR, 4, 11 * HOUR),
    # 12 and 21 of 5
    Dora.CHANGE_FAILURE_RATE: Figure(40.0, 5),
    # 1.5 and 2.5 hours
    Dora.TIME_TO_RESTORE: Figure(2 * HOUR, 2, 2 * HOUR),
    # 12 brought pull 3
    Dora.REWORK_RATE: Figure(20.0, 5),
    # and 13 failed
    Dora.DEPLOYMENT_SUCCESS: Figure(83.3333, 6),
}
OF_ORDERS = {
    Dora.DEPLOYMENT_FREQUENCY: Figure(3 / 14, 3),
    Dora.LEAD_TIME: Figure(18 * HOUR, 3, 18 * HOUR),
    Dora.CHANGE_FAILURE_RATE: Figure(33.3333, 3),
    Dora.TIME_TO_RESTORE: Figure(1.5 * HOUR, 1, 1.5 * HOUR),
    Dora.REWORK_RATE: Figure(33.3333, 3),
    Dora.DEPLOYMENT_SUCCESS: Figure(75.0, 4),
}
