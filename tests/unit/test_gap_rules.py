"""The rules of gaps, and the ground they are told on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from agencies.queries.hours import is_holiday
from agencies.queries.places import area_at, areas_at
from agencies.rules.kinds import ANYONE, MAN
from core.geometry import cell_km2
from maps.queries.gaps.demand import Counted, Demand, What
from maps.queries.gaps.ground import resolution_for
from maps.rules.gaps import (
    FARTHEST,
    NOBODY,
    NOBODY_KM,
    Asked,
    Averages,
    is_gap,
    is_worse,
    score,
    shade_of,
    summed,
)
from maps.rules.kinds import KINDS, NIGHT, is_asked, moment_of
from tests.support.missing import require_shared
from tests.support.places import gazetteer, load

JAKARTA = ZoneInfo("Asia/Jakarta")


def test_classes_begin_where_the_last_one_ends() -> None:
    """A limit belongs to the nearer class; nobody is a class of its own."""
    assert [shade_of(km) for km in (0.0, 5.0, 5.1, 30.0, 60.0, 61.0)] == [0, 0, 1, 2, 3, FARTHEST]
    assert shade_of(None) == NOBODY
    assert (is_gap(29.9), is_gap(30.0), is_gap(None)) == (False, True, True)
    assert is_worse(None, 500.0)
    assert not is_worse(20.0, 16.0)


def test_what_is_not_known_counts_as_average() -> None:
    """Neither first nor last for being unknown; nobody is as bad as anything far."""
    averages = Averages(asked=9.0, people=1000.0)
    unknown = score(40.0, None, None, averages)
    assert unknown == 40.0
    assert score(40.0, Asked(9), 1000, averages) == unknown
    assert score(40.0, Asked(20), 1000, averages) > unknown > score(40.0, Asked(0), 1000, averages)
    assert score(40.0, Asked(0), 1000, averages) > 0
    assert score(None, None, None, averages) == NOBODY_KM == score(9_000.0, None, None, averages)
    assert score(10.0, Asked(None), None, Averages()) == 10.0


def test_counts_of_which_parts_are_hidden() -> None:
    """A sum says that it is one of at least."""
    assert summed([]) is None
    assert summed([Asked(7), Asked(8)]) == Asked(15)
    assert summed([Asked(7), Asked(None)]) == Asked(7, or_more=True)
    assert summed([Asked(None), Asked(None)]) == Asked(None)
    counts = {"31.75.10": Asked(7), "31.75.04": Asked(None)}
    demand = Demand("2026", {(What.REFERRED, "S1"): counts})
    assert demand.of(What.REFERRED, "S1", "31.75") == Asked(7, or_more=True)
    assert demand.asked("S1", "31.74") is None
    assert Counted(What.UNMET, "S1", "31", None).count is None


def test_kinds_are_asked_on_an_ordinary_day() -> None:
    """Tuesday at ten, Sunday at night; never on a holiday."""
    sunday = date(2026, 11, 22)
    day = moment_of(KINDS[ANYONE], sunday, JAKARTA, is_holiday)
    assert (day.weekday(), day.hour, day.date()) == (1, 10, date(2026, 11, 24))
    night = moment_of(KINDS[NIGHT], sunday, JAKARTA, is_holiday)
    assert (night.weekday(), night.hour, night.date()) == (6, 22, date(2026, 11, 29))
    later = moment_of(KINDS[MAN], sunday, JAKARTA, lambda one: one == day.date())
    assert later.date() == date(2026, 12, 1)
    assert is_asked("S3", MAN)
    assert not is_asked("S3", "mother")


@pytest.mark.parametrize("km2", [660.0, 6_400.0, 130_000.0, 1_900_000.0])
def test_a_city_and_a_country_have_cells_of_their_size(km2: float) -> None:
    """Some hundred cells for a city, under five thousand for the country."""
    count = km2 / cell_km2(resolution_for(km2))
    assert 60 < count < (700 if km2 < 1_000_000 else 5_000)


def test_many_points_at_once_lie_where_each_does(app: Flask, tmp_path: Path) -> None:
    """The districts of a whole map, with outlines and without, equal find's."""
    load(app, "--small", gazetteer(tmp_path))
    chance = Random(5)
    points = [(chance.uniform(-6.9, -5.9), chance.uniform(106.4, 107.3)) for _ in range(60)]
    points += [(-60.0, 10.0), (-6.325, 106.903)]
    assert areas_at(points) == [area_at(*point) for point in points]
    load(app, require_shared("data/jakarta/jakarta_kecamatan.geojson"))
    assert areas_at(points) == [area_at(*point) for point in points]
    assert areas_at([]) == []
