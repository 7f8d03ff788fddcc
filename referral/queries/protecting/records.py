"""What is counted, as columns of small numbers: one row for each referral (or empty search)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from referral.rules.tables import NEEDS

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Records:
    """Columns of codes 0, 1, 2 …; `members` has as many codes in a row as there are, then -1.

    `person` tells persons apart. `parties` are those who know the record because it is their own
    (sender and receiver, as codes; -1: nobody). `apart` names two columns that are never equal in
    one record: nobody refers to themselves.
    """

    columns: Mapping[str, Ints]
    members: Mapping[str, Ints]
    person: Ints
    parties: Ints
    apart: tuple[str, str] | None = None
    sizes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, column in (*self.columns.items(), *self.members.items()):
            self.sizes.setdefault(name, int(column.max(initial=-1)) + 1)

    def __len__(self) -> int:
        return len(self.person)

    def code_of_needs(self) -> Ints:
        """A number for everything that a record has several of, the same for the same."""
        if not self.members:
            return np.zeros(len(self), np.int64)
        both = np.hstack([np.sort(one, axis=1) for one in self.members.values()])
        if not len(both):
            return np.zeros(0, np.int64)
        _seen, code = np.unique(both, axis=0, return_inverse=True)
        return code.reshape(-1).astype(np.int64)

    def with_needs(self) -> dict[str, Ints]:
        """All columns, and what a record has several of as one more."""
        return {**self.columns, NEEDS: self.code_of_needs()}
