"""Which places take whom, how many are needed, and how long they are kept.

Sources: domain.md §1.5 and §3, design.md §4 (pools by sex, age and family unit) and §6 (a hold).
A place that may or may not take somebody, because a fact about them is unknown, is *ask first*:
it is never given by itself, and never refused to a clerk who says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from itertools import combinations
from operator import attrgetter

from agencies.rules.needs import Urgency
from agencies.rules.person import OLDEST, Person, Sex, age_range

# [P]: as long as the service may take to begin in an emergency, then as people travel.
HELD_FOR: dict[Urgency, timedelta] = {
    Urgency.EMERGENCY: timedelta(hours=6),
    Urgency.URGENT: timedelta(hours=24),
    Urgency.ROUTINE: timedelta(days=3),
}
# [P]: a flight, ship or bus that is late, and the way from it to the door.
AFTER_ARRIVAL = timedelta(hours=3)

PERSON, FAMILY, ROOM = "person", "family", "room"
ANY = "any"


class Fit(IntEnum):
    """Whether a place takes somebody; ASK: a fact is unknown."""

    NO = 0
    ASK = 1
    YES = 2


NO, ASK, YES = Fit.NO, Fit.ASK, Fit.YES


@dataclass(frozen=True, slots=True)
class Space:
    """A pool as the rules see it. Ages in years, both included; `unit`: person, family or room."""

    id: uuid.UUID
    sex: str  # female, male or any
    minimum_age: int
    maximum_age: int
    unit: str
    free: int
    position: int = 0

    @property
    def breadth(self) -> tuple[bool, int]:
        """How many kinds of people it takes: the narrower place is given first."""
        return self.sex == ANY, self.maximum_age - self.minimum_age

    @property
    def takes_whole_families(self) -> bool:
        """Whether one place of it is for everybody who comes together."""
        return self.unit != PERSON


@dataclass(frozen=True, slots=True)
class Guest:
    """One of a party; `ages`: youngest and oldest that they may be, None when not known."""

    sex: Sex | None
    ages: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Group:
    """Who comes together: an adult (or a child alone) first, then the children along.

    `oldest_boy` is the age up to which the asked service admits boys with their mother, None when
    it never said.
    """

    head: Guest
    children: tuple[Guest, ...] = ()
    oldest_boy: int | None = None

    @property
    def size(self) -> int:
        """How many people."""
        return 1 + len(self.children)


@dataclass(frozen=True, slots=True)
class Part:
    """So many places of one pool; `guests` are numbers in the group, 0 the head."""

    pool_id: uuid.UUID
    places: int
    guests: tuple[int, ...] = ()


Plan = tuple[Part, ...]


def group_of(person: Person, oldest_boy: int | None = None) -> Group:
    """The party of a person as the facts of a referral name it."""
    along = tuple(Guest(child.sex, (child.age, child.age)) for child in person.children)
    return Group(Guest(person.sex, age_range(person)), along, oldest_boy)


def places_needed(unit: str, party: int) -> int:
    """Places of a pool for a party of so many: a room or a family's place takes all of them."""
    return party if unit == PERSON else 1


def fits(space: Space, guest: Guest) -> Fit:
    """Whether a place takes somebody by sex and age, as if they came alone."""
    return min(_sex_fits(space, guest.sex), _age_fits(space, guest.ages))


def fits_beside(space: Space, child: Guest, group: Group) -> Fit:
    """Whether a place takes a child of the group where its head is.

    A boy may come with his mother into women's places as old as the service said; where it never
    said, that is asked. The ages of a room or a family's place are those of its adult.
    """
    if space.sex == Sex.FEMALE.value and child.sex is Sex.MALE:
        sex = _boy_fits(child, group)
    elif space.takes_whole_families:
        sex = YES  # a father's room takes his daughter
    else:
        sex = _sex_fits(space, child.sex)
    return sex if space.takes_whole_families else min(sex, _age_fits(space, child.ages))


def fit_of(space: Space, group: Group, places: int) -> Fit:
    """Whether so many places of one pool can be given to this group, or to so many of it."""
    head = fits(space, group.head)
    beside = [fits_beside(space, child, group) for child in group.children]
    if space.takes_whole_families:
        if space.unit == FAMILY and not group.children:
            return NO
        return min([head, *beside])
    apart = [fits(space, child) for child in group.children]
    best = max(_worst_of([head, *beside], places), _worst_of(apart, places))
    return best if places <= group.size else min(best, ASK)


def plan_places(group: Group, spaces: Sequence[Space], *, least: Fit = YES) -> Plan | None:
    """The places that together take everybody; None when there are none.

    One place for the whole family comes first, then as few pools as possible, then as few children
    apart from who brings them, then the narrowest pools, so that what takes anybody stays free.
    Somebody who comes alone gets a bed before a room. `least` ASK also gives what must be asked.
    """
    usable = sorted((s for s in spaces if s.free > 0), key=lambda s: (s.breadth, s.position, s.id))
    if not _plans(group, usable, least):
        return None  # not even with all of them: no combination has to be tried
    for count in range(1, min(len(usable), group.size) + 1):
        found = [
            ranked
            for chosen in combinations(range(len(usable)), count)
            for ranked in _ranked(group, usable, chosen, least)
        ]
        if found:
            return min(found)[-1]
    return None


Rank = tuple[bool, int, tuple[int, ...], int, Plan]


def _ranked(
    group: Group, spaces: Sequence[Space], chosen: tuple[int, ...], least: Fit
) -> Iterator[Rank]:
    """The plans with these pools, each after what it is preferred by."""
    here = [spaces[number] for number in chosen]
    for at, plan in _plans(group, here, least):
        parts = tuple(sorted((part for part in plan if part.places), key=attrgetter("guests")))
        whole = here[at].takes_whole_families
        wanted = whole if group.children else not whole
        apart = group.size - len(plan[at].guests)
        yield not (wanted and not apart), apart, chosen, at, parts


def _plans(group: Group, spaces: Sequence[Space], least: Fit) -> list[tuple[int, Plan]]:
    """For each pool that can take the head: a plan with as many children there as can be."""
    found = []
    for at, space in enumerate(spaces):
        if fits(space, group.head) >= least:
            seats = _seats(group, spaces, at, least)
            if seats is not None:
                found.append((at, _spelt(spaces, at, seats)))
    return found


def _seats(group: Group, spaces: Sequence[Space], at: int, least: Fit) -> list[int] | None:
    """For each child the number of its pool when the head is at `at`; None when some have none.

    First those who cannot be with the head, then as many more as do not find room there. Whoever
    has a seat keeps one while others move (augmenting paths), so nothing is missed.
    """
    head = spaces[at]
    beside = [fits_beside(head, child, group) >= least for child in group.children]
    others = [
        [n for n, s in enumerate(spaces) if n != at and not s.takes_whole_families
         and fits(s, child) >= least]
        for child in group.children
    ]  # fmt: skip
    taken: dict[int, list[int]] = {n: [] for n in range(len(spaces))}
    for child, may_stay in enumerate(beside):
        if not may_stay and not _seat(child, others, spaces, taken, set()):
            return None
    room = group.size if head.takes_whole_families else head.free
    for child, may_stay in enumerate(beside):
        seated = sum(map(len, taken.values()))
        if group.size - seated <= room:
            break
        if may_stay:
            _seat(child, others, spaces, taken, set())
    seats = [at] * len(group.children)
    for number, children in taken.items():
        for child in children:
            seats[child] = number
    together = 1 + seats.count(at)
    if together > room or (head.unit == FAMILY and together == 1):
        return None
    return seats


def _seat(
    child: int,
    others: Sequence[Collection[int]],
    spaces: Sequence[Space],
    taken: dict[int, list[int]],
    tried: set[int],
) -> bool:
    for number in others[child]:
        if number in tried:
            continue
        tried.add(number)
        inside = taken[number]
        if len(inside) < spaces[number].free:
            inside.append(child)
            return True
        for other in list(inside):
            if _seat(other, others, spaces, taken, tried):
                inside[inside.index(other)] = child
                return True
    return False


def _spelt(spaces: Sequence[Space], at: int, seats: Sequence[int]) -> Plan:
    guests: list[list[int]] = [[] for _ in spaces]
    guests[at].append(0)
    for child, number in enumerate(seats, start=1):
        guests[number].append(child)
    return tuple(
        Part(space.id, places_needed(space.unit, len(inside)) if inside else 0, tuple(inside))
        for space, inside in zip(spaces, guests, strict=True)
    )


def _worst_of(fitting: Sequence[Fit], places: int) -> Fit:
    """How surely so many of them fit: the best ones are taken."""
    return min(sorted(fitting, reverse=True)[:places], default=NO)


def _sex_fits(space: Space, sex: Sex | None) -> Fit:
    if space.sex == ANY:
        return YES
    if sex is None or sex is Sex.OTHER:
        return ASK  # where somebody is safe is for them to say, not for a table
    return YES if space.sex == sex.value else NO


def _boy_fits(child: Guest, group: Group) -> Fit:
    if group.head.sex is Sex.MALE:
        return NO
    if group.oldest_boy is None:
        return ASK
    return YES if child.ages is not None and child.ages[1] <= group.oldest_boy else NO


def _age_fits(space: Space, ages: tuple[int, int] | None) -> Fit:
    low, high = space.minimum_age, space.maximum_age
    if ages is None:
        return YES if low <= 0 and high >= OLDEST else ASK
    if ages[1] < low or ages[0] > high:
        return NO
    return YES if low <= ages[0] and ages[1] <= high else ASK
