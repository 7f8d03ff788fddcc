"""Making very many objects at once, without the garbage collector looking through them meanwhile.

It looks again and again while a registry is read, because so much is made and nothing of it goes;
that takes as long as the reading.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_within = 0
_was_on = False
_settled = False


@contextmanager
def undisturbed() -> Iterator[None]:
    """Leave the collector off until the block ends, in the last of several threads.

    For what takes some seconds at most: what goes in circles stays in memory for as long. What was
    made counts as old then, and is not looked through at once.
    """
    global _within, _was_on
    with _lock:
        if not _within:
            _was_on = gc.isenabled()
            gc.disable()
        _within += 1
    try:
        yield
    finally:
        with _lock:
            _within -= 1
            if not _within and _was_on:
                if not _settled:
                    gc.freeze()
                    gc.unfreeze()
                gc.enable()


def settle() -> None:
    """What is there now stays: the collector need not look through it any more.

    For once in the life of a process, when it has read what it keeps.
    """
    global _settled
    with _lock:
        _settled = True
        gc.freeze()
