"""What one may type, for `/lead help` on one subcommand."""

EXAMPLES: dict[str, tuple[str, ...]] = {
    "ask": ("ask an API for invoices, 50 rps, PostgreSQL",),
    "task": ("task T-12",),
    "stop": ("stop T-12",),
    "retry": ("retry T-12",),
    "quiet": ("quiet T-12",),
    "listen": ("listen T-12",),
    "decide": ("decide", "decide one ledger because of audits"),
    "decisions": ("decisions", "decisions open", "decisions kafka"),
    "decision": (
        "decision D-3",
        "decision D-3 challenge we outgrew it",
        "decision D-3 supersedes D-1",
    ),
    "why": ("why kafka", "why T-12", "why D-3"),
    "matrix": ("matrix which queue for webhooks?", "matrix M-1"),
    "services": ("services", "services map"),
    "service": (
        "service billing",
        "service billing owner @maya",
        "service billing depends on ledger by events",
    ),
    "conflict": ("conflict the database architect in week 48", "conflict C-1"),
    "architecture": (
        "architecture orders, payments and refunds of a shop",
        "architecture T-12",
    ),
    "handoff": ("handoff devops a staging database by Friday", "handoff H-1"),
    "handoffs": ("handoffs", "handoffs report"),
    "escalate": ("escalate the refund webhook has no owner",),
    "escalations": ("escalations", "escalations mine"),
    "escalation": ("escalation X-2",),
    "schedule": (
        'schedule reminder "Update your tickets" weekdays 16:00 Europe/Berlin',
        "schedule S-1",
        "schedule skip S-1",
    ),
    "away": ("away until 5 Dec", "away 24 Dec to 2 Jan", "away clear"),
    "team": ("team", "team chart"),
    "settings": (
        "settings",
        "settings task_budget",
        "settings task_budget 1.50 here",
        "settings task_budget reset",
    ),
    "audit": ("audit", "audit export"),
    "forget": ("forget me", "forget channel"),
    "help": ("help settings",),
}
"""Subcommand -> what to type after `/lead`."""
