"""A Slack-compatible workspace on loopback, to run, try and test the bot without a token."""

from bot.workspace.faults import FaultSettings
from bot.workspace.recorder import RecordedCall
from bot.workspace.server import PortBusy, WorkspaceServer
from bot.workspace.shapes import SlackError
from bot.workspace.workspace import Workspace

__all__ = [
    "FaultSettings",
    "PortBusy",
    "RecordedCall",
    "SlackError",
    "Workspace",
    "WorkspaceServer",
]
