"""Pools of places in a cell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.exchange import messages as says
from agencies.exchange.messages import CellError
from agencies.exchange.pools import Clock, read_pools, spell_pools
from agencies.models import PoolSex, PoolUnit
from agencies.models.records import PoolRecord

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CLOCK = Clock(NOW)
AT = "at=2026-11-20T18:00+07:00"
kept = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
trimmed = st.text(kept, min_size=1).map(str.strip).filter(bool)


@st.composite
def pools(draw: st.DrawFn) -> PoolRecord:
    """Any pool that contradicts nothing."""
    low, high = sorted((draw(st.integers(0, 120)), draw(st.integers(0, 120))))
    taken = [draw(st.integers(0, 50)) for _ in range(3)]
    return PoolRecord(
        label=draw(trimmed),
        sex=draw(st.sampled_from(PoolSex)),
        minimum_age=low,
        maximum_age=high,
        unit=draw(st.sampled_from(PoolUnit)),
        capacity=sum(taken) + draw(st.integers(0, 50)),
        occupied=taken[0],
        held=taken[1],
        closed=taken[2],
        said_at=NOW - timedelta(microseconds=draw(st.integers(0, 10**15))),
        said_by=draw(st.none() | trimmed),
    )


@given(st.lists(pools(), unique_by=lambda pool: pool.label).map(tuple))
def test_round_trip(given_pools: tuple[PoolRecord, ...]) -> None:
    """Every figure, label and moment comes back."""
    assert read_pools(spell_pools(given_pools), CLOCK) == given_pools


def test_the_documented_spelling() -> None:
    """Held and closed are 0 where nobody said them."""
    (pool,) = read_pools(
        f"Kamar perempuan: sex=female age=18-120 unit=person capacity=12 occupied=9 {AT}", CLOCK
    )
    assert (pool.capacity, pool.occupied, pool.held, pool.closed) == (12, 9, 0, 0)
    assert pool.said_at == datetime(2026, 11, 20, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (f"Kamar: capacity=2 occupied=3 {AT}", says.POOL_FULL),
        (f"Kamar: capacity=2 occupied=1 held=1 closed=1 {AT}", says.POOL_FULL),
        (f"Kamar: age=20-10 capacity=2 {AT}", says.POOL_AGES),
        (f"Kamar: age=0-121 capacity=2 {AT}", says.POOL_AGES),
        (f"Kamar: capacity=2 {AT}; Kamar: capacity=3 {AT}", says.POOL_TWICE),
        ("Kamar: capacity=2 at=2026-11-20T18:00", says.POOL_MOMENT),
        ("Kamar: capacity=2 at=yesterday", says.POOL_MOMENT),
        ("Kamar: capacity=2 at=2026-11-22T18:00+07:00", says.POOL_FUTURE),
        ("Kamar: capacity=2 at=-3h", says.POOL_RELATIVE),
        (f"Kamar: capacity=-2 {AT}", says.UNREADABLE_POOLS),
        (f"Kamar: capacity=two {AT}", says.UNREADABLE_POOLS),
        (f"Kamar: sex=both capacity=2 {AT}", says.UNREADABLE_POOLS),
        (f"Kamar: capacity=2 capacity=3 {AT}", says.UNREADABLE_POOLS),
        (f"Kamar: capacity=2 beds=3 {AT}", says.UNREADABLE_POOLS),
        ("Kamar: capacity=2", says.UNREADABLE_POOLS),
        ("12 places", says.UNREADABLE_POOLS),
        (f": capacity=2 {AT}", says.UNREADABLE_POOLS),
    ],
)
def test_what_contradicts_itself_says_why(cell: str, message: str) -> None:
    """Overfull, upside-down, in the future, or not to be read at all."""
    with pytest.raises(CellError) as error:
        read_pools(cell, CLOCK)
    assert error.value.message == message


@pytest.mark.parametrize(("ago", "hours"), [("-3h", 3), ("-9d", 216)])
def test_relative_moments_are_for_samples(ago: str, hours: int) -> None:
    """Counted back from the import."""
    (pool,) = read_pools(f"Kamar: capacity=2 at={ago}", Clock(NOW, relative_times=True))
    assert pool.said_at == NOW - timedelta(hours=hours)
