"""The kinds of person of whom the gap map asks (`agencies/rules/kinds.py`), and when.

Everybody is asked for on an ordinary weekday at ten; *at night* is Sunday at 22:00.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agencies.rules.kinds import ANYONE, MAN, MOTHER, PERSONS, WHEELCHAIR
from agencies.rules.needs import ACCESSIBLE, MEN, MOTHER_AND_CHILD
from agencies.rules.person import Person

TUESDAY, SUNDAY = 1, 6
BY_DAY, BY_NIGHT = time(10), time(22)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of person, and on which weekday (Monday is 0) at which local time they are asked."""

    code: str
    person: Person
    weekday: int = TUESDAY
    at: time = BY_DAY


NIGHT = "night"

KINDS: dict[str, Kind] = {
    **{code: Kind(code, person) for code, person in PERSONS.items()},
    NIGHT: Kind(NIGHT, PERSONS[ANYONE], SUNDAY, BY_NIGHT),
}

# Alternative care, and the social worker of a child: nobody offers these to an adult.
FOR_CHILDREN = ("S10", "H6")

# A roof for men is a question about men: asked for somebody else it is another question. These
# leaves are asked of the kinds that they are for, and of whoever it may be.
ONLY_FOR: dict[str, frozenset[str]] = {
    MEN: frozenset({ANYONE, MAN, NIGHT}),
    MOTHER_AND_CHILD: frozenset({ANYONE, MOTHER, NIGHT}),
    ACCESSIBLE: frozenset({ANYONE, WHEELCHAIR, NIGHT}),
    **dict.fromkeys(FOR_CHILDREN, frozenset(KINDS) - {MAN, MOTHER}),
}


def is_asked(need: str, kind: str) -> bool:
    """Whether a need is asked for a kind of person at all."""
    return kind in ONLY_FOR.get(need, KINDS)


def moment_of(
    kind: Kind, today: date, zone: ZoneInfo, is_holiday: Callable[[date], bool]
) -> datetime:
    """The instant for which a kind is asked: the next such weekday after today that is no holiday.

    On holidays nothing ordinary is open: that would be a map of holidays. After a year without
    such a day (there is none) the last one is taken.
    """
    day = today + DAY
    day += DAY * ((kind.weekday - day.weekday()) % 7)
    for _week in range(52):
        if not is_holiday(day):
            break
        day += 7 * DAY
    return datetime.combine(day, kind.at, zone)
