"""Rules of joining: what a key, an invitation and an application may be."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.emails import as_address
from accounts.rules.invitations import Where, is_open, may_end, may_invite
from accounts.rules.keys import is_live, is_to_be_noted
from accounts.rules.rights import Right, Role, Scope, grant_name, holds_for, holds_in, scopes_of
from agencies.rules.applications import holds_an_address
from core.actors import Grant
from core.text import lines, one_line

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINE, OTHER = uuid.uuid4(), uuid.uuid4()


@given(
    st.sampled_from(list(Role)),
    st.sampled_from(list(Role)),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["31.75.10", "32", None]),
)
def test_nobody_gives_more_than_is_theirs(
    held: Role, wanted: Role, orphaned: bool, strong: bool, area: str | None
) -> None:
    """Whatever is held for one agency or area gives nothing in another."""
    agency_role = held in (Role.WORKER, Role.INTAKE, Role.MANAGER)
    grant = Grant(held.value, MINE if agency_role else None, None if agency_role else "31.75")
    elsewhere = Where(OTHER, ("32.01",), has_manager=not orphaned)
    allowed = may_invite([grant], wanted, elsewhere, strong=strong)
    # Administrators are bound to no area in practice; with one, they keep to it here too.
    assert not allowed
    in_network = may_invite([grant], wanted, Where(area=area), strong=strong)
    if in_network and held is Role.COORDINATOR:
        assert (wanted, area) == (Role.COORDINATOR, "31.75.10")
    assert not (in_network and agency_role)


def test_a_manager_without_the_second_factor_invites_and_ends_nobody() -> None:
    """A stolen password is not enough to bring somebody in."""
    grants, here = [Grant("manager", MINE)], Where(MINE)
    assert may_invite(grants, Role.WORKER, here, strong=True)
    assert may_end(grants, Role.WORKER, here, strong=True)
    assert not may_invite(grants, Role.WORKER, here, strong=False)
    assert not may_end(grants, Role.WORKER, here, strong=False)


def test_areas_are_not_beginnings_of_letters() -> None:
    """31.7 is not around 31.75; the whole network is wider than any area."""
    grants = [Grant("coordinator", None, "31.7")]
    assert not holds_in(grants, Right.APPROVE_AGENCY, area="31.75")
    assert not holds_in(grants, Right.APPROVE_AGENCY, area=None)
    assert holds_in([Grant("coordinator")], Right.APPROVE_AGENCY, area=None)
    assert not holds_in([Grant("manager", MINE)], Right.INVITE_STAFF, area="31.75")


def test_a_key_is_bound_to_its_agency() -> None:
    """And named by its scopes."""
    grants = [Grant(grant_name(Scope.BEDS), MINE)]
    assert scopes_of(grants) == {"beds"}
    assert holds_for(grants, Right.SAY_BEDS, agency_id=MINE)
    assert not holds_for(grants, Right.SAY_BEDS, agency_id=OTHER, areas=["31.75"])
    assert scopes_of([Grant("manager", MINE)]) == frozenset()


def test_ends() -> None:
    """To the second."""
    week, second = timedelta(days=7), timedelta(seconds=1)
    until = NOON + week
    for at, used, withdrawn, is_it in (
        (until - second, None, None, True),
        (until, None, None, False),
        (NOON, NOON, None, False),
        (NOON, None, NOON, False),
    ):
        assert is_open(expires_at=until, used_at=used, withdrawn_at=withdrawn, now=at) is is_it
    assert is_live(expires_at=until, ended_at=None, now=NOON)
    assert not is_live(expires_at=until, ended_at=NOON, now=NOON)
    assert not is_live(expires_at=until, ended_at=None, now=until)
    assert is_to_be_noted(None, NOON)
    assert not is_to_be_noted(NOON - 59 * second, NOON)
    assert is_to_be_noted(NOON - 61 * second, NOON)


@given(st.text(max_size=40))
def test_names_lose_only_what_nobody_sees(typed: str) -> None:
    """On one line, the same again, and no mark that turns the writing."""
    found = one_line(typed)
    assert found == one_line(found)
    assert "\n" not in found
    assert not set(found) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff"
    )
    assert lines(lines(typed)) == lines(typed)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (" Ani@Example.ORG ", "ani@example.org"),
        ("ani@example", None),
        ("a@b.org\r\nBcc: c@d.org", None),
        ("<ani@example.org>", None),
        ("ani@example.org,x@y.org", None),
        ("a" * 65 + "@example.org", None),
    ],
)
def test_addresses(typed: str, found: str | None) -> None:
    """One plain address."""
    assert as_address(typed) == found


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Jl. Raya Bogor", True),
        ("jln Mawar nomor 3", True),
        ("RT 01 RW 02", True),
        ("No. 12", True),
        ("Kami mencari jalan keluar bersama penyintas", False),
        ("Melayani perempuan dan anak sejak 1998", False),
        ("Nomor satu adalah keselamatan", False),
    ],
)
def test_texts_that_hold_an_address(text: str, is_one: bool) -> None:
    """A way out is no street."""
    assert holds_an_address(text) is is_one
