"""Which rows of the sheet somebody may see and asked for, and how they are grouped for a zoom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from h3.api import basic_int as h3

from core.actors import Actor
from maps.queries.sheet import TYPES, Floats, Ints, Mask, Sheet, sheet
from maps.queries.ways import Ways, ways_of
from maps.rules.groups import group_resolution

Box = tuple[float, float, float, float]  # west, south, east, north in degrees
HEART = 4  # H3 resolution, some 45 km across (h3geo.org, cell statistics)
GROUPED = 1 << 62  # a group's id is its cell with this bit, a single row's id is its number


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom and what to show, in plain words: empty is everything."""

    need: str = ""
    urgency: str = ""
    period: str = ""
    type: str = ""
    area: str = ""


@dataclass(frozen=True)
class Shown:
    """The sheet, what of it is seen, and what was asked.

    `version` is another one when the numbers of rows mean something else.
    """

    sheet: Sheet
    version: str
    seen: Mask  # whom this actor may see at all
    mask: Mask  # and of those, who was asked for
    asked: Asked

    @cached_property
    def rows(self) -> Ints:
        """The numbers of the rows that are asked for, in the order of the sheet."""
        return np.flatnonzero(self.mask)

    @cached_property
    def agencies(self) -> int:
        """How many agencies they are, each counted once."""
        return len(np.unique(self.sheet.agency[self.rows]))

    @cached_property
    def on_map(self) -> Ints:
        """Those of them that have a place on the map."""
        return np.flatnonzero(self.mask & self.sheet.located)

    @cached_property
    def numbers(self) -> Ints:
        """What a row is called outside: its place among those that this actor may see, so that
        nothing tells of those in between."""
        return np.cumsum(self.seen) - 1

    def row_called(self, number: int) -> int | None:
        """The row of a number; None for nobody."""
        rows = np.flatnonzero(self.seen)
        return int(rows[number]) if 0 <= number < len(rows) else None

    @cached_property
    def ways(self) -> Ways:
        """The published ways of the period between agencies that may be seen; where kinds or an
        area are asked for, those that begin or end there."""
        asked = self.asked
        found = ways_of(self.sheet, asked.period, asked.need, asked.urgency)
        kept = self.seen[found.sender] & self.seen[found.receiver]
        if asked.type or asked.area:
            here = self._of_place()
            kept &= here[found.sender] | here[found.receiver]
        return found.only(kept)

    def _of_place(self) -> Mask:
        """By kind and area alone: who refers for a need does not offer it."""
        return _narrowed(self.sheet, self.seen, Asked(type=self.asked.type, area=self.asked.area))

    def bounds(self) -> Box | None:
        """The box around what is on the map; None for nothing."""
        return self._around(self.on_map)

    @cached_property
    def heart(self) -> Ints:
        """Those on the map that lie within some 75 km of where most are, if they are more than
        half of all; else all of them. A map that opens on all shows a city as one dot as soon as
        one agency is an island away.
        """
        rows = self.on_map
        cells, counts = np.unique(parents_of(self.sheet.cell[rows], HEART), return_counts=True)
        if not len(cells):
            return rows
        near = h3.grid_disk(int(cells[counts.argmax()]), 1)
        kept = np.isin(parents_of(self.sheet.cell[rows], HEART), list(near))
        return rows[kept] if 2 * kept.sum() > len(rows) else rows

    @cached_property
    def farther(self) -> int:
        """How many agencies on the map lie away from there."""
        agency = self.sheet.agency
        return len(np.setdiff1d(agency[self.on_map], agency[self.heart]))

    def opening(self) -> Box | None:
        """What a map shows first; None where nothing is on it."""
        return self._around(self.heart)

    def _around(self, rows: Ints) -> Box | None:
        if not len(rows):
            return None
        lat, lon = self.sheet.latitude[rows], self.sheet.longitude[rows]
        return (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))


def shown(actor: Actor, asked: Asked) -> Shown:
    """What an actor sees of what was asked for."""
    known = sheet()
    seen = known.tier <= actor.sees.value
    version = known.versions[actor.sees.value]
    return Shown(known, version, seen, _narrowed(known, seen, asked), asked)


def _narrowed(known: Sheet, seen: Mask, asked: Asked) -> Mask:
    mask = seen.copy()
    if asked.type:
        mask &= known.type == TYPES.index(asked.type)
    if asked.area:
        mask &= known.inside(asked.area)
    if asked.need:
        mask &= known.meeting(asked.need)
    return mask


@dataclass(frozen=True)
class Grouped:
    """Every located row's group at a zoom: `of[row]`, a cell with `GROUPED`, or the row itself."""

    of: Ints
    visible: Ints  # rows that were asked for, in the box
    resolution: int | None


def grouped(what: Shown, box: Box | None, zoom: int | None) -> Grouped:
    """Group what is seen for a box and zoom; without a zoom nothing is grouped."""
    known = what.sheet
    inside = what.on_map if box is None else what.on_map[_within(known, what.on_map, box)]
    resolution = None if zoom is None else group_resolution(zoom, len(inside))
    if resolution is None:
        return Grouped(np.arange(len(known)), inside, None)
    parents = parents_of(known.cell, resolution) | GROUPED
    return Grouped(_alone(parents, what.on_map), inside, resolution)


def _alone(parents: Ints, rows: Ints) -> Ints:
    """Who is the only one asked for in a cell is drawn as itself."""
    cells, first, count = np.unique(parents[rows], return_index=True, return_counts=True)
    of = parents.copy()
    lone = rows[first[count == 1]]
    lone_cells = cells[count == 1]
    where = np.searchsorted(lone_cells, of)
    where[where == len(lone_cells)] = 0
    if len(lone_cells):
        same = lone_cells[where] == of
        of[same] = lone[where[same]]
    return of


def _within(known: Sheet, rows: Ints, box: Box) -> Mask:
    west, south, east, north = box
    lat: Floats = known.latitude[rows]
    lon: Floats = known.longitude[rows]
    return (lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)


def parents_of(cells: Ints, resolution: int) -> Ints:
    """The cells of a coarser resolution around cells: bits 52 to 55 hold the resolution, and of
    the fifteen digits of 3 bits below, unused ones are 7 (h3geo.org, "Index Structure")."""
    unused = np.int64((1 << 3 * (15 - resolution)) - 1)
    keep = ~np.int64(0xF << 52)
    parents: Ints = (cells & keep) | np.int64(resolution << 52) | unused
    return parents
