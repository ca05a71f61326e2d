"""Which calls to Slack keep an order among themselves, and which share one pace."""

POST, UPDATE = "chat.postMessage", "chat.update"
FILE_UPLOAD = "files.upload"
"""Stands for Slack's three calls of an external upload."""
COMPLETE = "functions.completeSuccess"
"""Ends a workflow step, well or with an error."""
SESSION_STATUS, SESSION_RENAME = "agents.sessions.setStatus", "agents.sessions.rename"


def lane(*, workspace_id: str, channel_id: str, method: str, key: str, target_key: str = "") -> str:
    """Return the queue of a call: of each queue one call is made at a time, oldest first.

    Posts of a channel keep their order; edits of one message share a queue, so that an older one
    never lands after a newer one; everything else waits for nobody.
    """
    if method in (POST, FILE_UPLOAD):
        return f"post {workspace_id} {channel_id}"
    if method == UPDATE:
        return f"edit {workspace_id} {target_key or key}"
    return f"call {workspace_id} {key}"


def bucket(*, workspace_id: str, channel_id: str, method: str) -> str:
    """Return what a call's pace is counted by: messages per channel, the rest per method.

    Source: docs.slack.dev, "Rate limits".
    """
    if method == POST:
        return f"{workspace_id} {method} {channel_id}"
    return f"{workspace_id} {method}"
