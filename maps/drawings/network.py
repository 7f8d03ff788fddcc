"""The network map put together: as a document that is taken along, and as a picture."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from agencies.rules.agency_types import AGENCY_TYPES
from core.i18n import Say, _
from maps.drawings.document import Sheet, document
from maps.drawings.packing import Points, packed
from maps.drawings.picture import Parts, Words, picture, zoom_for
from maps.queries.ground import ground
from maps.queries.layers import agencies, coverage, ways
from maps.queries.points import areas, columns
from maps.queries.sheet import TYPES, UNSAID
from maps.queries.shown import Shown
from maps.wording.network import legend, map_words

Box = tuple[float, float, float, float]  # west, south, east, north in degrees

# The country, where there is nobody to draw.
COUNTRY: Box = (95.0, -11.0, 141.0, 6.0)
EDGE = 0.05  # degrees around what is drawn
GROUND_ZOOM_MOST = 11  # finer outlines would make the file heavy
PICTURE_WAYS = 150

LAYERS = (
    ("agencies", _("Agencies"), True),
    ("ways", _("Who refers to whom"), True),
    ("beds", _("Free places"), False),
    ("coverage", _("Areas within reach"), False),
    ("ground", _("Outlines"), True),
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over a drawing."""

    title: str
    about: str  # a sentence: what is shown, as of when


def box_of(what: Shown) -> Box:
    """What a drawing shows: all that has a place, with an edge."""
    return _edged(what.bounds())


def opening_of(what: Shown) -> Box:
    """Where a map that can be moved opens, with an edge."""
    return _edged(what.opening())


def _edged(found: Box | None) -> Box:
    if found is None:
        return COUNTRY
    west, south, east, north = found
    return (west - EDGE, south - EDGE, east + EDGE, north + EDGE)


def network_document(what: Shown, heading: Heading, language: str, tell: Say) -> str:
    """One HTML file with everything in it."""
    data = _data(what, box_of(what), tell)
    return document(Sheet(heading.title, heading.about, language, opening_of(what), data))


def _data(what: Shown, box: Box, tell: Say) -> dict[str, Any]:
    lines, _left = ways(what)
    hexagons = areas(what)
    names = _Names(what)
    drawn = columns(what)
    for row in drawn.rows.tolist():  # points are called by their place in the layer
        names.number(row)
    rows = {int(number): row for row, number in enumerate(what.numbers.tolist()) if what.seen[row]}
    for one in hexagons:
        one["properties"]["i"] = names.number(rows[one["properties"]["i"]])
    for line in lines:
        said = line["properties"]
        line["properties"] = {name: said[name] for name in _WAY if name in said} | {
            end: names.number(rows[said[end]]) for end in ("from", "to")
        }
    words = map_words(tell) | {name: tell(text) for name, text in _DOCUMENT_WORDS.items()}
    zoom = min(zoom_for(box), GROUND_ZOOM_MOST)
    return {
        "points": packed(
            Points(drawn.latitude, drawn.longitude, drawn.type, drawn.tier, drawn.free)
        ),
        "areas": {"features": hexagons},
        "ways": {"features": lines},
        "ground": json.loads(ground(box, zoom).geojson),
        "coverage": {"features": coverage(what, box, zoom)},
        "names": names.told,
        "where": list(names.where),
        "legend": legend(tell) | {"typeWords": [tell(AGENCY_TYPES[code]) for code in TYPES]},
        "words": words,
        "layers": [{"name": name, "word": tell(word), "on": on} for name, word, on in LAYERS],
    }


_WAY = ("sent", "least", "accepted", "minutes")  # names of both ends stand once in the file

_DOCUMENT_WORDS = {
    "layers": _("On the map"),
    "legend": _("Legend"),
    "noscript": _("This map needs JavaScript. The page of the network says the same in words."),
}


class _Names:
    """Who stands in a document, numbered as they come."""

    def __init__(self, what: Shown) -> None:
        self._sheet = what.sheet
        self._numbers: dict[int, int] = {}
        self.told: list[list[Any]] = []
        self.where: dict[str, int] = {}

    def number(self, row: int) -> int:
        """The number of a row; its name is written down when it comes first."""
        if row not in self._numbers:
            known = self._sheet
            said = known.free[row] != UNSAID
            place = self.where.setdefault(known.where[row], len(self.where))
            self._numbers[row] = len(self.told)
            self.told.append(
                [
                    known.names[row],
                    place,
                    int(known.type[row]),
                    int(known.tier[row]),
                    int(known.free[row]) if said else None,
                    int(known.capacity[row]) if said else None,
                    bool(known.is_area[row]),
                ]
            )
        return self._numbers[row]


BEYOND = _("Agencies farther away, not on this picture: %(n)s")


def network_picture(what: Shown, heading: Heading, tell: Say) -> str:
    """The same as SVG, for paper and for pages without JavaScript: where the map opens, too."""
    box = opening_of(what)
    zoom = zoom_for(box)
    lines, _left = ways(what, box, zoom, PICTURE_WAYS)
    words = Words(
        title=heading.title,
        description=heading.about,
        legend=legend(tell),
        area=tell(_("secret place: somewhere in this area")),
        group=tell(_("several agencies: their number")),
        beyond=tell(BEYOND, n=what.farther) if what.farther else "",
    )
    below = json.loads(ground(box, min(zoom, GROUND_ZOOM_MOST)).geojson)["features"]
    return picture(box, Parts(below, lines, agencies(what, box, zoom)), words)
