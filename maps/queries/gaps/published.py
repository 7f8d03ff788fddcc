"""Published counts of needs by district, as the gap maps read them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from maps.queries.gaps.demand import Counted, What
from referral.queries.published import Published, publication, published_periods

TABLE = "need_area"
_PARTS = {What.REFERRED: "referrals", What.SEARCHED: "searches"}


class PublishedDemand:
    """Needs that were referred and searches that found nobody, of a closed period."""

    def periods(self) -> tuple[str, ...]:
        """The published periods, the newest first."""
        return published_periods()

    def counts(self, period: str) -> Iterator[Counted]:
        """All counts of a period that have a district; none where everything is withheld."""
        found = publication(period)
        if found is None or found.is_withheld:
            return
        for what, of in _PARTS.items():
            yield from _counts(found, what, of)


def _counts(found: Published, what: What, of: str) -> Iterator[Counted]:
    if TABLE not in found.names(of):
        return
    table = found.counts(TABLE, of=of)
    need, area = table.columns.index("need"), table.columns.index("area")
    told = {(key[need], key[area]): count for key, count in table.cells.items()}
    if table.is_quiet:  # what it does not name is nobody or hidden: not shown, never "none"
        told = dict.fromkeys(product(found.labels("need", of), found.labels("area", of))) | told
    for (code, place), count in told.items():
        if place:
            yield Counted(what, code, place, count)
