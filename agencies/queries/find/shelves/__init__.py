"""Find's table in memory, for as long as nobody has changed it.

A *shelf* holds the offers that some needs and a tier ask for, as columns, so that "the nearest
whom the facts admit" is a little arithmetic instead of a walk through the database. `kept` makes
the shelves and lets every question look, first of all, whether they are still true: one small
read of `find_generation`, which grows in every transaction that changes anything (any process,
either database). What changed is then read again; all else stays.

A registry with more offers than the setting OFFERS_CACHED has no shelves: `near` walks its index.
"""

from agencies.queries.find.shelves.kept import NotReadyError, shelves
from agencies.queries.find.shelves.sieve import Sieve

__all__ = ["NotReadyError", "Sieve", "shelves"]
