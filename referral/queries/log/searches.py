"""The register of unmet needs in columns: one row for each search that found nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import select

from agencies.rules.needs import Urgency, all_needs
from agencies.rules.person import Sex
from core.asking import ask
from referral.models import UnmetNeed
from referral.queries.log.columns import NO, Ints


@dataclass(frozen=True, slots=True)
class Searches:
    """Searches without result. The register has a row for each need and no word of who searched.

    What was asked at the same hour, in the same district, for the same kind of person is taken
    for one search, and what agrees in all but the hour of a day for one person: rather too few
    persons than too many.
    """

    areas: list[str]  # codes of districts, in order
    ages: list[str]  # bands, in order
    month: Ints  # 1 to 12
    year: Ints
    hour: Ints
    area: Ints
    sex: Ints  # of list(Sex)
    age: Ints
    with_children: Ints
    disability: Ints
    foreign: Ints
    urgency: Ints
    needs: Ints
    person: Ints

    def __len__(self) -> int:
        return len(self.hour)


def read_searches(first: date, last: date) -> Searches:
    """The searches of some local days, the last one included."""
    row = UnmetNeed
    found = ask(
        select(
            row.day, row.area_code, row.sex, row.age_band, row.with_children, row.disability,
            row.foreign, row.urgency, row.hour, row.need,
        )
        .where(row.day >= first, row.day <= last)
        .order_by(row.day, row.hour)
    ).all()  # fmt: skip
    searches: dict[tuple[Any, ...], set[str]] = {}
    for *search, need in found:
        searches.setdefault(tuple(search), set()).add(need)
    return _searches(list(searches), list(searches.values()))


def _searches(rows: Sequence[tuple[Any, ...]], needs: Sequence[set[str]]) -> Searches:
    areas = sorted({row[1] for row in rows if row[1]})
    ages = sorted({row[3] for row in rows if row[3]})
    people: dict[tuple[Any, ...], int] = {}
    order = {code: at for at, code in enumerate(all_needs())}
    width = max(map(len, needs), default=1)
    members = np.full((len(rows), width), NO, np.int64)
    for at, asked in enumerate(needs):
        members[at, : len(asked)] = sorted(order[need] for need in asked)
    return Searches(
        areas=areas,
        ages=ages,
        month=_ints([row[0].month for row in rows]),
        year=_ints([row[0].year for row in rows]),
        hour=_ints([row[8] for row in rows]),
        area=_at([row[1] for row in rows], areas),
        sex=_at([row[2] for row in rows], list(Sex)),
        age=_at([row[3] for row in rows], ages),
        with_children=_ints([row[4] for row in rows]),
        disability=_ints([row[5] for row in rows]),
        foreign=_ints([row[6] for row in rows]),
        urgency=_at([row[7] for row in rows], list(Urgency)),
        needs=members,
        person=_ints([people.setdefault(row[:8], len(people)) for row in rows]),
    )


def _ints(values: Sequence[Any]) -> Ints:
    return np.asarray(values, np.int64)


def _at(values: Sequence[str | None], words: Sequence[str]) -> Ints:
    known = {word: at for at, word in enumerate(words)}
    return np.asarray([known.get(one, NO) if one else NO for one in values], np.int64)
