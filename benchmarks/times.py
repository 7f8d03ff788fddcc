"""Spans of time that were measured."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Times:
    """Seconds, each of one answer."""

    def __init__(self) -> None:
        """Nothing was measured yet."""
        self._seconds: list[float] = []

    def take(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it and note how long it took."""
        started = time.perf_counter()
        found = work(*args, **kwargs)
        self._seconds.append(time.perf_counter() - started)
        return found

    def __len__(self) -> int:
        return len(self._seconds)

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self._seconds)

    @property
    def p95(self) -> float:
        """One in twenty took longer."""
        return sorted(self._seconds)[int(len(self._seconds) * 0.95)]
