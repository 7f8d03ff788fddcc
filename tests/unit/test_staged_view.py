"""For any facts, release, kind of agency: nothing identifies before, nothing unreleased after."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agencies.rules.agency_types import AGENCY_TYPES
from referral.commands.record.reading import shown
from referral.rules.consent import ALWAYS, SHARED, SHARED_BY_NAME, Stage, may_go_to
from referral.rules.facts import FACTS, GOES_WITH

IDENTIFYING = {
    "name": "Zubaidah Qoriah",
    "alias": "Xenia-W",
    "birth_year": "1999",
    "phone": "0812-7777-1234",
    "address": "Gang Yakobus 9",
}
NIK = "3175 0412 3400 0017"
SECRETS = ("zubaidah", "qoriah", "xenia", "1999", "7777", "yakobus", "3175 0412")
TEXTS = sorted(name for name, most in FACTS.items() if most is not None and name != "alias")
names = st.sampled_from([field.name for field in SHARED])
kinds = st.sampled_from([*AGENCY_TYPES, None])
# What somebody writes at night into a short text, whatever the form says about names.
said = st.lists(
    st.sampled_from(
        ["needs a bed", "call", "ZUBAIDAH", "Qoriah's", "is Xenia-W", "NIK", NIK, "0812-7777-1234",
         "+62 812 7777 1234", "lives in Gang  Yakobus 9", "(Zubaidah)", "3 children", "22.00"]
    ),
    max_size=6,
).map(" ".join)  # fmt: skip


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    """Everything that a case and a referral say of a person."""
    found: dict[str, Any] = {name: draw(said) for name in TEXTS}
    found |= {
        "sex": "female",
        "age": draw(st.integers(0, 90)),
        "age_certainty": "stated",
        "may_leave_message": draw(st.booleans()),
        "caregiver_informed": draw(st.booleans()),
        "unaccompanied": draw(st.booleans()),
    }
    known = draw(st.sets(st.sampled_from(sorted(found))))
    return {name: found[name] for name in known} | IDENTIFYING


@given(everything=facts(), released=st.frozensets(names), kind=kinds)
@settings(deadline=None)
def test_nothing_identifies_before(
    everything: dict[str, Any], released: frozenset[str], kind: str | None
) -> None:
    found = shown(everything, Stage.BEFORE, released, kind)
    spelt = repr(found).casefold()
    assert not [secret for secret in SECRETS if secret in spelt]
    for name in found:
        leader = GOES_WITH.get(name, name)
        assert SHARED_BY_NAME[leader].stage is Stage.BEFORE
    if "age" in found:
        assert isinstance(found["age"], str)  # a band


@given(everything=facts(), released=st.frozensets(names), kind=kinds)
@settings(deadline=None)
def test_nothing_unreleased_after(
    everything: dict[str, Any], released: frozenset[str], kind: str | None
) -> None:
    found = shown(everything, Stage.AFTER, released, kind)
    for name in found:
        leader = GOES_WITH.get(name, name)
        assert leader in released | ALWAYS
        assert may_go_to(leader, kind)
    for name in released & everything.keys():
        assert (name in found) is may_go_to(name, kind)
