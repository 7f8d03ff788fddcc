"""What somebody may be typing."""

from __future__ import annotations

from agencies.models.place import PlaceLevel
from agencies.queries.places.choice import Found, How
from agencies.queries.places.lookup import Search, resolve
from agencies.queries.places.rows import PlaceRow, beginning, choices, in_order
from agencies.rules.place_asked import Asked, Reading, read_unfinished, readings
from agencies.rules.place_codes import LEVELS, level_of

SHORTEST = 2  # letters
MOST = 8

Steps = list[tuple[Reading, ...]]


def suggest(text: str, limit: int = MOST) -> Found:
    """Places for a half typed name: names that begin so, those of the whole name first.

    Wider levels come first. Without any, what `resolve` makes of it: other spellings, mistakes.
    """
    ways = read_unfinished(text)
    if len(ways[0].folded) < SHORTEST:
        return Found()
    numbered = resolve(text, limit) if text.strip()[:1] in "-0123456789" else Found()
    if numbered.how in (How.CODE, How.POINT) and numbered:
        return numbered
    rows: list[PlaceRow] = []
    exact: set[str] = set()
    for asked in ways:
        steps = list(readings(asked))
        found = Search(_typed_far_enough(asked, steps), unfinished=True).exact()
        exact.update(row.code for row in found)
        rows += found
        rows += _beginnings(steps[0], limit)
    if not rows:
        return resolve(text, limit, doubtful=True)
    ordered = sorted(
        in_order(rows), key=lambda row: (LEVELS.index(level_of(row.code)), row.code not in exact)
    )
    how = How.NAME if exact else How.BEGINNING
    return Found(choices(ordered[:limit]), how, len(ordered))


def _typed_far_enough(asked: Asked, steps: Steps) -> Steps:
    """*kramat j* is on its way to Kramat Jati rather than to some Kramat in Jawa Tengah."""
    if len(asked.segments) > 1:
        return steps
    return [tuple(r for r in step if not r.around or len(r.around[0]) > 2) for step in steps]


def _beginnings(step: tuple[Reading, ...], limit: int) -> list[PlaceRow]:
    found: list[PlaceRow] = []
    for level in PlaceLevel:
        for reading in step:
            rows = beginning(reading.name, level, limit - len(found)) if len(found) < limit else []
            found += [row for row in rows if reading.takes(row.code)]
    return found
