"""The gazetteer: which place is meant, what lies around it, in which district a point is.

`resolve` is the way in for typed names. It answers one certain place, or choices, or nothing; it
never guesses (Cipayung exists eight times).
"""

from agencies.queries.places.around import areas_at
from agencies.queries.places.choice import Found, How, PlaceChoice
from agencies.queries.places.lookup import find_places, place, resolve
from agencies.queries.places.named import place_named
from agencies.queries.places.near import area_at, place_at
from agencies.queries.places.outlines import (
    OutlineMatch,
    outline_containing,
    outline_named,
    outlines_of,
)
from agencies.queries.places.suggest import suggest

__all__ = [
    "Found",
    "How",
    "OutlineMatch",
    "PlaceChoice",
    "area_at",
    "areas_at",
    "find_places",
    "outline_containing",
    "outline_named",
    "outlines_of",
    "place",
    "place_at",
    "place_named",
    "resolve",
    "suggest",
]
