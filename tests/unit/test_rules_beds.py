"""Free places: whose pool, what unit, how old the figure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agencies.rules.beds import Beds, beds_for, free_places, is_enough, is_fresh, pools_for
from agencies.rules.candidate import PoolFigures
from agencies.rules.person import Certainty, Person, Sex, parse_children

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
DAY = timedelta(hours=24)
WOMAN = Person(sex=Sex.FEMALE, age=30)
MOTHER = Person(sex=Sex.FEMALE, age=30, children=parse_children("M8,F3"))


def pool(**facts: Any) -> PoolFigures:
    """A fresh pool for anybody with one free place, unless said otherwise."""
    hours_ago = facts.pop("hours_ago", 1)
    usual: dict[str, Any] = {
        "sex": "any",
        "minimum_age": 0,
        "maximum_age": 120,
        "unit": "person",
        "capacity": 10,
        "free": 1,
        "said_at": NOW - timedelta(hours=hours_ago),
    }
    return PoolFigures(**(usual | facts))


def beds(person: Person, *pools: PoolFigures) -> Beds:
    """What the pools say, when figures hold for a day."""
    return beds_for(person, NOW, DAY)(pools)


class TestWhosePool:
    @pytest.mark.parametrize(
        ("pool_sex", "takes"),
        [
            ("female", {Sex.FEMALE, None}),
            ("male", {Sex.MALE, None}),
            ("any", {Sex.FEMALE, Sex.MALE, Sex.OTHER, None}),
        ],
    )
    def test_by_sex_and_an_unknown_sex_excludes_nothing(
        self, pool_sex: str, takes: set[Sex | None]
    ) -> None:
        for sex in (*Sex, None):
            found = pools_for((pool(sex=pool_sex),), Person(sex=sex))
            assert bool(found) is (sex in takes)

    @pytest.mark.parametrize(
        ("age", "certainty", "takes"),
        [
            (17, Certainty.STATED, False),
            (18, Certainty.STATED, True),
            (59, Certainty.STATED, True),
            (60, Certainty.STATED, False),
            (61, Certainty.ESTIMATED, True),  # perhaps 59
            (62, Certainty.ESTIMATED, False),
            (19, Certainty.ESTIMATED, False),  # perhaps 17: a child
            (20, Certainty.ESTIMATED, True),
            (None, Certainty.STATED, True),
        ],
    )
    def test_by_age_and_an_unknown_age_excludes_nothing(
        self, age: int | None, certainty: Certainty, takes: bool
    ) -> None:
        found = pools_for(
            (pool(minimum_age=18, maximum_age=59),), Person(age=age, age_certainty=certainty)
        )
        assert bool(found) is takes

    def test_a_family_place_is_for_families(self) -> None:
        family = (pool(unit="family"),)
        assert not pools_for(family, WOMAN)
        assert pools_for(family, MOTHER)


class TestEnough:
    @pytest.mark.parametrize(
        ("unit", "free", "enough"),
        [
            ("person", 2, False),
            ("person", 3, True),
            ("family", 0, False),
            ("family", 1, True),
            ("room", 0, False),
            ("room", 1, True),
        ],
    )
    def test_of_persons_each_needs_one_of_the_others_one_is_for_all(
        self, unit: str, free: int, enough: bool
    ) -> None:
        assert is_enough(pool(unit=unit, free=free), MOTHER.party) is enough

    def test_places_of_two_pools_are_not_added_up(self) -> None:
        assert beds(MOTHER, pool(free=2), pool(free=2)) is Beds.TOO_FEW


class TestFresh:
    @pytest.mark.parametrize(
        ("seconds", "fresh"), [(-3600, True), (0, True), (86_400, True), (86_401, False)]
    )
    def test_to_the_second(self, seconds: int, fresh: bool) -> None:
        said = pool(said_at=NOW - timedelta(seconds=seconds))
        assert is_fresh(said, NOW, DAY) is fresh

    def test_the_operator_says_how_long_a_figure_holds(self) -> None:
        said = pool(hours_ago=30)
        assert is_fresh(said, NOW, timedelta(hours=48))


class TestBeds:
    def test_nothing_said_is_unsaid(self) -> None:
        assert beds(WOMAN) is Beds.UNSAID

    def test_a_fresh_pool_with_room_is_enough_whatever_the_others_say(self) -> None:
        assert beds(WOMAN, pool(free=0), pool(hours_ago=100, free=0), pool()) is Beds.ENOUGH

    def test_full_is_too_few(self) -> None:
        assert beds(WOMAN, pool(free=0)) is Beds.TOO_FEW

    def test_no_pool_for_this_person_is_too_few(self) -> None:
        assert beds(WOMAN, pool(sex="male"), pool(hours_ago=100, sex="male")) is Beds.TOO_FEW

    @pytest.mark.parametrize("free", [0, 5])
    def test_an_old_figure_is_a_reason_to_call(self, free: int) -> None:
        assert beds(WOMAN, pool(free=free, hours_ago=25)) is Beds.OLD

    def test_a_full_pool_and_an_old_figure_is_a_reason_to_call(self) -> None:
        assert beds(WOMAN, pool(free=0), pool(free=0, hours_ago=25)) is Beds.OLD

    def test_an_old_figure_of_somebody_elses_pool_is_none(self) -> None:
        assert beds(WOMAN, pool(free=0), pool(sex="male", hours_ago=25)) is Beds.TOO_FEW


class TestFreePlaces:
    def test_none_for_nobody(self) -> None:
        assert free_places((pool(sex="male"),), WOMAN) is None

    def test_counts_usable_pools_and_says_the_oldest_figure(self) -> None:
        pools = (
            pool(free=2, hours_ago=3),
            pool(free=1, hours_ago=30),
            pool(free=9, sex="male", hours_ago=300),
        )
        assert free_places(pools, WOMAN) == (3, NOW - timedelta(hours=30))
