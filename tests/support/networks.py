"""Ways between agencies for tests: a source of values of the test's own."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from referral.graph import Flow, Ways
from referral.graph import ways as brought

QUARTER = "2026-Q3"


@dataclass(frozen=True)
class Declared:
    """A declared route between types."""

    from_type: str
    to_type: str
    need: str | None = None
    basis: str = "sop"


@dataclass(frozen=True)
class Agreed:
    """An agreement between two agencies."""

    sender: uuid.UUID
    receiver: uuid.UUID
    need: str | None = None
    basis: str = "mou"
    until: date | None = None


def flow(
    sender: uuid.UUID, receiver: uuid.UUID, sent: int | None = 10, minutes: float | None = 30.0
) -> Flow:
    """Some persons were sent, all needs and urgencies together."""
    return Flow(sender, receiver, None, None, sent, 0.8, minutes)


def ways(
    flows: Iterable[Flow] = (),
    agreements: Iterable[Agreed] = (),
    routes: Iterable[Declared] = (),
) -> Ways:
    """Ways of the quarter."""
    return Ways(
        version=uuid.uuid4(),
        period=QUARTER,
        routes=tuple(routes),
        agreements=tuple(agreements),
        flows=tuple(flows),
    )


class _Source:
    def __init__(self, known: Ways) -> None:
        self._known = known

    def periods(self) -> tuple[str, ...]:
        return (self._known.period,) if self._known.period else ()

    def version(self, _period: str | None) -> object:
        return self._known

    def ways(self, _period: str | None) -> Ways:
        return self._known


@contextmanager
def bringing(known: Ways) -> Iterator[None]:
    """Until the block ends these are the ways."""
    before = list(brought._brought)
    brought.bring_ways(lambda: _Source(known))
    try:
        yield
    finally:
        brought._brought[:] = before
