"""One heap for all threads, where the C library is glibc."""

import os
import platform
import subprocess
import sys

import pytest

HEAPS = """
import ctypes, tempfile, threading
from bot.cli.process import memory

shared = memory.share_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.fopen.restype = ctypes.c_void_p
here = threading.Barrier(4)

def work():
    libc.malloc(1000)
    here.wait()

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
with tempfile.NamedTemporaryFile() as file:
    stream = ctypes.c_void_p(libc.fopen(file.name.encode(), b"w"))
    libc.malloc_info(0, stream)
    libc.fclose(stream)
    print(shared, file.read().count(b"<heap "))
"""


def heaps(**environment: str) -> list[str]:
    given = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    ran = subprocess.run(
        [sys.executable, "-c", HEAPS],
        env={**given, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.split()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_all_threads_allocate_from_one_heap() -> None:
    assert heaps() == ["True", "1"]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_what_the_operator_says_goes_before() -> None:
    shared, count = heaps(MALLOC_ARENA_MAX="4")
    assert shared == "False"
    assert int(count) > 1
