"""How many ask, as published: the one place through which the gap maps learn counts of persons.

Counts of persons come only from what is published (protected, for closed periods), never from the
log. Whoever publishes says so once with `publish_from(app, source)`; until then nothing is
published, and the pages say that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from flask import Flask, current_app

from maps.rules.gaps import Asked, summed

SOURCE = "rujukan_published_demand"


class What(StrEnum):
    """What was counted."""

    REFERRED = "referred"  # needs that were referred
    UNMET = "unmet"  # needs that nobody met
    SEARCHED = "searched"  # searches that found nobody


@dataclass(frozen=True, slots=True)
class Counted:
    """One published count: of a need, in a place (its code), in a period."""

    what: What
    need: str
    area: str
    count: int | None  # None: hidden, there were some


class Source(Protocol):
    """Where published counts come from."""

    def periods(self) -> Sequence[str]:
        """The published periods (`2026-Q3`, `2026`), the newest first."""

    def counts(self, period: str) -> Iterable[Counted]:
        """All published counts of a period."""


@dataclass(frozen=True, slots=True)
class Demand:
    """The published counts of one period; empty and without a period when nothing is published."""

    period: str | None = None
    counts: Mapping[tuple[What, str], Mapping[str, Asked]] = field(default_factory=dict)
    # What lies in each place that is not counted itself, put together when it is first asked for.
    _inside: dict[tuple[What, str], dict[str, list[Asked]]] = field(
        default_factory=dict, compare=False
    )

    @property
    def is_published(self) -> bool:
        """Whether anything is."""
        return self.period is not None

    @property
    def mark(self) -> int:
        """The same for the same counts."""
        return hash(frozenset((key, frozenset(of.items())) for key, of in self.counts.items()))

    def of(self, what: What, need: str, area: str) -> Asked | None:
        """A count of a place, or the sum of those inside it; None when nothing is published."""
        known = self.counts.get((what, need), {})
        if area in known:
            return known[area]
        if (what, need) not in self._inside:
            self._inside[what, need] = _by_surroundings(known)
        return summed(self._inside[what, need].get(area, ()))

    def asked(self, need: str, area: str) -> Asked | None:
        """How many asked for a need: referred, and searched in vain."""
        found = (self.of(what, need, area) for what in (What.REFERRED, What.SEARCHED))
        return summed(one for one in found if one is not None)


def _by_surroundings(known: Mapping[str, Asked]) -> dict[str, list[Asked]]:
    """The counts by all that is around their places: `31.75.10` lies in `31.75` and in `31`."""
    found: dict[str, list[Asked]] = defaultdict(list)
    for code, asked in known.items():
        around = code.rpartition(".")[0]
        while around:
            found[around].append(asked)
            around = around.rpartition(".")[0]
    return dict(found)


def publish_from(app: Flask, source: Source) -> None:
    """From now on published counts come from here."""
    app.extensions[SOURCE] = source


def periods() -> tuple[str, ...]:
    """The published periods, the newest first."""
    source: Source | None = current_app.extensions.get(SOURCE)
    return tuple(source.periods()) if source else ()


def demand_in(period: str = "") -> Demand:
    """The published counts of a period, of the newest one if it is none of those published."""
    source: Source | None = current_app.extensions.get(SOURCE)
    known = periods()
    if source is None or not known:
        return Demand()
    wanted = period if period in known else known[0]
    counts: dict[tuple[What, str], dict[str, Asked]] = defaultdict(dict)
    for one in source.counts(wanted):
        counts[one.what, one.need][one.area] = Asked(one.count)
    return Demand(wanted, dict(counts))
