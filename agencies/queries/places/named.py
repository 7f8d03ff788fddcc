"""The place that a record names: for import, where nobody is there to choose."""

from __future__ import annotations

from agencies.models.place import PlaceLevel
from agencies.queries.places.choice import PlaceChoice
from agencies.queries.places.lookup import Search
from agencies.queries.places.rows import choices, in_order
from agencies.rules.place_asked import Reading
from agencies.rules.place_codes import level_of
from agencies.rules.place_names import bare_words, words


def place_named(
    district: str | None, city: str | None, village: str | None = None
) -> PlaceChoice | None:
    """The narrowest named place within the wider ones; None when absent or ambiguous.

    `district` is a kecamatan, `city` a kota or kabupaten, `village` a kelurahan or desa; any may
    be None or empty.
    """
    names = (
        (PlaceLevel.VILLAGE, village),
        (PlaceLevel.DISTRICT, district),
        (PlaceLevel.REGENCY, city),
    )
    given = [(level, "".join(words(name))) for level, name in names if name and words(name)]
    if not given:
        return None
    (level, _), *around = given
    own = next(name for _, name in names if name and words(name))
    parents = tuple(folded for _, folded in around)
    step = tuple(Reading(name, kind, parents) for name, kind in _ways(level, words(own)))
    rows = [row for row in Search([step]).exact() if level_of(row.code) == level]
    found = in_order(rows)
    return choices(found)[0] if len(found) == 1 else None


def _ways(level: PlaceLevel, spoken: list[str]) -> list[tuple[str, str | None]]:
    """The folded name, and it without the word for what it is (`Kec.`, `Kota`)."""
    kinds = {
        "kelurahan": PlaceLevel.VILLAGE,
        "desa": PlaceLevel.VILLAGE,
        "kecamatan": PlaceLevel.DISTRICT,
    }
    ways: list[tuple[str, str | None]] = [("".join(spoken), None)]
    if level is PlaceLevel.REGENCY and bare_words(spoken) != spoken:
        ways.append(("".join(bare_words(spoken)), "city" if spoken[0] == "kota" else "regency"))
    elif len(spoken) > 1 and kinds.get(spoken[0]) is level:
        ways.append(("".join(spoken[1:]), None))
    return ways
