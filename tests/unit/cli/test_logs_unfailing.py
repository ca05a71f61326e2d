"""A log line that cannot be written does not stop what it tells of."""

import errno
import io
import logging

import pytest
import structlog

from bot.cli import logs
from bot.settings import AppSettings


class FullDisk(io.StringIO):
    """Stderr redirected to a file on a disk without space."""

    refused = 0

    def write(self, text: str) -> int:
        self.refused += 1
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_under_the_log_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    before = structlog.get_config()
    handlers = logging.getLogger().handlers[:]
    try:
        disk = FullDisk()
        monkeypatch.setattr("sys.stderr", disk)
        logs.set_up(AppSettings())
        structlog.get_logger("test").error("task.broke", task_id="t1")
        logging.getLogger("library").error("something")
        assert disk.refused >= 2
    finally:
        structlog.configure(**before)
        logging.getLogger().handlers[:] = handlers
