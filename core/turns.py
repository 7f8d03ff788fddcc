"""Whose turn it is to write: SQLite has one writer, and its own wait is a lottery.

With 16 writers the unluckiest waits seconds; with eight processes at one file all the time one of
them waited for more than BUSY_SECONDS and failed. So threads queue here, and whoever is first of
its process queues with the other processes at a file beside the database. A process that dies
gives its turn back by dying.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: between processes SQLite's own wait has to do
    fcntl = None  # type: ignore[assignment]

SUFFIX = ".turn"


class FairLock:
    """A lock that is given in the order in which it was asked for, among the threads here."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        turn = threading.Lock()
        turn.acquire()
        with self._guard:
            self._queue.append(turn)
            if len(self._queue) == 1:
                turn.release()
        turn.acquire()

    def __exit__(self, *_error: object) -> None:
        with self._guard:
            self._queue.popleft()
            if self._queue:
                self._queue[0].release()


class FileTurn:
    """A turn among processes: for one thread of each at a time, behind a `FairLock`."""

    def __init__(self) -> None:
        self._open: tuple[int, str, int] | None = None  # by which process, for which file

    @contextmanager
    def of(self, database: str) -> Iterator[None]:
        """Wait for the turn to write to a database's file, and give it back at the end."""
        if fcntl is None:
            yield
            return
        file = self._file(database)
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)

    def _file(self, database: str) -> int:
        # A child that was forked would share its parent's turn: it opens the file anew.
        if self._open is None or self._open[:2] != (os.getpid(), database):
            if self._open is not None and self._open[0] == os.getpid():
                os.close(self._open[2])
            path = Path(f"{database}{SUFFIX}")
            self._open = (os.getpid(), database, os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        return self._open[2]
