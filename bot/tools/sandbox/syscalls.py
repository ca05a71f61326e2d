"""What the kernel refuses in a sandbox, as the compiled filter that bubblewrap hands to it.

A network namespace does not hold in every family of sockets: those of virtual machines lead to
their host. `io_uring` makes sockets past any filter, and key rings outlive their command.
"""

import platform
import struct
from dataclasses import dataclass

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _PROCESSOR, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
_NO_SUCH_CALL, _NO_SUCH_FAMILY = 38, 97
_X32 = 0x40000000
"""Calls from here on are those of another interface, with numbers of its own."""
_FAMILIES = (1, 2, 10, 16)
"""Local ones, IPv4, IPv6 and the kernel's own: the network namespace holds these in."""
_IO_URING = (425, 426, 427)


@dataclass(frozen=True)
class _Processor:
    mark: int
    socket: int
    keys: tuple[int, int, int]


_KNOWN = {
    "x86_64": _Processor(0xC000003E, 41, (248, 249, 250)),
    "aarch64": _Processor(0xC00000B7, 198, (217, 218, 219)),
}
"""Numbers of calls, from Linux's tables `syscall_64.tbl` and `asm-generic/unistd.h`."""


def known_here() -> bool:
    """Return whether there is a filter for this machine's processor."""
    return platform.machine() in _KNOWN


def call_filter(machine: str = "") -> bytes:
    """Return the filter for a processor, this machine's by default; raises KeyError."""
    found = _KNOWN[machine or platform.machine()]
    refused = (*found.keys, *_IO_URING)
    # Behind the checks stand, in this order: allow, no such family, no such call, kill.
    allow = 5 + len(refused) + 1 + len(_FAMILIES)
    no_family, no_call, kill = allow + 1, allow + 2, allow + 3
    lines = [
        (_LOAD, None, None, _PROCESSOR),
        (_EQUAL, None, kill, found.mark),
        (_LOAD, None, None, _NUMBER),
        (_AT_LEAST, no_call, None, _X32),
        *((_EQUAL, no_call, None, number) for number in refused),
        (_EQUAL, None, allow, found.socket),
        (_LOAD, None, None, _FIRST_ARGUMENT),
        *((_EQUAL, allow, None, family) for family in _FAMILIES[:-1]),
        (_EQUAL, allow, no_family, _FAMILIES[-1]),
        (_RETURN, None, None, _ALLOW),
        (_RETURN, None, None, _REFUSE | _NO_SUCH_FAMILY),
        (_RETURN, None, None, _REFUSE | _NO_SUCH_CALL),
        (_RETURN, None, None, _KILL),
    ]
    assert lines[allow][3] == _ALLOW
    return b"".join(_compiled(place, *line) for place, line in enumerate(lines))


def _compiled(place: int, code: int, yes: int | None, no: int | None, value: int) -> bytes:
    """Return a line with its two ways on as distances; None is the next line."""
    ways = [0 if way is None else way - place - 1 for way in (yes, no)]
    return struct.pack("=HBBI", code, *ways, value)
