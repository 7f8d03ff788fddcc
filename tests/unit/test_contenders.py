"""Whom a shelf hands on: nobody is left out who could be shown, wherever the horizon will lie."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.queries.find.shelves import sieve
from agencies.queries.find.shelves.sieve import contenders
from agencies.queries.find.shelves.worth import ASKED, FAILED, SILENT
from agencies.rules.ranking import FEWEST_NEAR_MISSES, Head, head

# How an offer was judged, how many tenths of a km away at least, by how many more, unmet needs,
# within how many minutes it answers.
offers = st.lists(
    st.tuples(
        st.sampled_from((0, ASKED, FAILED, FAILED + 2 * ASKED, SILENT)),
        st.integers(0, 700),
        st.integers(0, 3),
        st.integers(0, 2),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=40,
)
voices = st.lists(
    st.tuples(
        st.sampled_from((0, ASKED, FAILED)),
        st.sampled_from((0, 0, 0, 1)),
        st.just(0),
        st.integers(0, 1),
        st.integers(0, 5),
    ),
    min_size=20,
    max_size=80,
)


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Equals are ordered however few there are: so a short list shows it too."""
    monkeypatch.setattr(sieve, "MANY_EQUALS", 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(offers, voices), st.integers(1, 8), st.integers(0, 3), *[st.booleans()] * 2)
def test_nobody_who_could_be_shown_is_left_out(
    met: list[tuple[int, int, int, int, int]], limit: int, shift: int, several: bool, prompt: bool
) -> None:
    said, low, more, lacking, minutes = (np.array(column) for column in zip(*met, strict=True))
    true = np.minimum(low + shift, low + more)  # the distance, of which only bounds were known
    unmet = lacking if several else None
    tens = np.array([low, low + more], dtype=float)
    kept = contenders(said, tens, unmet, minutes if prompt else None, limit).tolist()
    assert len(set(kept)) == len(kept)

    def order(one: int) -> tuple[Head, int]:
        sure = not said[one] & (FAILED - 1 | FAILED)
        first = head(-int(lacking[one]) if several else 0, sure=bool(sure), shown_km=true[one] / 10)
        return first, int(minutes[one]) if prompt else 0

    fits = sorted((one for one in range(len(met)) if not said[one] & FAILED), key=order)
    assert _with_equals(fits, limit, order) <= set(kept)
    misses = [one for one in range(len(met)) if said[one] & FAILED]
    for horizon in sorted({*true.tolist()}):
        near = sorted((one for one in misses if true[one] <= horizon), key=order)
        assert _with_equals(near, max(limit, FEWEST_NEAR_MISSES), order) <= set(kept)


def test_of_many_equals_only_the_soonest_are_handed_on() -> None:
    said, tens = np.zeros(200, dtype=np.int32), np.zeros((2, 200))
    minutes = np.array([60, 15, 30, 240] * 50)
    kept = contenders(said, tens, None, minutes, 10)
    assert sorted(kept) == [one for one in range(200) if minutes[one] == 15]
    assert len(contenders(said, tens, None, None, 10)) == 200


def _with_equals(ordered: list[int], count: int, order: object) -> set[int]:
    assert callable(order)
    if len(ordered) <= count:
        return set(ordered)
    return {one for one in ordered if order(one) <= order(ordered[count - 1])}
