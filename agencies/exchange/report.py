"""What an import did: counts, refusals and warnings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from agencies.queries.known import Outcome
from core.errors import Trouble


@dataclass(frozen=True, slots=True)
class Remark:
    """Something said of a record; record 0 is the whole file."""

    record: int
    key: str
    trouble: Trouble


@dataclass(slots=True)
class Report:
    """The end of an import."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    refused: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)

    @property
    def refused_records(self) -> int:
        """How many records were refused; one may be refused for several reasons."""
        return len({remark.record for remark in self.refused})
