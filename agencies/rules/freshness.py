"""How long a fact may be believed: each decays at its own rate (domain.md §3; beds in a day)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

VERIFICATION_LASTS = timedelta(days=90)
# A fact is getting old in the last part of its time: there is still time to ask about it.
AGEING_FROM = 5 / 6


class Fact(StrEnum):
    """What is confirmed by itself: a part of what an agency, a service or a place says."""

    BEDS = "beds"
    PHONE = "phone"
    HOURS = "hours"
    ELIGIBILITY = "eligibility"
    ACCESS = "access"
    ABOUT = "about"


YEAR = timedelta(days=365)
LASTS: dict[Fact, timedelta] = {
    Fact.BEDS: timedelta(hours=24),
    Fact.PHONE: timedelta(days=90),
    Fact.HOURS: timedelta(days=90),
    Fact.ELIGIBILITY: YEAR,
    Fact.ACCESS: YEAR,
    Fact.ABOUT: YEAR,
}


def is_verification_old(verified_at: date | None, today: date) -> bool:
    """Whether an entry should be verified again; one that never was is old."""
    return verified_at is None or today - verified_at > VERIFICATION_LASTS


def is_fact_old(fact: Fact, checked: date | None, today: date) -> bool:
    """Whether a fact was confirmed too long ago to rely on; never confirmed is old."""
    return checked is None or today - checked > LASTS[fact]


def is_fact_ageing(fact: Fact, checked: date | None, today: date) -> bool:
    """Whether it is time to ask if a fact is still right; an old one is ageing too."""
    return checked is None or today - checked > LASTS[fact] * AGEING_FROM


def are_beds_ageing(said_at: datetime, now: datetime) -> bool:
    """Whether a figure of beds should be said again (aware instants)."""
    return now - said_at > LASTS[Fact.BEDS] * AGEING_FROM
