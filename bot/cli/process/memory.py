"""Keeps a long-lived process small, and what it holds out of the garbage collector's walks."""

import ctypes
import gc
import os

_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's malloc.h."""

_YOUNG = 10_000
"""New objects before the youngest are looked through; Python's default is 700."""


def share_heap() -> bool:
    """Have all threads allocate from one heap; returns whether the C library is one that can.

    Call it before there are threads. Otherwise glibc gives each of the first 16 a heap of its own,
    in which memory lies free that no other thread gets: 8 MB with 50 jobs at once. They would
    not allocate at once anyway: the interpreter lets one thread run. MALLOC_ARENA_MAX goes before.
    """
    if "MALLOC_ARENA_MAX" in os.environ:
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(_ARENA_MAX, 1))
    except (AttributeError, OSError, TypeError):  # another C library
        return False


def load_in_peace() -> None:
    """Look for garbage a fourteenth as often, from now on.

    Imports make hundreds of thousands of objects that stay: to look among them for garbage was
    0.3 of 2.3 s of a start's CPU.
    """
    gc.set_threshold(_YOUNG)


def settle() -> None:
    """Call it once, when everything is loaded.

    A full collection walks every object; those of libraries never become garbage. Not walking them
    saved 3 of 80 ms of CPU a job with 50 at once.
    """
    gc.collect()
    gc.freeze()
