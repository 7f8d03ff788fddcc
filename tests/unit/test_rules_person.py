"""What is known of the person: ages in doubt, children, defaults that the need gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.rules.person import (
    OLDEST,
    Certainty,
    Child,
    Disability,
    Person,
    Sex,
    age_range,
    may_be_child,
    parse_children,
    with_what_the_need_says,
)

SURE = (Certainty.DOCUMENT, Certainty.STATED)


class TestAgeRange:
    def test_unknown_age_is_no_range(self) -> None:
        assert age_range(Person()) is None
        assert not may_be_child(Person())

    @pytest.mark.parametrize("certainty", SURE)
    @pytest.mark.parametrize("age", [0, 16, 17, 18, 19, 120])
    def test_a_document_and_a_statement_are_taken_as_they_are(
        self, certainty: Certainty, age: int
    ) -> None:
        assert age_range(Person(age=age, age_certainty=certainty)) == (age, age)

    @pytest.mark.parametrize(
        ("age", "expected"),
        [
            (0, (0, 2)),
            (1, (0, 3)),
            (15, (13, 17)),
            (16, (14, 17)),  # up to 18, but in doubt a child
            (17, (15, 17)),
            (18, (16, 17)),
            (19, (17, 17)),
            (20, (18, 22)),  # surely grown
            (119, (117, 120)),
            (120, (118, 120)),
        ],
    )
    def test_an_estimate_is_two_years_wide_and_in_doubt_a_child(
        self, age: int, expected: tuple[int, int]
    ) -> None:
        assert age_range(Person(age=age, age_certainty=Certainty.ESTIMATED)) == expected

    @given(st.integers(0, OLDEST), st.sampled_from(Certainty))
    def test_is_never_empty_and_a_child_is_whoever_may_be_one(
        self, age: int, certainty: Certainty
    ) -> None:
        person = Person(age=age, age_certainty=certainty)
        youngest, oldest = age_range(person) or (1, 0)
        assert 0 <= youngest <= oldest <= OLDEST
        assert may_be_child(person) is (youngest < 18)
        assert may_be_child(person) is (oldest < 18)


class TestChildren:
    @pytest.mark.parametrize(
        "text", ["M8,F3", "m8, f3", "L8;P3", " l 8 , p 3 ", "M8,,F3,", "M08,F03"]
    )
    def test_are_written_in_several_ways(self, text: str) -> None:
        assert parse_children(text) == (Child(Sex.MALE, 8), Child(Sex.FEMALE, 3))

    def test_none_are_none(self) -> None:
        assert parse_children("") == parse_children(" , ") == ()

    @pytest.mark.parametrize("text", ["8", "M", "X8", "M18", "M-1", "M8 F3", "M8.5", "M123", "boy"])
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError):
            parse_children(text)

    def test_everybody_needs_a_place(self) -> None:
        assert Person().party == 1
        assert Person(children=parse_children("M1,F2,M3")).party == 4

    def test_the_oldest_boy_is_of_the_boys_only(self) -> None:
        assert Person(children=parse_children("F17,M3,M9")).oldest_boy == 9
        assert Person(children=parse_children("F17")).oldest_boy is None
        assert Person(children=parse_children("M0")).oldest_boy == 0


class TestNationality:
    @pytest.mark.parametrize(
        ("code", "foreign"), [(None, None), ("ID", False), ("PH", True), ("XX", True)]
    )
    def test_unknown_is_neither(self, code: str | None, foreign: bool | None) -> None:
        assert Person(nationality=code).is_foreign is foreign


class TestWhatTheNeedSays:
    def test_a_mens_shelter_is_asked_for_a_man(self) -> None:
        assert with_what_the_need_says(Person(), ("S3",)).sex is Sex.MALE

    def test_what_was_said_stays(self) -> None:
        said = Person(sex=Sex.OTHER, disability=(Disability.SIGHT,))
        assert with_what_the_need_says(said, ("S3", "S5")) == said

    def test_an_accessible_shelter_is_asked_for_a_wheelchair(self) -> None:
        found = with_what_the_need_says(Person(), ("S5", "K1"))
        assert found == Person(disability=(Disability.MOBILITY,))

    def test_a_place_for_mother_and_child_is_asked_for_a_woman(self) -> None:
        assert with_what_the_need_says(Person(), ("S4",)) == Person(sex=Sex.FEMALE)
        said = Person(sex=Sex.MALE)  # a father, then
        assert with_what_the_need_says(said, ("S4",)) == said

    @pytest.mark.parametrize("need", ["S1", "S2", "K1"])
    def test_other_needs_say_nothing(self, need: str) -> None:
        assert with_what_the_need_says(Person(), (need,)) == Person()
