"""A place in words: *Cipayung (kecamatan), Jakarta Timur, DKI Jakarta*."""

from __future__ import annotations

from agencies.queries.places import PlaceChoice
from core.i18n import _, say

# Provinces, cities and regencies say in their names what they are.
KIND_WORDS = {
    "district": _("district"),
    "urban_village": _("urban village"),
    "village": _("village"),
}


def place_label(choice: PlaceChoice, language: str) -> str:
    """The name, what kind of place it is if that is not in the name, and where it lies."""
    tell = say(language)
    if choice.kind == "point":
        if choice.name:
            return tell(_("a point in %(place)s"), place=choice.full_name)
        return tell(_("the point %(where)s"), where=choice.value.replace(",", ", "))
    word = KIND_WORDS.get(choice.kind)
    name = f"{choice.name} ({tell(word)})" if word else choice.name
    return ", ".join((name, *choice.parents))
