"""The pathway as designed beside the pathway as it happens (domain.md §1.7 and §4.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Trace(StrEnum):
    """What became of a way between two types of agency."""

    WALKED = "walked"  # designed, and used
    DEAD = "dead"  # designed, both ends exist, and nobody used it
    INFORMAL = "informal"  # used, and not designed
    UNTOLD = "untold"  # designed, both ends exist, and nothing tells whether it was used
    OPEN_ENDED = "open-ended"  # designed, but one end has no agency here


@dataclass(frozen=True, slots=True)
class Designed:
    """A way that the pathway declares. `need`: the leaf it is for; None for all."""

    from_type: str
    to_type: str
    need: str | None


@dataclass(frozen=True, slots=True)
class Walked:
    """Referrals between two types. `sent`: at least so many; `has_hidden`: and some not told."""

    from_type: str
    to_type: str
    sent: int
    has_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Hop:
    """One way between two types, as designed and as walked."""

    from_type: str
    to_type: str
    trace: Trace
    needs: tuple[str, ...]  # designed for; empty when it was not
    sent: int = 0
    has_hidden: bool = False


@dataclass(slots=True)
class _Sum:
    sent: int = 0
    has_hidden: bool = False
    needs: set[str] = field(default_factory=set)
    is_designed: bool = False


_ORDER = (Trace.INFORMAL, Trace.DEAD, Trace.UNTOLD, Trace.OPEN_ENDED, Trace.WALKED)


def compared(
    designed: Iterable[Designed],
    walked: Iterable[Walked],
    present: frozenset[str],
    *,
    tells_all: bool = True,
) -> list[Hop]:
    """Every way that is designed or walked: what differs comes first, then by volume.

    `present`: the types that have an agency in the registry. A way that only hidden counts walked
    was walked. `tells_all`: a way that is not among the walked was not used.
    """
    sums: dict[tuple[str, str], _Sum] = defaultdict(_Sum)
    for way in designed:
        found = sums[way.from_type, way.to_type]
        found.is_designed = True
        if way.need:
            found.needs.add(way.need)
    for flow in walked:
        found = sums[flow.from_type, flow.to_type]
        found.sent += flow.sent
        found.has_hidden |= flow.has_hidden
    hops = [
        Hop(
            *ends,
            _trace(one, ends, present, tells_all),
            tuple(sorted(one.needs)),
            one.sent,
            one.has_hidden,
        )
        for ends, one in sums.items()
    ]
    return sorted(hops, key=lambda h: (_ORDER.index(h.trace), -h.sent, h.from_type, h.to_type))


def _trace(found: _Sum, ends: tuple[str, str], present: frozenset[str], tells_all: bool) -> Trace:
    if found.sent or found.has_hidden:
        return Trace.WALKED if found.is_designed else Trace.INFORMAL
    if not present.issuperset(ends):
        return Trace.OPEN_ENDED
    return Trace.DEAD if tells_all else Trace.UNTOLD
