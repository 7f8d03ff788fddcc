"""Who must be left out of a case: agencies, and people in them (domain.md §8, 18)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import Select, bindparam, exists, select

from accounts.queries.names import people
from accounts.walls import EXCLUDING
from agencies.models import Agency
from core.actors import Actor, ActorKind
from core.asking import ask, spelt_once
from core.db import db
from core.walls import cross
from referral.models import Exclusion

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class ListedExclusion:
    """An exclusion as the page of consents lists it; `words` are still sealed."""

    id: uuid.UUID
    agency: str | None
    person: str | None
    made_at: datetime
    words_sealed: bytes | None


def excluded_agencies(case_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The agencies that must not be asked for a case now."""
    rows = ask(_excluded(), case=case_id).scalars()
    return frozenset(found for found in rows if found is not None)


@lru_cache(maxsize=1)
def _excluded() -> Select[uuid.UUID | None]:
    wanted = select(Exclusion.excluded_agency_id).where(
        Exclusion.case_id == bindparam("case"),
        Exclusion.ended_at.is_(None),
        Exclusion.excluded_account_id.is_(None),
        Exclusion.excluded_agency_id.is_not(None),
    )
    return spelt_once(wanted)


def is_agency_excluded(case_id: uuid.UUID, agency_id: uuid.UUID) -> bool:
    """Whether an agency must not be asked for a case."""
    return agency_id in excluded_agencies(case_id)


def without_excluded(
    found: Iterable[tuple[uuid.UUID, Thing]], excluded: frozenset[uuid.UUID]
) -> tuple[list[Thing], list[Thing]]:
    """Of things with the agency that each is of: those that may be offered, and those excluded.

    A pure filter, for find and for alternatives when the question comes from a case: what is
    excluded is said to be so rather than left away in silence.
    """
    kept: list[Thing] = []
    barred: list[Thing] = []
    for agency_id, thing in found:
        (barred if agency_id in excluded else kept).append(thing)
    return kept, barred


def is_barred(actor: Actor, case_id: uuid.UUID) -> bool:
    """Whether this very person is excluded for a case, wherever they work."""
    if actor.kind is not ActorKind.MEMBER or actor.id is None:
        return False
    return bool(ask(_barred(), case=case_id, account=actor.id).scalar())


@lru_cache(maxsize=1)
def _barred() -> Select[bool]:
    wanted = exists().where(
        Exclusion.case_id == bindparam("case"),
        Exclusion.excluded_account_id == bindparam("account"),
        Exclusion.ended_at.is_(None),
    )
    return spelt_once(select(wanted))


def exclusions_of(case_id: uuid.UUID) -> list[ListedExclusion]:
    """Who is excluded for a case now, in the order in which it was said."""
    wanted = (
        select(Exclusion, Agency.name)
        .outerjoin(Agency, Agency.id == Exclusion.excluded_agency_id)
        .where(Exclusion.case_id == case_id, Exclusion.ended_at.is_(None))
        .order_by(Exclusion.made_at, Exclusion.id)
    )
    with cross(EXCLUDING):
        rows = db.session.execute(wanted).all()
        names = people(row.excluded_account_id for row, _agency in rows)
    return [
        ListedExclusion(
            row.id, agency, names.get(row.excluded_account_id), row.made_at, row.words_sealed
        )
        for row, agency in rows
    ]


def agencies_to_exclude(actor: Actor) -> list[tuple[uuid.UUID, str]]:
    """Id and name of the agencies that the actor may know of, by name."""
    wanted = select(Agency.id, Agency.name).where(Agency.tier <= actor.sees.value)
    return [(own_id, name) for own_id, name in db.session.execute(wanted.order_by(Agency.name))]
