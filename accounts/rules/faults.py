"""What can be wrong with a chain of the audit, and a sentence for each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What was done to a chain, as far as its rows tell."""

    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    REWRITTEN = "rewritten"
    CUT = "cut"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Found:
    """One fault: in which chain, at which number, of which kind, and the sentence that says it."""

    chain: str
    number: int
    kind: Fault
    sentence: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of a chain at some time; `at` is an ISO instant."""

    chain: str
    number: int
    own_hash: str
    at: str
