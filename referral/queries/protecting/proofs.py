"""Which hidden cells have their proof, also against those who know some records."""

from __future__ import annotations

import numpy as np

from referral.queries.protecting.cells import Bools, Cells
from referral.queries.protecting.records import Ints

NONE_YET = -2
EVERYBODY = 0b1111


class Proofs:
    """Of each hidden cell whether an exchange was found, and who could see through all of them.

    An agency knows the referrals that it sent and got. An exchange of a record of its own is no
    proof against it; one among records of others is. `left` are the agencies that took part in
    every exchange found so far (-1: none), without those of which the cell itself speaks.
    """

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self.found: Bools = np.zeros(len(cells), bool)
        self.left: Ints = np.full((len(cells), 4), NONE_YET, np.int64)

    def open(self) -> Bools:
        """The hidden cells without any proof."""
        return self._cells.hidden & ~self.found & ~self._cells.unsaid

    def open_to_insiders(self) -> Bools:
        """The hidden cells that somebody who knows records of their own could see through."""
        hidden = self._cells.hidden & ~self._cells.unsaid
        return hidden & self.found & (self.left >= 0).any(axis=1)

    def waits(self, cell: int, *, for_insiders: bool) -> bool:
        """Whether one cell is among those, without looking at all of them."""
        if not self._cells.hidden[cell] or self._cells.unsaid[cell]:
            return False
        if not for_insiders:
            return not self.found[cell]
        return bool(self.found[cell] and (self.left[cell] >= 0).any())

    def note(self, changed: Ints, parties: Ints) -> None:
        """Keep what was found: a row of cells (-1: none) and of four parties for each exchange."""
        rows, _at = np.nonzero(changed >= 0)
        cells, theirs = changed[changed >= 0], parties[rows]
        hidden = self._cells.hidden[cells]
        cells, theirs = cells[hidden], theirs[hidden]
        self.found[cells] = True
        new = self.left[cells, 0] == NONE_YET
        self.left[cells[new]] = theirs[new]
        left, owners = self.left[cells], self._cells.owners[cells]
        known = (left[:, :, None] == owners[:, None, :]).any(axis=2)
        stays = (left[:, :, None] == theirs[:, None, :]).any(axis=2) & ~known
        bits = (stays << np.arange(4)).sum(axis=1)
        touched, place = np.unique(cells, return_inverse=True)
        all_of_it = np.full(len(touched), EVERYBODY, np.int64)
        np.bitwise_and.at(all_of_it, place, bits)
        gone = (all_of_it[:, None] >> np.arange(4)) & 1 == 0
        self.left[touched] = np.where(gone, -1, self.left[touched])
