"""The 48 needs: groups, urgencies, a roof in five leaves; and what a question asks by them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import pytest

from agencies.rules.needs import (
    ROOF,
    Urgency,
    all_needs,
    default_urgency,
    matching_codes,
    siblings,
)
from agencies.rules.person import Person
from agencies.rules.question import Question

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
LETTERS = {"P": 8, "K": 9, "S": 12, "H": 10, "R": 9}


def question(*needs: str, urgency: Urgency = Urgency.ROUTINE, given: bool = False) -> Question:
    """A question about nobody in particular."""
    return Question(needs, Person(), NOON, NOON, urgency, at_was_given=given)


class TestTheList:
    def test_has_48_in_five_groups_of_letters(self) -> None:
        codes = list(all_needs())
        assert len(codes) == 48
        assert {letter: sum(c.startswith(letter) for c in codes) for letter in LETTERS} == LETTERS

    def test_every_need_has_both_labels(self) -> None:
        for need in all_needs().values():
            assert need.label("id")
            assert need.label("en")
            assert need.label("id") != need.label("en")

    def test_siblings_are_the_rest_of_the_group(self) -> None:
        for code, need in all_needs().items():
            family = {*siblings(code), code}
            assert code not in siblings(code)
            assert family == {n.code for n in all_needs().values() if n.group == need.group}


class TestUrgency:
    @pytest.mark.parametrize(
        ("needs", "expected"),
        [
            ((), Urgency.ROUTINE),
            (("K8",), Urgency.ROUTINE),
            (("K8", "K4"), Urgency.URGENT),
            (("K8", "K4", "S1"), Urgency.EMERGENCY),
            (("S1", "K8"), Urgency.EMERGENCY),
        ],
    )
    def test_is_that_of_the_most_urgent_need(
        self, needs: tuple[str, ...], expected: Urgency
    ) -> None:
        assert default_urgency(needs) is expected

    def test_of_an_unknown_need_there_is_none(self) -> None:
        with pytest.raises(KeyError):
            default_urgency(("Z1",))

    @pytest.mark.parametrize("urgency", list(Urgency))
    @pytest.mark.parametrize("given", [True, False])
    def test_somebody_must_be_there_in_an_emergency_or_at_a_stated_time(
        self, urgency: Urgency, given: bool
    ) -> None:
        asked = question("K4", urgency=urgency, given=given)
        assert asked.must_be_open is (urgency is Urgency.EMERGENCY or given)


class TestRoof:
    @pytest.mark.parametrize("code", sorted(ROOF))
    def test_any_roof_is_a_roof(self, code: str) -> None:
        assert matching_codes(code) == {"S1", "S2", "S3", "S4", "S5"}
        assert question("K1", code).asks_for_roof

    def test_other_needs_are_met_by_themselves_only(self) -> None:
        for code in all_needs().keys() - ROOF:
            assert matching_codes(code) == {code}
            assert not question(code).asks_for_roof

    def test_no_two_needs_share_a_code_except_roofs(self) -> None:
        for one, other in combinations(all_needs(), 2):
            share = bool(matching_codes(one) & matching_codes(other))
            assert share is ({one, other} <= ROOF)
