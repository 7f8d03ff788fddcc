"""Which places take whom: the mother with three children, and every plan against brute force."""

from __future__ import annotations

import uuid
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from agencies.rules.person import Certainty, Child, Person, Sex
from referral.rules.places import (
    ASK,
    NO,
    YES,
    Fit,
    Group,
    Guest,
    Plan,
    Space,
    fit_of,
    fits,
    fits_beside,
    group_of,
    plan_places,
)

FEMALE, MALE = Sex.FEMALE, Sex.MALE


def space(number: int, sex: str = "any", ages: tuple[int, int] = (0, 120), unit: str = "person",
          free: int = 10) -> Space:  # fmt: skip
    return Space(uuid.UUID(int=number), sex, *ages, unit, free, number)


def mother(*children: tuple[Sex, int], oldest_boy: int | None = None) -> Group:
    along = tuple(Child(sex, age) for sex, age in children)
    return group_of(Person(sex=FEMALE, age=30, children=along), oldest_boy)


def shown(plan: Plan | None) -> list[tuple[int, int]] | None:
    return None if plan is None else [(part.pool_id.int, part.places) for part in plan]


THREE = ((FEMALE, 3), (FEMALE, 8), (MALE, 9))


def test_a_mother_with_three_children() -> None:
    """Four places, or a room, or one place for a family; the whole unit comes first."""
    family = mother(*THREE)
    assert shown(plan_places(family, [space(1)])) == [(1, 4)]
    assert shown(plan_places(family, [space(1, unit="room")])) == [(1, 1)]
    assert shown(plan_places(family, [space(1, unit="family")])) == [(1, 1)]
    assert shown(plan_places(family, [space(1), space(2, unit="room")])) == [(2, 1)]
    assert plan_places(family, [space(1, free=3)]) is None


def test_a_boy_of_nine_cannot_take_a_womens_place() -> None:
    women = space(1, "female")
    assert plan_places(mother((MALE, 9)), [women]) is None
    assert fit_of(women, mother((MALE, 9)), 2) is ASK  # the service never said up to what age
    assert fit_of(women, mother((MALE, 9), oldest_boy=7), 2) is NO
    assert shown(plan_places(mother((MALE, 9), oldest_boy=10), [women])) == [(1, 2)]
    # Never without his mother, whatever is admitted with one.
    assert fits(women, Guest(MALE, (9, 9))) is NO
    grown = space(1, "female", (18, 60))
    assert plan_places(mother((MALE, 9), oldest_boy=10), [grown]) is None


def test_a_party_is_parted_when_together_they_take_everybody() -> None:
    family = mother((FEMALE, 3), (MALE, 15), oldest_boy=10)
    women, boys, room = space(1, "female"), space(2, "male", (12, 17)), space(3, "any", unit="room")
    assert shown(plan_places(family, [women, boys])) == [(1, 2), (2, 1)]
    assert shown(plan_places(family, [women, boys, room])) == [(3, 1)]
    assert plan_places(family, [women, space(2, "male", (18, 60))]) is None


def test_what_is_not_known_is_asked_and_never_guessed() -> None:
    unknown = group_of(Person())
    assert shown(plan_places(unknown, [space(1)])) == [(1, 1)]
    assert plan_places(unknown, [space(1, "female"), space(2, ages=(18, 60))]) is None
    assert shown(plan_places(unknown, [space(1, "female")], least=ASK)) == [(1, 1)]
    guessed = group_of(Person(sex=FEMALE, age=61, age_certainty=Certainty.ESTIMATED))
    assert fits(space(1, ages=(18, 60)), guessed.head) is ASK
    assert fits(space(1, "female"), Guest(Sex.OTHER, (30, 30))) is ASK


def test_somebody_alone_gets_a_bed_before_a_room_and_never_a_familys_place() -> None:
    alone = group_of(Person(sex=FEMALE, age=30))
    assert shown(plan_places(alone, [space(1, "female", unit="room"), space(2)])) == [(2, 1)]
    assert plan_places(alone, [space(1, unit="family")]) is None


def test_what_takes_anybody_stays_free() -> None:
    assert shown(plan_places(mother(), [space(1), space(2, "female", (18, 60))])) == [(2, 1)]


def test_a_father_and_his_daughter() -> None:
    father = group_of(Person(sex=MALE, age=40, children=(Child(FEMALE, 6),)))
    assert fit_of(space(1, "male"), father, 2) is NO
    assert fit_of(space(1, "male", unit="family"), father, 1) is YES


ages = st.none() | st.tuples(st.integers(0, 80), st.integers(0, 3)).map(lambda a: (a[0], sum(a)))
guests = st.builds(Guest, st.sampled_from([None, *Sex]), ages)
young = st.builds(
    Guest, st.sampled_from([FEMALE, MALE]), st.integers(0, 17).map(lambda age: (age, age))
)
groups = st.builds(
    Group, guests, st.lists(young, max_size=4).map(tuple), st.none() | st.integers(0, 17)
)
limits = st.sampled_from([(0, 120), (0, 11), (0, 17), (12, 17), (18, 60), (18, 120)])
spaces = st.lists(
    st.tuples(
        st.sampled_from(["female", "male", "any"]),
        limits,
        st.sampled_from(["person", "person", "family", "room"]),
        st.integers(0, 3),
    ),
    max_size=4,
).map(lambda found: [space(n, *one) for n, one in enumerate(found, start=1)])


def _rank(group: Group, pools: list[Space], seats: tuple[int, ...], least: Fit) -> object:
    """How good a seating is, or None where it cannot be; written from the rules, not the plan."""
    at = pools[seats[0]]
    if fits(at, group.head) < least:
        return None
    for child, seat in zip(group.children, seats[1:], strict=True):
        if seat == seats[0]:
            fit = fits_beside(at, child, group)
        else:
            fit = NO if pools[seat].unit != "person" else fits(pools[seat], child)
        if fit < least:
            return None
    for number in set(seats):
        one = pools[number]
        if one.free < (seats.count(number) if one.unit == "person" else 1):
            return None
    apart = len(seats) - seats.count(seats[0])
    if at.unit == "family" and apart == len(group.children):
        return None
    whole = at.unit != "person"
    one_unit = not apart and (whole if group.children else not whole)
    return (not one_unit, len(set(seats)), apart)


@settings(max_examples=400, deadline=None)
@given(groups, spaces, st.sampled_from([YES, ASK]))
def test_plans_are_as_good_as_the_best_of_all(group: Group, pools: list[Space], least: Fit) -> None:
    """There is a plan exactly when some seating works, and none is better."""
    seatings = product(range(len(pools)), repeat=group.size)
    ranks = [rank for seats in seatings if (rank := _rank(group, pools, seats, least))]
    plan = plan_places(group, pools, least=least)
    if plan is None:
        assert not ranks
        return
    by_id = {one.id: number for number, one in enumerate(pools)}
    seats = [-1] * group.size
    for part in plan:
        one = pools[by_id[part.pool_id]]
        assert part.places == (len(part.guests) if one.unit == "person" else 1) <= one.free
        for guest in part.guests:
            seats[guest] = by_id[part.pool_id]
    assert -1 not in seats
    assert _rank(group, pools, tuple(seats), least) == min(ranks)  # type: ignore[type-var]
