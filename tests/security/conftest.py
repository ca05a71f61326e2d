"""One worktree for all attempts on it."""

from collections.abc import Iterator

import pytest

from tests.support.sandboxes import Host, a_host


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    """A machine whose secrets are tempting, and a worktree in a sandbox on it."""
    with a_host() as found:
        yield found
