"""Names that are written almost like what was typed: the last resort, and always a choice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler
from sqlalchemy import select

from agencies.models.place import PlaceName
from agencies.queries.places.kept import PLACES, Kept
from core.db import db

MOST_NAMES = 6
LIKE_ENOUGH = 0.75  # of a parent's name, between 0 and 1
SHORTEST = 4  # letters; anything shorter is like everything

Letters = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class _Names:
    """Every folded name, short ones first, and which letters and digits it has, one bit each."""

    names: npt.NDArray[np.object_]
    letters: Letters
    lengths: npt.NDArray[np.int64]

    def possible(self, folded: str, mistakes: int) -> list[str]:
        """Those that so many mistakes could have made into this, and some more.

        One mistake brings in at most one new letter and loses at most one. Counting bits is done
        for all names at once, and leaves few to compare letter by letter.
        """
        own = _index([folded]).letters[0]
        length = len(folded)
        start, end = np.searchsorted(self.lengths, [length - mistakes, length + mistakes + 1])
        letters = self.letters[start:end]
        gained, lost = np.bitwise_count(own & ~letters), np.bitwise_count(letters & ~own)
        hits = np.flatnonzero((gained <= mistakes) & (lost <= mistakes))
        found: list[str] = self.names[start:end][hits].tolist()
        return found


def _letters(names: list[str], lengths: npt.NDArray[np.int64]) -> Letters:
    """Bit 0 to 25 for `a` to `z`, 26 to 35 for `0` to `9`; names are folded and not empty."""
    text = np.frombuffer("".join(names).encode("ascii"), dtype=np.uint8)
    bits = np.where(text >= ord("a"), text - ord("a"), text - ord("0") + 26).astype(np.uint64)
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    found: Letters = np.bitwise_or.reduceat(np.uint64(1) << bits, starts)
    return found


def _index(names: list[str]) -> _Names:
    lengths = np.fromiter(map(len, names), dtype=np.int64, count=len(names))
    letters = _letters(names, lengths) if names else np.empty(0, np.uint64)
    return _Names(np.array(names, dtype=object), letters, lengths)


def _read(_part: str) -> _Names:
    names = db.session.scalars(select(PlaceName.folded).distinct())
    return _index(sorted(names, key=lambda name: (len(name), name)))


_known = Kept(PLACES, _read)


def mistakes_allowed(length: int) -> int:
    """Letters wrong, missing, too many or swapped, in a name of so many letters."""
    return 1 if length < 6 else 2 if length < 12 else 3


def similar_names(asked: Iterable[str]) -> dict[str, list[str]]:
    """For each folded name those of the gazetteer nearest to it; none under four letters."""
    wanted = [folded for folded in asked if len(folded) >= SHORTEST]
    known = _known.get() if wanted else None
    return {folded: _nearest(folded, known) for folded in wanted if known}


def _nearest(folded: str, known: _Names) -> list[str]:
    allowed = mistakes_allowed(len(folded))
    possible = known.possible(folded, allowed)
    found = process.extract(folded, possible, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    # Only those with the fewest mistakes: with more, every short name is like every other.
    best = [name for name, distance, _ in found if distance == found[0][1]]
    return sorted(best, key=lambda name: -JaroWinkler.similarity(folded, name))[:MOST_NAMES]


def is_like(part: str, form: str) -> bool:
    """Whether a said parent may be this one, written with mistakes."""
    return OSA.normalized_similarity(part, form) >= LIKE_ENOUGH
