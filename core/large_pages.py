"""Lays what a server keeps in memory on large pages, where Linux does so on request.

An answer looks things up all over some hundred megabytes. Of pages of 4 KB the processor remembers
too few, and has to find out again and again where they lie; pages of 2 MB are few enough. Linux 6.1
and later puts small ones together when a program asks; elsewhere nothing happens. What is read and
written stays the same, so nobody need know of it.
"""

from __future__ import annotations

import ctypes
import mmap
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

LARGE = 2 * 1024 * 1024  # bytes, on every kind of processor that servers have
COLLAPSE = 25  # Linux's MADV_COLLAPSE, see madvise(2)
PAUSE = 1.0  # seconds between two looks at how much memory there is
GROWN = 16 * 1024 * 1024  # bytes more than when it was last laid, from which on it is worth it

_SWITCH = Path("/sys/kernel/mm/transparent_hugepage/enabled")
_OWN, _RESIDENT = Path("/proc/self/maps"), Path("/proc/self/statm")


def watch() -> None:
    """Lay this process's memory whenever it has grown, beside its work and as long as it lives."""
    if is_possible():
        threading.Thread(target=_watch, name="large pages", daemon=True).start()


def is_possible() -> bool:
    """Whether this is Linux, and whoever runs it has not turned large pages off."""
    return _SWITCH.exists() and "[never]" not in _SWITCH.read_text()


def lay() -> int:
    """Lay what can be, and return how many bytes lie on large pages then."""
    ask, laid = _madvise(), 0
    for start in large_parts(_OWN.read_text().splitlines()):
        # One after the other: a thread that needs its memory meanwhile waits for one at most.
        laid += LARGE if ask(start, LARGE, COLLAPSE) == 0 else 0
    return laid


def large_parts(maps: Iterable[str]) -> Iterator[int]:
    """Where a large page could begin in the memory that is the process's own.

    `maps` are lines of /proc/self/maps: what is read from files, shared, or a stack is left alone.
    """
    for line in maps:
        addresses, allowed, *_, inode = line.split(maxsplit=5)[:5]
        name = line.split(maxsplit=5)[5:]
        if allowed != "rw-p" or inode != "0" or name not in ([], ["[heap]"]):
            continue
        start, end = (int(address, 16) for address in addresses.split("-"))
        yield from range(-(-start // LARGE) * LARGE, end - LARGE + 1, LARGE)


def _madvise() -> Callable[[int, int, int], int]:
    function = ctypes.CDLL(None).madvise
    function.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return function  # type: ignore[no-any-return]


def _watch() -> None:
    last = 0
    while True:
        time.sleep(PAUSE)
        last = laid_again(last)


def laid_again(last: int) -> int:
    """Lay the memory if it has grown since it was `last` (bytes); how much it is that it is for."""
    if _resident() - last < GROWN:
        return last
    lay()
    return _resident()


def _resident() -> int:
    return int(_RESIDENT.read_text().split()[1]) * mmap.PAGESIZE
