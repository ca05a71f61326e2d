"""Block Kit as rules: what a message or a view may hold, checked the way Slack checks it."""
