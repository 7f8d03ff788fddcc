"""One GeoJSON for each layer of the network map.

With a zoom: what a screen shows, grouped on the server, without names (`names.py` has them).
Without: everything one by one with names, to take along. Counts of persons come from published
ways alone.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
from h3.api import basic_int as h3

from core.actors import Tier
from core.geometry import centre_of
from maps.queries.sheet import TYPES, UNSAID, Ints, Sheet
from maps.queries.shown import GROUPED, Box, Grouped, Shown, grouped, parents_of
from maps.queries.ways import Summed
from maps.rules.groups import reach_resolution
from maps.rules.lines import Way

DECIMALS = 4  # of a degree: 11 m
GROUP_DECIMALS = 2  # the middle of a group need not be nearer
MOST_WAYS = 150  # lines in one picture: more hide each other
MOST_REACHED = 1_500  # cells in one picture
REACH_RINGS = 1

Feature = dict[str, Any]


def collection(features: Iterable[Feature], **more: Any) -> str:
    """A FeatureCollection as text; `more` stands beside the features (RFC 7946, 6.1)."""
    whole = {"type": "FeatureCollection", **more, "features": list(features)}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


# Agencies


def agencies(what: Shown, box: Box | None = None, zoom: int | None = None) -> list[Feature]:
    """Agencies at their places, and groups of them; a secret place is the area of its cell."""
    groups = grouped(what, box, zoom)
    members: dict[int, list[int]] = {int(group): [] for group in groups.of[groups.visible]}
    for row, group in zip(what.on_map.tolist(), groups.of[what.on_map].tolist(), strict=True):
        if group in members:  # a group at the edge of the picture is told whole
            members[group].append(row)
    return [
        _group(what.sheet, group, rows)
        if group & GROUPED
        else single(what, group, named=zoom is None)
        for group, rows in members.items()
    ]


def _group(known: Sheet, group: int, rows: list[int]) -> Feature:
    lon = round(float(known.longitude[rows].mean()), GROUP_DECIMALS)
    lat = round(float(known.latitude[rows].mean()), GROUP_DECIMALS)
    said = known.free[rows]
    properties: Feature = {"cell": _hex(group), "n": len(np.unique(known.agency[rows]))}
    if (said != UNSAID).any():
        properties["free"] = int(said[said != UNSAID].sum())
    return _feature({"type": "Point", "coordinates": [lon, lat]}, properties)


def single(what: Shown, row: int, *, named: bool) -> Feature:
    """One agency at one of its places."""
    known = what.sheet
    properties: Feature = {
        "i": int(what.numbers[row]),
        "type": TYPES[known.type[row]],
        "tier": int(known.tier[row]),
    }
    if known.free[row] != UNSAID:
        properties["free"] = int(known.free[row])
    if known.is_area[row]:
        properties["about"] = True
    if known.published[row]:
        properties["at"] = list(_degrees(known, row))
    if named:
        properties |= _named(known, row)
    return _feature(_geometry(known, row), properties)


def _named(known: Sheet, row: int) -> Feature:
    return {
        "agency": str(known.agencies[row]),
        "name": known.names[row],
        "where": known.where[row],
        "tier": Tier(int(known.tier[row])).word,
    }


def _geometry(known: Sheet, row: int) -> Feature:
    if known.published[row]:
        return outline_of(int(known.published[row]))
    return {"type": "Point", "coordinates": list(_degrees(known, row))}


def _degrees(known: Sheet, row: int) -> tuple[float, float]:
    """Longitude and latitude; of a secret place the middle of what is published."""
    if known.published[row]:
        lat, lon = centre_of(int(known.published[row]))
        return round(lon, DECIMALS), round(lat, DECIMALS)
    lon, lat = float(known.longitude[row]), float(known.latitude[row])
    return round(lon, DECIMALS), round(lat, DECIMALS)


def outline_of(cell: int) -> Feature:
    """The hexagon of an H3 cell as a polygon."""
    ring = [[round(lon, DECIMALS), round(lat, DECIMALS)] for lat, lon in h3.cell_to_boundary(cell)]
    # RFC 7946 wants the outer ring against the clock; H3 gives it so.
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


# Beds


def beds(what: Shown) -> list[Feature]:
    """Where somebody says how many places there are: how many, and how many are free."""
    known = what.sheet
    rows = [row for row in what.on_map.tolist() if known.free[row] != UNSAID]
    return [
        _feature(
            _geometry(known, row),
            {
                **_named(known, row),
                "type": TYPES[known.type[row]],
                "capacity": int(known.capacity[row]),
                "free": int(known.free[row]),
            },
        )
        for row in rows
    ]


# Ways


def ways(
    what: Shown, box: Box | None = None, zoom: int | None = None, most: int | None = MOST_WAYS
) -> tuple[list[Feature], int]:
    """The ways between agencies or groups as lines, the widest first; how many were left out."""
    groups = grouped(what, box, zoom)
    pairs, summed = _between(what, groups, box)
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -summed.sent))
    kept = order if most is None else order[:most]
    ends = _ends(what, groups)
    features = [
        _line(what, (int(pairs[n, 0]), int(pairs[n, 1])), summed.way(n), ends, zoom is None)
        for n in kept.tolist()
    ]
    return features, len(order) - len(kept)


def _between(what: Shown, groups: Grouped, box: Box | None) -> tuple[Ints, Summed]:
    """Ways by the groups at both ends; what stays in a group, or has no place, has no line."""
    found, located = what.ways, what.sheet.located
    kept = located[found.sender] & located[found.receiver]
    kept &= groups.of[found.sender] != groups.of[found.receiver]
    if box is not None:
        here = np.zeros(len(what.sheet), dtype=bool)
        here[groups.visible] = True
        kept &= here[found.sender] | here[found.receiver]
    drawn = found.only(kept)
    ends = np.stack([groups.of[drawn.sender], groups.of[drawn.receiver]], axis=1)
    pairs, number = np.unique(ends, axis=0, return_inverse=True)
    return pairs, drawn.summed(number.reshape(-1), len(pairs))


def _ends(what: Shown, groups: Grouped) -> dict[int, tuple[float, float]]:
    """Where lines to a group end: where the group is drawn."""
    if groups.resolution is None:
        return {}
    rows = what.on_map
    cells, where = np.unique(groups.of[rows], return_inverse=True)
    count = np.bincount(where)
    lat = np.bincount(where, what.sheet.latitude[rows]) / count
    lon = np.bincount(where, what.sheet.longitude[rows]) / count
    return {
        int(cell): (round(float(x), GROUP_DECIMALS), round(float(y), GROUP_DECIMALS))
        for cell, x, y in zip(cells, lon, lat, strict=True)
        if cell & GROUPED
    }


def _line(
    what: Shown,
    pair: tuple[int, int],
    way: Way,
    ends: dict[int, tuple[float, float]],
    named: bool,
) -> Feature:
    known = what.sheet
    at = [list(_end(known, group, ends)) for group in pair]
    properties: Feature = {
        "from": _said(what, pair[0]),
        "to": _said(what, pair[1]),
        "sent": way.sent,
    }
    if way.least:
        properties["least"] = True
    if way.accepted is not None:
        properties["accepted"] = round(way.accepted, 3)
    if way.minutes is not None:
        properties["minutes"] = round(way.minutes, 1)
    if named:
        for end, row in zip(("from", "to"), pair, strict=True):
            properties[f"{end}_name"] = known.names[row]
            properties[f"{end}_agency"] = str(known.agencies[row])
    return _feature({"type": "LineString", "coordinates": at}, properties)


def _end(known: Sheet, group: int, ends: dict[int, tuple[float, float]]) -> tuple[float, float]:
    if not group & GROUPED:
        return _degrees(known, group)
    if group in ends:
        return ends[group]
    lat, lon = centre_of(group & ~GROUPED)
    return round(lon, GROUP_DECIMALS), round(lat, GROUP_DECIMALS)


def _said(what: Shown, group: int) -> int | str:
    return _hex(group) if group & GROUPED else int(what.numbers[group])


def _hex(group: int) -> str:
    """A cell as people write it."""
    return f"{group & ~GROUPED:x}"


# Within reach


def coverage(what: Shown, box: Box | None = None, zoom: int | None = None) -> list[Feature]:
    """Cells at or beside an agency that was asked for, and how many of them there are.

    Of the secret ones the middle of what is published counts. About 16 km around at the finest
    (a cell of resolution 5 and its neighbours), coarser from afar.
    """
    known, resolution = what.sheet, reach_resolution(20 if zoom is None else zoom)
    while True:
        rows = grouped(what, box, None).visible
        homes, count = np.unique(parents_of(known.cell[rows], resolution), return_counts=True)
        reached: dict[int, int] = defaultdict(int)
        for cell, n in zip(homes.tolist(), count.tolist(), strict=True):
            for near in h3.grid_disk(cell, REACH_RINGS):
                reached[int(near)] += n
        if zoom is None or len(reached) <= MOST_REACHED or resolution <= 1:
            break
        resolution -= 1
    return [
        _feature(outline_of(cell), {"cell": f"{cell:x}", "n": n})
        for cell, n in sorted(reached.items())
    ]


def _feature(geometry: Feature, properties: Feature) -> Feature:
    return {"type": "Feature", "properties": properties, "geometry": geometry}
