"""Simulated time: what happens, in the order in which it happens, a transaction for each day."""

from __future__ import annotations

import gc
import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

from core import clock
from core.db import writing
from core.outbox import holding_back

DAY = timedelta(days=1)
Action = Callable[[], object]


class Loop:
    """Actions by their instants, between two instants of the past. What comes later is dropped."""

    def __init__(self, begins: datetime, ends: datetime) -> None:
        self.begins, self.ends = begins, ends
        self.moment = begins
        self._heap: list[tuple[datetime, int, Action]] = []
        self._order = count()

    def at(self, moment: datetime, action: Action) -> None:
        """Have something happen; at once when its instant is past already."""
        if moment < self.ends:
            wanted = max(moment, self.moment)
            heapq.heappush(self._heap, (wanted, next(self._order), action))

    def after(self, span: timedelta, action: Action) -> None:
        """Have something happen so long from now."""
        self.at(self.moment + span, action)

    def run(self, each_day: Callable[[], None]) -> None:
        """Let everything happen; `each_day` is called when a day is over and committed."""
        ends = self.begins
        with holding_back(), _without_searching_garbage():
            while ends < self.ends:
                ends = min(ends + DAY, self.ends)
                with writing():
                    self._run_until(ends)
                gc.collect(0)
                each_day()

    def _run_until(self, ends: datetime) -> None:
        while self._heap and self._heap[0][0] < ends:
            self.moment, _order, action = heapq.heappop(self._heap)
            with clock.at(self.moment):
                action()


@contextmanager
def _without_searching_garbage() -> Iterator[None]:
    """Rows make many short-lived cycles; to look for them all the time takes a tenth of it."""
    was_on = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()
