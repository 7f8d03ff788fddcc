"""Shares that are fair to small agencies: intervals, and estimates drawn to the common record."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z95 = 1.959964  # of the normal distribution, for 95 of 100
LEAST_STRENGTH, MOST_STRENGTH = 1.0, 500.0


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, and what may be said of an agency by it.

    `low`, `high`: between which the true share lies in 95 of 100 cases. `fair`: the estimate after
    it was drawn towards what agencies do together, the more the less is known of this one.
    """

    part: int
    whole: int
    low: float
    high: float
    fair: float

    @property
    def plain(self) -> float | None:
        """The share as counted, 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Steps:
    """A share of which only the steps are published between which it lies, 0 to 1: its counts are
    hidden. The middle stands for it where agencies are put in order.
    """

    low: float
    high: float

    @property
    def fair(self) -> float:
        """The middle."""
        return (self.low + self.high) / 2


def interval(part: int, whole: int) -> tuple[float, float]:
    """Wilson's score interval of a share, 0 to 1: honest for few and for shares near 0 or 1.

    (0, 1) of nothing. `ValueError` for a part below 0 or above the whole. Source: E. B. Wilson,
    Probable inference, JASA 22 (1927).
    """
    if not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole}")
    if not whole:
        return 0.0, 1.0
    share, z2 = part / whole, Z95 * Z95
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    spread = Z95 * math.sqrt(share * (1 - share) / whole + z2 / (4 * whole**2)) / (1 + z2 / whole)
    low = 0.0 if part == 0 else max(0.0, middle - spread)
    high = 1.0 if part == whole else min(1.0, middle + spread)
    return low, high


def prior(counts: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Two counts (for, against) that stand for what agencies do together (a beta distribution).

    By the moments of the observed shares: the less agencies differ by more than chance, the
    stronger. (1, 1), which says nothing, of nobody.
    """
    known = [(part, whole) for part, whole in counts if whole]
    total = sum(whole for _, whole in known)
    if not total:
        return 1.0, 1.0
    mean = sum(part for part, _ in known) / total
    mean = min(max(mean, 1 / (total + 2)), 1 - 1 / (total + 2))
    strength = _strength(known, mean, total)
    return mean * strength, (1 - mean) * strength


def _strength(known: Sequence[tuple[int, int]], mean: float, total: int) -> float:
    """How many referrals the common record is worth beside an agency's own."""
    if len(known) < 2:
        return LEAST_STRENGTH
    chance = mean * (1 - mean)
    spread = sum(whole * (part / whole - mean) ** 2 for part, whole in known)
    free = total - sum(whole**2 for _, whole in known) / total
    between = (spread - (len(known) - 1) * chance) / free if free else 0.0
    if between <= 0:
        return MOST_STRENGTH
    return min(max(chance / between - 1, LEAST_STRENGTH), MOST_STRENGTH)


def shares(counts: Sequence[tuple[int, int]]) -> list[Share]:
    """Each agency's share (part, whole) with its interval and its fair estimate."""
    for_it, against = prior(counts)
    return [
        Share(part, whole, *interval(part, whole), (part + for_it) / (whole + for_it + against))
        for part, whole in counts
    ]
