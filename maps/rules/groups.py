"""How far apart things must be to be drawn one by one: groups by the zoom of a web map."""

from __future__ import annotations

# The H3 resolution of groups up to and with a zoom. A cell is then 40 to 130 pixels across
# (edges: h3geo.org, cell statistics), so that a finger hits one group.
_UP_TO = ((4, 1), (5, 2), (7, 3), (8, 4), (10, 5), (11, 6), (12, 7))

FEW = 60  # so many in the picture need no groups
MOST_SINGLE = 1_500  # from here on even the nearest zoom groups
NEAREST = 8  # then by this resolution

# Of the areas within reach: coarser from afar.
_REACH_UP_TO = ((5, 3), (8, 4))
REACH_RESOLUTION = 5

HIGHEST_ZOOM = 20


def group_resolution(zoom: int, count: int) -> int | None:
    """The H3 resolution by which so many points in the picture are grouped; None: each alone."""
    if count <= FEW:
        return None
    found = next((resolution for last, resolution in _UP_TO if zoom <= last), None)
    return NEAREST if found is None and count > MOST_SINGLE else found


def reach_resolution(zoom: int) -> int:
    """The H3 resolution in which areas within reach are drawn."""
    return next((res for last, res in _REACH_UP_TO if zoom <= last), REACH_RESOLUTION)
