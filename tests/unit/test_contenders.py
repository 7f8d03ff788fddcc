"""Whom a shelf hands on: nobody is left out who could be shown, wherever the horizon will lie."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agencies.queries.find.shelves.sieve import contenders
from agencies.queries.find.shelves.worth import ASKED, FAILED, SILENT
from agencies.rules.ranking import FEWEST_NEAR_MISSES, Head, head

# How an offer was judged, how many tenths of a km away at least, by how many more, unmet needs.
offers = st.lists(
    st.tuples(
        st.sampled_from((0, ASKED, FAILED, FAILED + 2 * ASKED, SILENT)),
        st.integers(0, 700),
        st.integers(0, 3),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=40,
)


@given(offers, st.integers(1, 8), st.integers(0, 3), st.booleans())
def test_nobody_who_could_be_shown_is_left_out(
    met: list[tuple[int, int, int, int]], limit: int, shift: int, several: bool
) -> None:
    said, low, more, lacking = (np.array(column) for column in zip(*met, strict=True))
    true = np.minimum(low + shift, low + more)  # the distance, of which only bounds were known
    unmet = lacking if several else None
    tens = np.array([low, low + more], dtype=float)
    kept = contenders(said, tens, unmet, limit).tolist()
    assert len(set(kept)) == len(kept)

    def order(one: int) -> Head:
        sure = not said[one] & (FAILED - 1 | FAILED)
        return head(-int(lacking[one]) if several else 0, sure=bool(sure), shown_km=true[one] / 10)

    fits = sorted((one for one in range(len(met)) if not said[one] & FAILED), key=order)
    assert _with_equals(fits, limit, order) <= set(kept)
    misses = [one for one in range(len(met)) if said[one] & FAILED]
    for horizon in sorted({*true.tolist()}):
        near = sorted((one for one in misses if true[one] <= horizon), key=order)
        assert _with_equals(near, max(limit, FEWEST_NEAR_MISSES), order) <= set(kept)


def _with_equals(ordered: list[int], count: int, order: object) -> set[int]:
    assert callable(order)
    if len(ordered) <= count:
        return set(ordered)
    return {one for one in ordered if order(one) <= order(ordered[count - 1])}
