"""Where routes, agreements and published flows come into the graph: here and nowhere else.

Whoever keeps them brings them (`bring_ways`, called once by a `setup.py`); the graph takes what is
brought and asks no table for it. Until then there are agencies and no ways between them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Protocol

from referral.graph.values import NO_WAYS, Ways


class Source(Protocol):
    """Somebody who knows the ways."""

    def periods(self) -> tuple[str, ...]:
        """For which closed periods flows were published, the newest first."""

    def version(self, period: str | None) -> Hashable:
        """Changes when the ways of a period do; cheap, because it is asked for each page."""

    def ways(self, period: str | None) -> Ways:
        """The ways, with the flows of that period (None: no flows) and this very version."""


class _Nobody:
    def periods(self) -> tuple[str, ...]:
        return ()

    def version(self, _period: str | None) -> Hashable:
        return None

    def ways(self, _period: str | None) -> Ways:
        return NO_WAYS


_brought: list[Callable[[], Source]] = [_Nobody]


def bring_ways(source: Callable[[], Source]) -> None:
    """From now on the ways are asked of what `source()` gives."""
    _brought[:] = [source]


def ways_source() -> Source:
    """Who is asked for ways."""
    return _brought[0]()
