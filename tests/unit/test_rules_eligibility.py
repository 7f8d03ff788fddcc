"""Each rule: when it is called for, and each of its verdicts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.rules.candidate import Candidate, PoolFigures
from agencies.rules.eligibility import (
    RULES,
    Asking,
    Verdict,
    is_night,
    judges_for,
)
from agencies.rules.judging import judge, screen
from agencies.rules.needs import Urgency
from agencies.rules.person import Certainty, Disability, Person, Sex, parse_children
from agencies.rules.question import Question

FITS, ASK, FAILS, SILENT = Verdict.FITS, Verdict.ASK, Verdict.FAILS, Verdict.SILENT
FACT = [(True, FITS), (None, ASK), (False, FAILS)]
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # a Friday, ten in the morning in Jakarta
ROOF = frozenset({"S1"})


def asking(
    needs: tuple[str, ...] = ("K1",),
    *,
    urgency: Urgency = Urgency.ROUTINE,
    at: datetime | None = None,
    area: str | None = None,
    is_open: bool | None = None,
    **person: Any,
) -> Asking:
    """A question with the two facts that are looked up."""
    question = Question(
        needs, Person(**person), at or NOW, NOW, urgency, at_was_given=at is not None
    )
    return Asking(question, lambda _: is_open, lambda: area)


def verdict(rule: str, asked: Asking, **facts: Any) -> Verdict | None:
    """What a rule says of a candidate; None when the question does not call for it."""
    judge_by = dict(judges_for(asked)).get(rule)
    return judge_by(Candidate("a", **facts)) if judge_by else None


class TestWhichRulesAreCalledFor:
    def test_a_bare_question_calls_for_two(self) -> None:
        assert [name for name, _ in judges_for(asking())] == ["running", "area"]

    def test_a_full_one_calls_for_all_in_reading_order(self) -> None:
        asked = asking(
            ("S1", "S2"),
            urgency=Urgency.EMERGENCY,
            sex=Sex.FEMALE,
            age=30,
            children=parse_children("M8"),
            disability=(Disability.SIGHT,),
            nationality="PH",
            id_document=False,
        )
        assert [name for name, _ in judges_for(asked)] == list(RULES)

    @pytest.mark.parametrize("document", [True, None])
    def test_papers_are_no_question_unless_there_are_none(self, document: bool | None) -> None:
        assert verdict("identity", asking(id_document=document)) is None

    @pytest.mark.parametrize("nationality", ["ID", None])
    def test_nationality_is_no_question_unless_foreign(self, nationality: str | None) -> None:
        assert verdict("nationality", asking(nationality=nationality)) is None


class TestRunning:
    def test_closed_for_some_weeks_fails_and_else_it_is_silent(self) -> None:
        assert verdict("running", asking(), closed_for_now=True) is FAILS
        assert verdict("running", asking(), closed_for_now=False) is SILENT


class TestSex:
    @pytest.mark.parametrize(("fact", "expected"), FACT)
    @pytest.mark.parametrize("sex", list(Sex))
    def test_is_taken_refused_or_to_be_asked(
        self, sex: Sex, fact: bool | None, expected: Verdict
    ) -> None:
        others = {"takes_female": False, "takes_male": False, "takes_other": False}
        facts = others | {f"takes_{sex.value}": fact}
        assert verdict("sex", asking(sex=sex), **facts) is expected

    @pytest.mark.parametrize(("fact", "expected"), FACT)
    def test_a_boy_is_taken_as_boys_are_said_to_be(
        self, fact: bool | None, expected: Verdict
    ) -> None:
        asked = asking(sex=Sex.MALE, age=14)
        opposite = None if fact is None else not fact
        if fact is not None:
            assert verdict("sex", asked, takes_boys=fact, takes_male=opposite) is expected
        assert verdict("sex", asked, takes_boys=None, takes_male=fact) is expected

    @pytest.mark.parametrize(
        ("age", "certainty", "is_boy"),
        [
            (17, Certainty.DOCUMENT, True),
            (18, Certainty.DOCUMENT, False),
            (18, Certainty.STATED, False),
            (19, Certainty.ESTIMATED, True),  # in doubt a child
            (20, Certainty.ESTIMATED, False),
        ],
    )
    def test_who_is_a_boy(self, age: int, certainty: Certainty, is_boy: bool) -> None:
        asked = asking(sex=Sex.MALE, age=age, age_certainty=certainty)
        found = verdict("sex", asked, takes_boys=True, takes_male=False)
        assert found is (FITS if is_boy else FAILS)

    def test_of_unknown_age_men_and_boys_must_be_answered_alike(self) -> None:
        asked = asking(sex=Sex.MALE)
        assert verdict("sex", asked, takes_boys=True, takes_male=False) is ASK
        assert verdict("sex", asked, takes_boys=None, takes_male=False) is FAILS
        assert verdict("sex", asked, takes_boys=True, takes_male=True) is FITS

    def test_boys_are_no_question_for_a_girl(self) -> None:
        asked = asking(sex=Sex.FEMALE, age=14)
        assert verdict("sex", asked, takes_boys=False, takes_female=True) is FITS


class TestAge:
    @pytest.mark.parametrize(
        ("low", "high", "expected"),
        [
            (18, 59, FITS),
            (30, 30, FITS),
            (31, None, FAILS),
            (None, 29, FAILS),
            (31, 40, FAILS),
            (18, None, ASK),
            (None, 59, ASK),
            (None, None, ASK),
        ],
    )
    def test_a_known_age(self, low: int | None, high: int | None, expected: Verdict) -> None:
        asked = asking(age=30, age_certainty=Certainty.DOCUMENT)
        assert verdict("age", asked, minimum_age=low, maximum_age=high) is expected

    @pytest.mark.parametrize(
        ("low", "high", "expected"),
        [
            (0, 120, FITS),
            (28, 32, FITS),
            (29, 120, ASK),  # perhaps 28
            (0, 31, ASK),  # perhaps 32
            (33, 120, FAILS),
            (0, 27, FAILS),
            (28, None, ASK),
        ],
    )
    def test_an_estimate_must_fit_wholly(
        self, low: int | None, high: int | None, expected: Verdict
    ) -> None:
        asked = asking(age=30, age_certainty=Certainty.ESTIMATED)
        assert verdict("age", asked, minimum_age=low, maximum_age=high) is expected

    def test_whoever_may_be_a_child_is_one(self) -> None:
        asked = asking(age=18, age_certainty=Certainty.ESTIMATED)
        assert verdict("age", asked, minimum_age=0, maximum_age=17) is FITS
        assert verdict("age", asked, minimum_age=18, maximum_age=120) is FAILS

    def test_with_a_document_eighteen_is_grown(self) -> None:
        asked = asking(age=18, age_certainty=Certainty.DOCUMENT)
        assert verdict("age", asked, minimum_age=0, maximum_age=17) is FAILS
        assert verdict("age", asked, minimum_age=18, maximum_age=120) is FITS


class TestChildren:
    mother = asking(("S1",), children=parse_children("M8,F3"))

    @pytest.mark.parametrize(("fact", "expected"), FACT)
    def test_are_admitted_refused_or_to_be_asked(
        self, fact: bool | None, expected: Verdict
    ) -> None:
        assert verdict("children", self.mother, needs=ROOF, takes_children=fact) is expected

    def test_are_no_question_where_nobody_stays(self) -> None:
        elsewhere = frozenset({"K1"})
        assert verdict("children", self.mother, needs=elsewhere, takes_children=False) is SILENT
        assert verdict("boys", self.mother, needs=elsewhere, oldest_boy=0) is SILENT

    def test_are_no_question_when_no_roof_is_asked_for(self) -> None:
        asked = asking(("K1",), children=parse_children("M8"))
        assert verdict("children", asked, needs=ROOF, takes_children=False) is None
        assert verdict("boys", asked, needs=ROOF, oldest_boy=0) is None

    @pytest.mark.parametrize(
        ("limit", "expected"), [(7, FAILS), (8, FITS), (17, FITS), (0, FAILS), (None, ASK)]
    )
    def test_the_oldest_boy_may_be_too_old(self, limit: int | None, expected: Verdict) -> None:
        found = verdict("boys", self.mother, needs=ROOF, oldest_boy=limit, takes_children=True)
        assert found is expected

    def test_boys_are_no_further_failure_where_no_child_is_admitted(self) -> None:
        assert verdict("boys", self.mother, needs=ROOF, takes_children=False) is SILENT

    def test_girls_are_no_boys(self) -> None:
        asked = asking(("S1",), children=parse_children("F12"))
        assert verdict("boys", asked, needs=ROOF, oldest_boy=0) is None


class TestDisability:
    @pytest.mark.parametrize(("fact", "expected"), FACT)
    @pytest.mark.parametrize("kind", list(Disability))
    def test_each_kind_by_its_own_fact(
        self, kind: Disability, fact: bool | None, expected: Verdict
    ) -> None:
        facts = tuple(fact if kind is k else not fact for k in Disability)
        assert verdict("disability", asking(disability=(kind,)), accessible=facts) is expected

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [((True, True), FITS), ((True, None), ASK), ((None, False), FAILS), ((True, False), FAILS)],
    )
    def test_the_worst_of_several_counts(
        self, facts: tuple[bool | None, ...], expected: Verdict
    ) -> None:
        asked = asking(disability=(Disability.MOBILITY, Disability.HEARING))
        assert verdict("disability", asked, accessible=(*facts, True, True, True)) is expected


class TestForeignersAndPapers:
    @pytest.mark.parametrize(("fact", "expected"), FACT)
    def test_foreign_nationals(self, fact: bool | None, expected: Verdict) -> None:
        assert verdict("nationality", asking(nationality="PH"), takes_foreigners=fact) is expected

    @pytest.mark.parametrize(("fact", "expected"), FACT)
    def test_no_papers(self, fact: bool | None, expected: Verdict) -> None:
        assert verdict("identity", asking(id_document=False), takes_without_id=fact) is expected


class TestArea:
    @pytest.mark.parametrize(
        ("areas", "origin", "expected"),
        [
            ((), "31.75.10", SILENT),  # no stated area limits nobody
            (("ID",), "31.75.10", SILENT),
            (("31.75", "ID"), "12.71.01", SILENT),
            (("31",), "31.75.10", FITS),
            (("31.75",), "31.75.10", FITS),
            (("31.75.10",), "31.75.10", FITS),
            (("12", "31.75"), "31.75.10", FITS),
            (("31.7",), "31.75.10", FAILS),  # a code is no beginning of letters
            (("31.75.1",), "31.75.10", FAILS),
            (("31.74",), "31.75.10", FAILS),
            (("31.75",), None, SILENT),  # nobody knows where the person is
        ],
    )
    def test_by_the_beginning_of_the_code(
        self, areas: tuple[str, ...], origin: str | None, expected: Verdict
    ) -> None:
        assert verdict("area", asking(area=origin), areas=areas) is expected

    def test_the_place_is_looked_up_only_when_an_area_is_stated(self) -> None:
        def never() -> str | None:
            raise AssertionError

        asked = Asking(asking().question, lambda _: None, never)
        assert verdict("area", asked, areas=()) is SILENT


class TestAtOnce:
    tonight = asking(("S1",), urgency=Urgency.EMERGENCY)
    home = frozenset({"S2"})

    @pytest.mark.parametrize(("letter", "expected"), [(True, FAILS), (False, FITS), (None, ASK)])
    def test_a_home_that_wants_a_letter_is_no_roof_for_tonight(
        self, letter: bool | None, expected: Verdict
    ) -> None:
        assert verdict("at_once", self.tonight, needs=self.home, needs_letter=letter) is expected

    @pytest.mark.parametrize("needs", [{"S1"}, {"S2", "S4"}, {"K1"}])
    def test_others_are_not_asked(self, needs: set[str]) -> None:
        found = verdict("at_once", self.tonight, needs=frozenset(needs), needs_letter=True)
        assert found is SILENT

    @pytest.mark.parametrize("urgency", [Urgency.URGENT, Urgency.ROUTINE])
    def test_is_no_question_when_there_is_time(self, urgency: Urgency) -> None:
        assert verdict("at_once", asking(("S1",), urgency=urgency), needs=self.home) is None

    def test_is_no_question_when_a_home_is_what_is_asked_for(self) -> None:
        asked = asking(("S2",), urgency=Urgency.EMERGENCY)
        assert verdict("at_once", asked, needs=self.home, needs_letter=True) is None


class TestStay:
    long = asking(("S2",))

    @pytest.mark.parametrize(("days", "expected"), [(13, FAILS), (14, FITS), (None, ASK)])
    def test_a_house_must_keep_somebody_for_two_weeks(
        self, days: int | None, expected: Verdict
    ) -> None:
        assert verdict("stay", self.long, needs=ROOF, longest_stay_days=days) is expected

    def test_a_home_is_for_it(self) -> None:
        home = frozenset({"S1", "S2"})
        assert verdict("stay", self.long, needs=home, longest_stay_days=3) is FITS

    def test_no_roof_no_stay(self) -> None:
        assert verdict("stay", self.long, needs=frozenset({"K1"})) is SILENT

    def test_is_no_question_for_a_short_one(self) -> None:
        assert verdict("stay", asking(("S1",)), needs=ROOF, longest_stay_days=1) is None


class TestPlace:
    @pytest.mark.parametrize(
        ("free", "hours_ago", "expected"),
        [(1, 1, FITS), (0, 1, FAILS), (1, 25, ASK), (0, 25, ASK), (None, 0, ASK)],
    )
    def test_a_free_place_of_a_fresh_figure(
        self, free: int | None, hours_ago: int, expected: Verdict
    ) -> None:
        said_at = NOW - timedelta(hours=hours_ago)
        pools = () if free is None else (PoolFigures("any", 0, 120, "person", 9, free, said_at),)
        assert verdict("place", asking(("S1",)), needs=ROOF, pools=pools) is expected

    def test_no_roof_no_place(self) -> None:
        assert verdict("place", asking(("S1",)), needs=frozenset({"K1"})) is SILENT
        assert verdict("place", asking(("K1",)), needs=ROOF) is None


class TestHours:
    def at(self, hour: int, *, day: int = 20) -> datetime:
        """An hour in Jakarta; the 20th is a Friday."""
        return datetime(2026, 11, day, hour, 0, tzinfo=ZoneInfo("Asia/Jakarta"))

    @pytest.mark.parametrize(("is_open", "expected"), FACT)
    def test_by_day_the_hours_decide(self, is_open: bool | None, expected: Verdict) -> None:
        asked = asking(at=self.at(10), is_open=is_open)
        assert verdict("hours", asked, night_intake=True) is expected

    @pytest.mark.parametrize(
        ("night_intake", "expected"), [(True, FITS), (None, FAILS), (False, FAILS)]
    )
    def test_by_night_intake_at_night_counts_too(
        self, night_intake: bool | None, expected: Verdict
    ) -> None:
        asked = asking(at=self.at(22), is_open=False)
        assert verdict("hours", asked, night_intake=night_intake) is expected

    def test_unknown_hours_and_no_intake_said_must_be_asked(self) -> None:
        assert verdict("hours", asking(at=self.at(22), is_open=None)) is ASK

    def test_nobody_need_be_there_when_there_is_time(self) -> None:
        assert verdict("hours", asking(is_open=False)) is None
        emergency = asking(urgency=Urgency.EMERGENCY, is_open=False)
        assert verdict("hours", emergency) is FAILS

    @pytest.mark.parametrize(
        ("hour", "day", "night"),
        [(7, 20, False), (17, 20, False), (18, 20, True), (6, 20, True), (0, 20, True),
         (12, 21, True), (12, 22, True), (12, 23, False)],
    )  # fmt: skip
    def test_night_is_evening_night_and_weekend(self, hour: int, day: int, night: bool) -> None:
        assert is_night("Asia/Jakarta", self.at(hour, day=day)) is night

    def test_night_is_that_of_the_place(self) -> None:
        at = self.at(17)
        assert not is_night("Asia/Jakarta", at)
        assert is_night("Asia/Makassar", at)  # six in the evening there


facts = st.fixed_dictionaries(
    {
        "closed_for_now": st.booleans(),
        "needs": st.sampled_from([frozenset({"S1"}), frozenset({"S2"}), frozenset({"K1"})]),
        **{
            name: st.sampled_from([True, False, None])
            for name in ("takes_female", "takes_male", "takes_children", "needs_letter",
                         "takes_foreigners", "takes_without_id", "night_intake")
        },
        "longest_stay_days": st.sampled_from([None, 3, 30]),
        "oldest_boy": st.sampled_from([None, 0, 12]),
        "areas": st.sampled_from([(), ("31.75",), ("12",)]),
    }
)  # fmt: skip


class TestJudging:
    asked = asking(
        ("S1", "S2"),
        urgency=Urgency.EMERGENCY,
        area="31.75.10",
        is_open=None,
        sex=Sex.FEMALE,
        age=30,
        children=parse_children("M8"),
        nationality="PH",
        id_document=False,
    )

    @given(facts)
    def test_screening_is_judging_in_short(self, facts: dict[str, Any]) -> None:
        candidate, judges = Candidate("a", **facts), judges_for(self.asked)
        found = judge(candidate, judges)
        failed, must_ask = screen(candidate, judges)
        assert failed == min(2, len(found.fails))
        if failed < 2:
            assert must_ask is bool(found.asks)

    @given(facts)
    def test_every_rule_says_at_most_one_thing(self, facts: dict[str, Any]) -> None:
        found = judge(Candidate("a", **facts), judges_for(self.asked))
        said = [*found.fits, *found.asks, *found.fails]
        assert len(said) == len(set(said))
        assert set(said) <= set(RULES)
