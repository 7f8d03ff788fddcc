"""What a table of counts is, and from when on a count of persons is shown.

A table counts records (referrals, or searches that found nobody) by some columns; with `each`
also by what a record has several of (its needs, their groups).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

FEW = 5  # a count of fewer persons is not shown (domain.md §4.1, §8, 15)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a publication.

    An open table shows which cells are empty, so whoever reads it knows of a hidden cell that it
    holds somebody. A quiet one names the cells that it shows and nothing else: what is not named
    is empty or hidden, and nobody can tell which. A quiet one that `names` also says of hidden
    cells that they hold somebody, of each of them unless that would cost more than it tells.
    """

    name: str
    columns: tuple[str, ...]
    each: str | None = None
    quiet: bool = False
    names: bool = False
    worth: float = 1.0  # how much more than others of its width it is to be kept
    # Of a table within a column: for which of its values it is open. None: for all.
    open_in: frozenset[int] | None = None

    @property
    def width(self) -> int:
        """By how many things it counts."""
        return len(self.columns) + (self.each is not None)

    @property
    def weight(self) -> float:
        """How much is lost when one of its cells is hidden: the coarser, the more."""
        of_width = (1000.0, 60.0, 8.0)[self.width] if self.width < 3 else 1.0
        return of_width * self.worth

    def hushed(self) -> Table:
        """The same, quiet, and naming nothing that is hidden."""
        return replace(self, quiet=True, names=False)

    def named(self) -> Table:
        """The same, quiet, and naming what it hides where it can."""
        return replace(self, quiet=True, names=True)

    def within(self, column: str, open_in: frozenset[int]) -> Table:
        """The same table, once for each value of a further column (a quarter of the year)."""
        name, columns = f"{self.name}/{column}", (*self.columns, column)
        quiet = not open_in
        return replace(
            self, name=name, columns=columns, quiet=quiet, names=False, open_in=open_in or None
        )


NEEDS = "needs"  # among columns: everything that tables take with `each`


@dataclass(frozen=True, slots=True)
class Bundle:
    """Columns that may change hands between two records, together, because one hangs on the other.

    `same`: in what the two must agree for that; otherwise what came of it could not be.
    """

    columns: frozenset[str]
    same: frozenset[str] = frozenset()


def bundle(*columns: str, same: tuple[str, ...] = ()) -> Bundle:
    """A bundle by the names of its columns."""
    return Bundle(frozenset(columns), frozenset(same))
