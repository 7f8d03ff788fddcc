"""Time stands still and chance repeats itself, so that two runs may be compared byte by byte."""

from __future__ import annotations

import itertools
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from unittest.mock import patch

import time_machine

MOMENT = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)  # a Saturday evening in Jakarta


@contextmanager
def stillness(seed: int = 1) -> Iterator[None]:
    """The same instant, ids, nonces and keys each time. Form tokens are not checked."""
    chance = random.Random(seed)
    real = os.urandom
    numbers = itertools.count(1)

    def uuid7() -> SimpleNamespace:
        milliseconds = int(MOMENT.timestamp() * 1000)
        low = (0x7 << 76) | (0x2 << 62) | next(numbers)
        return SimpleNamespace(int=(milliseconds << 80) | low)

    def urandom(count: int) -> bytes:
        # SQLAlchemy names what a process prepares once by chance: it would draw in one world only.
        asker = sys._getframe(1).f_globals["__name__"]
        return real(count) if asker.startswith("sqlalchemy.") else chance.randbytes(count)

    with (
        time_machine.travel(MOMENT, tick=False),
        patch.object(os, "urandom", urandom),
        patch.object(random, "_urandom", chance.randbytes),
        patch.object(time, "perf_counter", lambda: 0.0),
        patch("core.ids.uuid_utils.uuid7", uuid7),
        patch("flask_wtf.csrf.validate_csrf", lambda *_args, **_more: None),
    ):
        yield
