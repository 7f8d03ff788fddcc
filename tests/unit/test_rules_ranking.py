"""The order of an answer, one step of the key after the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agencies.rules.candidate import Candidate, PoolFigures
from agencies.rules.needs import Urgency, matching_codes
from agencies.rules.person import Person, Sex
from agencies.rules.question import Question
from agencies.rules.ranking import REACH_KM, covered, head, shown_distance, tail

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def question(*needs: str, **person: Any) -> Question:
    """A question of now."""
    return Question(needs or ("S1",), Person(**person), NOW, NOW, Urgency.EMERGENCY)


def said(hours_ago: float, sex: str = "any") -> PoolFigures:
    """A pool whose figure is so old."""
    return PoolFigures(sex, 0, 120, "person", 5, 2, NOW - timedelta(hours=hours_ago))


class TestShownDistance:
    @pytest.mark.parametrize(
        ("km", "shown"), [(0.0, 0.0), (0.1, 0.1), (12.3, 12.3), (None, float("inf"))]
    )
    def test_an_unknown_place_is_last(self, km: float | None, shown: float) -> None:
        assert shown_distance(Candidate("a"), km) == shown

    @pytest.mark.parametrize("km", [None, 0.0, 500.0])
    def test_a_voice_on_the_phone_is_here(self, km: float | None) -> None:
        assert shown_distance(Candidate("a", by_phone=True), km) == 0.0


class TestCovered:
    def test_counts_needs_and_any_roof_is_one(self) -> None:
        wanted = tuple(matching_codes(need) for need in ("S1", "S5", "K1"))
        assert covered(frozenset({"S2"}), wanted) == 2
        assert covered(frozenset({"K1", "K2"}), wanted) == 1
        assert covered(frozenset({"P1"}), wanted) == 0


class TestHead:
    def test_more_needs_come_first_however_far(self) -> None:
        assert head(2, sure=False, shown_km=900.0) < head(1, sure=True, shown_km=0.0)

    def test_within_reach_whoever_surely_fits_comes_first(self) -> None:
        assert head(1, sure=True, shown_km=REACH_KM) < head(1, sure=False, shown_km=0.1)

    def test_beyond_reach_the_nearer_comes_first(self) -> None:
        far = REACH_KM + 0.1
        assert head(1, sure=False, shown_km=0.1) < head(1, sure=True, shown_km=far)
        assert head(1, sure=False, shown_km=far) < head(1, sure=True, shown_km=far + 0.1)
        assert head(1, sure=False, shown_km=far) == head(1, sure=True, shown_km=far)

    def test_then_the_nearer(self) -> None:
        assert head(1, sure=True, shown_km=1.2) < head(1, sure=True, shown_km=1.3)

    def test_whoever_is_nowhere_comes_last(self) -> None:
        nowhere = head(1, sure=True, shown_km=float("inf"))
        assert head(1, sure=False, shown_km=19_000.0) < nowhere


class TestTail:
    def order(self, asked: Question, *candidates: Candidate) -> str:
        """The ids in the order of their tails."""
        ordered = sorted(candidates, key=lambda candidate: tail(candidate, asked))
        return "".join(candidate.offer_id for candidate in ordered)

    def test_the_younger_figure_in_whole_hours_then_none(self) -> None:
        asked = question("S1")
        none, old = Candidate("a"), Candidate("b", pools=(said(5),))
        young, as_young = Candidate("c", pools=(said(1.9),)), Candidate("d", pools=(said(1.1),))
        assert self.order(asked, none, old, young, as_young) == "cdba"

    def test_the_oldest_of_the_figures_counts_and_only_of_usable_pools(self) -> None:
        asked = question("S1", sex=Sex.FEMALE)
        one = Candidate("a", pools=(said(1), said(8)))
        other = Candidate("b", pools=(said(7), said(50, sex="male")))
        assert self.order(asked, one, other) == "ba"

    def test_figures_count_only_when_a_roof_is_asked_for(self) -> None:
        one, other = Candidate("b", pools=(said(1),)), Candidate("a")
        assert self.order(question("K1"), one, other) == "ab"

    def test_a_figure_from_the_future_is_as_young_as_now(self) -> None:
        one, other = Candidate("b", pools=(said(-9),)), Candidate("a", pools=(said(0),))
        assert self.order(question("S1"), one, other) == "ab"

    def test_the_shorter_promise_then_none(self) -> None:
        none, long, short = (
            Candidate("a"),
            Candidate("b", promised_minutes=60),
            Candidate("c", promised_minutes=15),
        )
        assert self.order(question("K1"), none, long, short) == "cba"

    def test_the_fewer_languages_missing(self) -> None:
        asked = question("K1", languages=("jv", "en"))
        none = Candidate("a", languages=frozenset({"id"}))
        one = Candidate("b", languages=frozenset({"jv"}))
        both = Candidate("c", languages=frozenset({"jv", "en", "id"}))
        assert self.order(asked, none, one, both) == "cba"

    def test_last_the_id_so_that_equal_questions_get_equal_answers(self) -> None:
        assert self.order(question("K1"), Candidate("b"), Candidate("a")) == "ab"
