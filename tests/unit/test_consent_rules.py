"""Which basis needs what, and what never goes to which kind of agency."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.rules.agency_types import AGENCY_TYPES
from referral.rules.consent import (
    ALWAYS,
    FIELD_OF,
    SHARED,
    Assent,
    Basis,
    Flaw,
    Giver,
    Grounds,
    Mode,
    Stage,
    flaws,
    may_go_to,
    paper_may_go_to,
    releasable,
    visible,
)
from referral.rules.glass import is_reason
from referral.rules.masking import covered, names_in

ADULT = Grounds(Basis.CONSENT, Giver.SURVIVOR, Mode.WRITTEN)
CHILD = Grounds(
    Basis.CONSENT, Giver.CAREGIVER, Mode.THUMBPRINT, may_be_child=True, assent=Assent.YES,
    caregiver_informed=True,
)  # fmt: skip
BEST = Grounds(
    Basis.BEST_INTEREST, Giver.OFFICIAL, Mode.NONE, may_be_child=True, official="Ibu Wati",
    caregiver_informed=False, caregiver_why="The aunt recruited her",
)  # fmt: skip


@pytest.mark.parametrize("said", [ADULT, CHILD, BEST])
def test_what_holds(said: Grounds) -> None:
    assert flaws(said) == []


@pytest.mark.parametrize(
    ("said", "flaw"),
    [
        (replace(ADULT, mode=Mode.VERBAL), Flaw.NO_WITNESS),
        (replace(ADULT, mode=Mode.VERBAL, witness="  "), Flaw.NO_WITNESS),
        (replace(ADULT, mode=Mode.NONE), Flaw.NOT_ASKED),
        (replace(ADULT, giver=Giver.CAREGIVER), Flaw.NOT_THE_SURVIVOR),
        (replace(ADULT, giver=Giver.OFFICIAL), Flaw.NOT_THE_SURVIVOR),
        (replace(CHILD, giver=Giver.SURVIVOR), Flaw.NOT_THE_CAREGIVER),
        (replace(CHILD, caregiver_informed=False, caregiver_why="x"), Flaw.NOT_THE_CAREGIVER),
        (replace(CHILD, assent=None), Flaw.NO_ASSENT),
        (replace(CHILD, assent=Assent.NO), Flaw.CHILD_SAID_NO),
        (replace(BEST, official=""), Flaw.NO_OFFICIAL),
        (replace(BEST, giver=Giver.CAREGIVER), Flaw.NOT_AN_OFFICIAL),
        (replace(BEST, caregiver_why=""), Flaw.WHY_NOT_TOLD),
        (replace(BEST, may_be_child=False), Flaw.NO_CHILD),
        (Grounds(Basis.COURT_ORDER, Giver.COURT, Mode.NONE), Flaw.NO_OFFICIAL),
        (Grounds(Basis.COURT_ORDER, Giver.OFFICIAL, Mode.NONE, official="x"),
         Flaw.NOT_AN_OFFICIAL),
    ],
)  # fmt: skip
def test_what_does_not_hold(said: Grounds, flaw: Flaw) -> None:
    assert flaws(said) == [flaw]
    assert flaw in FIELD_OF


def test_a_child_who_cannot_say_and_a_child_who_says_no_under_another_basis() -> None:
    assert flaws(replace(CHILD, assent=Assent.NOT_ABLE)) == []
    assert flaws(replace(BEST, assent=Assent.NO)) == []


@pytest.mark.parametrize(
    ("child", "violence", "holds"),
    [(False, None, False), (False, False, False), (False, True, True), (True, None, True)],
)
def test_a_report_is_mandatory_for_sexual_violence_and_children_only(
    child: bool, violence: bool | None, holds: bool
) -> None:
    """An adult who was trafficked decides for himself (domain.md §6B, step 5)."""
    said = Grounds(
        Basis.MANDATORY_REPORT, Giver.OFFICIAL, Mode.NONE, may_be_child=child,
        is_sexual_violence=violence,
    )  # fmt: skip
    assert (Flaw.NOT_MANDATORY not in flaws(said)) is holds


@pytest.mark.parametrize("kind", AGENCY_TYPES)
def test_the_hour_of_an_assault_and_results_go_to_who_treats(kind: str) -> None:
    treats = kind in ("PPT", "PKM")
    for name in ("time_critical", "health"):
        assert may_go_to(name, kind) is treats
    assert paper_may_go_to("medical", kind) is treats
    assert paper_may_go_to("forensic_request", kind) is (kind in ("PPT", "POL"))


def test_a_school_sees_name_grade_and_contact() -> None:
    names = [field.name for field in SHARED]
    given, left_out = releasable(names, "DISDIK")
    assert given == ["age", "reason", "name", "contact"]
    assert "danger" in left_out
    assert not paper_may_go_to("letter", "DISDIK")


def test_nothing_special_goes_to_an_agency_of_no_known_kind() -> None:
    assert not may_go_to("health", None)
    assert may_go_to("sex", None)


@given(
    wanted=st.sets(st.sampled_from([field.name for field in SHARED])),
    kind=st.sampled_from([*AGENCY_TYPES, None]),
    stage=st.sampled_from(Stage),
)
def test_what_is_seen_was_released_and_may_go_there(
    wanted: set[str], kind: str | None, stage: Stage
) -> None:
    given_fields, left_out = releasable(wanted, kind)
    assert set(given_fields) | set(left_out) >= wanted
    assert not set(given_fields) & set(left_out)
    seen = visible(stage, frozenset(given_fields), kind)
    assert set(seen) <= wanted | ALWAYS
    assert all(may_go_to(name, kind) for name in seen)
    # Even where somebody wrote a wider release past the command.
    assert set(visible(stage, frozenset(wanted), kind)) == set(seen)


def test_numbers_and_names_are_covered() -> None:
    names = names_in("Melati Sukma", None, "Jl. Mawar 5")
    text = "melati (0812-3456-7890, NIK 3175 1000 0000 0001) of Jl. Mawar 5; a@b.id; 22 h; Sukma's"
    found = covered(text, names)
    for secret in ("melati", "0812", "3175", "Mawar", "a@b.id", "Sukma"):
        assert secret not in found
    assert "22 h" in found
    assert covered(7, names) == 7
    assert covered(["Melati"], names) != ["Melati"]


@pytest.mark.parametrize(("words", "is_one"), [("", False), ("... 1 2 3 4", False), ("a b", False)])
def test_a_reason_has_words(words: str, is_one: bool) -> None:
    assert is_reason(words) is is_one
    assert is_reason("She bleeds and cannot speak")
