"""How ties are spread: counts, shares, and the two figures that are reported but never scored."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from referral.graph.measures.ties import Indexes, Ties


class Share(NamedTuple):
    """How much of everything one agency has."""

    agency: int
    share: float  # 0 to 1


class Reported(NamedTuple):
    """A figure of the whole network. `scored`: whether more of it is better.

    Density and reciprocity are not: what made real networks work was who co-ordinates and that it
    lasts, and referrals are not given back as a rule (domain.md §4.3).
    """

    value: float
    scored: bool = False


def in_degrees(ties: Ties) -> Indexes:
    """From how many agencies each one receives."""
    return np.bincount(ties.heads, minlength=ties.size).astype(np.int64)


def out_degrees(ties: Ties) -> Indexes:
    """To how many agencies each one sends."""
    return np.bincount(ties.tails, minlength=ties.size).astype(np.int64)


def centralisation(degrees: Indexes) -> float:
    """How far one agency stands out (Freeman): 1 for a star, 0 where all are alike.

    The sum of all distances to the largest degree, over (n − 1)², which a directed star without
    ties back has. 0 for fewer than two agencies.
    """
    size = len(degrees)
    if size < 2:
        return 0.0
    return float((degrees.max() - degrees).sum()) / (size - 1) ** 2


def top_receiver(ties: Ties) -> Share | None:
    """Who receives most of everything that was sent, as far as it is published; None if nothing."""
    whole = float(ties.sent.sum())
    if whole <= 0:
        return None
    received = np.bincount(ties.heads, weights=ties.sent, minlength=ties.size)
    top = int(received.argmax())
    return Share(top, float(received[top]) / whole)


def density(ties: Ties) -> Reported:
    """Which share of all possible directed ties there is."""
    return Reported(len(ties) / _possible(ties) if _possible(ties) else 0.0)


def weighted_density(ties: Ties) -> Reported:
    """How many persons were sent, on average, for each possible directed tie."""
    return Reported(float(ties.sent.sum()) / _possible(ties) if _possible(ties) else 0.0)


def reciprocity(ties: Ties) -> Reported:
    """Which share of ties is answered by one in the other direction; 0 without ties."""
    if not len(ties):
        return Reported(0.0)
    there, back = ties.tails * ties.size + ties.heads, ties.heads * ties.size + ties.tails
    return Reported(float(np.isin(there, back).mean()))


def _possible(ties: Ties) -> int:
    return ties.size * (ties.size - 1)
