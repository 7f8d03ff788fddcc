"""The indicators are those of the field, and shares are fair to small agencies."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.rules.fairness import interval, prior, shares
from maps.rules.indicators import BY_CODE, INDICATORS, Group, Sense, of_group


def test_all_37_in_their_order() -> None:
    """13 is three, by how many were asked and refused; 25 is two: how full now, and at night."""
    numbers = [one.number for one in INDICATORS]
    assert numbers == sorted([*range(1, 38), 13, 13, 25])
    assert len(BY_CODE) == len(numbers)
    assert sum(len(of_group(group)) for group in Group) == len(numbers)
    assert all(one.label and one.definition.endswith(".") for one in INDICATORS)


def test_what_is_only_reported_is_never_scored() -> None:
    """domain.md §4.3: density and reciprocity say nothing of quality."""
    assert {BY_CODE[code].sense for code in ("density", "reciprocity")} == {Sense.REPORTED}


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), table I: method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(part: int, whole: int, low: float, high: float) -> None:
    assert interval(part, whole) == pytest.approx((low, high), abs=5e-5)


counts = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.lists(counts, min_size=1, max_size=40))
def test_a_fair_share_lies_between_its_own_and_the_common_one(
    records: list[tuple[int, int]],
) -> None:
    for_it, against = prior(records)
    common = for_it / (for_it + against)
    for share in shares(records):
        assert 0.0 <= share.low <= share.high <= 1.0
        assert 0.0 < share.fair < 1.0
        if share.plain is not None:
            assert share.low - 1e-9 <= share.plain <= share.high + 1e-9
            least, most = sorted((share.plain, common))
            assert least - 1e-9 <= share.fair <= most + 1e-9
        else:
            assert math.isclose(share.fair, common)


def test_few_referrals_weigh_little_and_many_weigh_much() -> None:
    """Two silences of two do not put a small agency below one that is silent half the time."""
    small, large, *_ = shares([(2, 2), (40, 80), *[(n % 5, 40) for n in range(20)]])
    assert small.fair < large.fair
    assert large.fair == pytest.approx(0.5, abs=0.05)
    assert small.high == 1.0
    assert small.low < 0.4


def test_agencies_that_differ_by_chance_alone_are_all_alike() -> None:
    alike = shares([(5, 10)] * 30)
    assert {round(one.fair, 3) for one in alike} == {0.5}
    first, *_ = shares([(10, 10), *[(5, 10)] * 30])
    assert first.fair < 0.75  # what is known of all holds one back that stands out


@pytest.mark.parametrize(("part", "whole"), [(-1, 3), (4, 3)])
def test_an_impossible_share_is_refused(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match=f"{part} of {whole}"):
        interval(part, whole)
