"""Minutes by road to whoever is nearest, where the operator runs a router.

Asked from the service to the cells, fifty at once: a cell each would be a request for each cell.
On the way back a street may be one way; for classes of a quarter of an hour that is nothing. What
goes out are published positions and centres of cells. One answer that fails, and the whole map
stays in straight lines: two measures on one map would lie.
"""

from __future__ import annotations

from collections import defaultdict

from flask import current_app

from agencies.queries.roads import DOWN, road_times
from core.settings import Settings
from maps.queries.gaps.ground import Ground
from maps.queries.gaps.nearest import NOBODY, Reach
from maps.queries.kept import kept

MOST_SERVICES = 60  # that are asked for one map; with more, straight lines

Minutes = dict[int, float]  # by cell


def minutes_to_nearest(ground: Ground, reach: Reach) -> tuple[Minutes | None, str | None]:
    """Minutes by cell, and what to tell the reader: a message id, or None.

    None instead of minutes: no router is configured, or it did not answer for all.
    """
    settings: Settings = current_app.config["RUJUKAN"]
    if settings.roads == "none":
        return None, None
    who, _, _ = reach.first()
    offers = tuple(sorted({one.offer_id for n in set(who.tolist()) if (one := reach.offer(n))}))
    key = ("minutes", ground.key, offers, hash(who.tobytes()))
    known = kept().get(key)
    if known is None:
        known = _ask(settings, ground, reach, who.tolist())
        if known is None:
            return None, DOWN
        kept().put(key, known)
    return known, None  # type: ignore[return-value]


def _ask(settings: Settings, ground: Ground, reach: Reach, who: list[int]) -> Minutes | None:
    cells_of: dict[int, list[int]] = defaultdict(list)
    for cell, taker in enumerate(who):
        offer = reach.offer(taker)
        if taker != NOBODY and offer is not None and offer.position and not offer.by_phone:
            cells_of[taker].append(cell)
    if len(cells_of) > MOST_SERVICES:
        return None
    found: Minutes = {}
    for taker, cells in sorted(cells_of.items()):
        lat, lon = reach.takers.points[taker].tolist()
        times = road_times(settings, (lat, lon), [ground.centres[cell] for cell in cells])
        if times.note is not None:
            return None
        found |= {c: m for c, m in zip(cells, times.minutes, strict=True) if m is not None}
    return found
